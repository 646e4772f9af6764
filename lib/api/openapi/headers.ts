/** Every header of an answer. `required`: an answer that lists it always has it. */
export const HEADERS = {
  Location: {
    description: "Path of the job.",
    required: true,
    schema: { type: "string", pattern: "^/v1/jobs/[0-9a-z]{20,40}$" },
  },
  FileLocation: {
    description: "Where the file is. The link is good for an hour, without a key.",
    required: true,
    schema: { type: "string", format: "uri" },
  },
  ExportLocation: {
    description: "Path of the export.",
    required: true,
    schema: { type: "string", pattern: "^/v1/jobs/[0-9a-z]{20,40}/outcomes/export" },
  },
  "Idempotency-Replayed": {
    description: "`true`: the request was accepted before, and this is its answer again.",
    schema: { type: "string", const: "true" },
  },
  Link: {
    description: 'The next page of a file, `<path>; rel="next"`. There is none after the last page.',
    schema: { type: "string", pattern: '^<[^>]+>; rel="next"$' },
  },
  "Content-Language": {
    description: "The language of `title`, `detail` and the details of `errors`. All else is the same in both.",
    required: true,
    schema: { type: "string", enum: ["en", "zh-CN"] },
  },
  Vary: { description: "The answer depends on these headers.", schema: { type: "string" } },
  "Retry-After": {
    description: "Seconds after which the same request may succeed.",
    schema: { type: "string", pattern: "^[0-9]+$" },
  },
  "WWW-Authenticate": { description: "How to say who asks.", schema: { type: "string" } },
  "RateLimit-Policy": {
    description:
      'The limit: `"messages";q=12000;w=60` is 12,000 messages in any 60 seconds. See draft-ietf-httpapi-ratelimit-headers.',
    required: true,
    schema: { type: "string", pattern: '^"[a-z]+";q=[0-9]+;w=[0-9]+$' },
  },
  RateLimit: {
    description: 'What is left of it: `"messages";r=500;t=7` is 500 now, and more in 7 seconds.',
    required: true,
    schema: { type: "string", pattern: '^"[a-z]+";r=[0-9]+(;t=[0-9]+)?$' },
  },
  ETag: { description: "Changes when the document does.", schema: { type: "string" } },
  "Cache-Control": { description: "How long the answer may be kept.", schema: { type: "string" } },
} as const;

export type HeaderName = keyof typeof HEADERS;

/** How a header is called on the wire, where its name in the document is another. */
export const FIELD_NAMES: Partial<Record<HeaderName, string>> = {
  FileLocation: "Location",
  ExportLocation: "Location",
};
