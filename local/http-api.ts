import { problem } from "../lib/http/problem-details.ts";

/** What we use of hapi, the server under serverless-offline. */
export type HapiServer = Readonly<{
  ext(event: "onPreHandler" | "onPreResponse", method: (request: HapiRequest, h: HapiToolkit) => unknown): void;
}>;
type HapiRequest = Readonly<{
  headers: Record<string, string | undefined>;
  payload: unknown;
  response?: { output?: { statusCode: number } };
}>;
type HapiReply = Readonly<{ code(status: number): HapiReply; type(mime: string): HapiReply; takeover(): unknown }>;
type HapiToolkit = Readonly<{ continue: symbol; response(body: string): HapiReply }>;

/** Lambda takes no larger event. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6_291_556;
/** About what an event holds besides the body: headers, request context. */
const ENVELOPE_BYTES = 2_048;
/**
 * Make serverless-offline answer where it differs from an API Gateway HTTP API in a way that our clients can see. What
 * is too large never reaches a function; AWS says so in its own form, here it is a problem document like all the others.
 */
export function behaveAsHttpApi(server: HapiServer): void {
  server.ext("onPreHandler", (request, h) => {
    if (!(request.payload instanceof Uint8Array)) return h.continue;
    const binary = !isText(request.headers);
    // What this header says decides how the body is put into the event; the event's own headers are read elsewhere.
    if (binary) request.headers["content-type"] = "application/octet-stream";
    return eventBytes(request.payload, binary) > MAX_EVENT_BYTES ? tooLarge(h).takeover() : h.continue;
  });
  server.ext("onPreResponse", (request, h) =>
    request.response?.output?.statusCode === 413 ? tooLarge(h) : h.continue,
  );
}

function tooLarge(h: HapiToolkit): HapiReply {
  const { body = "" } = problem(413, `a request must not exceed ${MAX_EVENT_BYTES} bytes, all told`);
  return h.response(body).code(413).type("application/problem+json");
}

/**
 * Whether the HTTP API hands a body over as it is (else as base64). AWS's pages only say "binary"; the types are those
 * that were measured against AWS.
 * @see https://github.com/ministackorg/ministack/pull/766
 */
export function isText(headers: Readonly<Record<string, string | undefined>>): boolean {
  if (headers["content-encoding"]) return false;
  return /^(text\/|application\/(json|javascript|xml)\s*(;|$))/i.test(headers["content-type"] ?? "");
}

/** How large the event is that carries `body`: as base64, or as a JSON string in which quotes cost two bytes. */
export function eventBytes(body: Uint8Array, binary: boolean): number {
  if (binary) return ENVELOPE_BYTES + 4 * Math.ceil(body.length / 3);
  return ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify(Buffer.from(body).toString()));
}
