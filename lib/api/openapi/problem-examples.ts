import type { Examples } from "./operation.ts";

const problem = (status: number, title: string, detail: string, rest: object = {}): Examples => ({
  [`problem${status}`]: { summary: title, value: { type: "about:blank", title, status, detail, ...rest } },
});

/** What each status of a problem document is, on whatever route. */
export const PROBLEMS: Readonly<Record<number, Readonly<{ description: string; examples: Examples }>>> = {
  400: {
    description: "The request cannot be read at all: not JSON, not UTF-8, or a header that is malformed.",
    examples: problem(400, "Bad Request", "the request has no body"),
  },
  401: {
    description: "Nobody knows who asks.",
    examples: problem(401, "Unauthorized", "the request is not authenticated"),
  },
  403: {
    description: "Who asks may not do this.",
    examples: problem(403, "Forbidden", "this needs the scope send"),
  },
  404: {
    description: "There is no such thing, or it is another client's.",
    examples: problem(404, "Not Found", `there is no job 297tozjsw2xtyqoc7bi7y8a4s`),
  },
  406: {
    description: "None of the forms that `Accept` allows is there.",
    examples: problem(
      406,
      "Not Acceptable",
      "Accept must allow one of application/json, text/csv, application/x-ndjson",
    ),
  },
  409: {
    description: "The state of the job does not allow it. The answer names the state.",
    examples: problem(409, "Conflict", "cannot pause a job that is done; it must be scheduled or running"),
  },
  413: {
    description: "The body is too large: 6 MB as it is sent, 4.5 MB packed, 32 MB unpacked.",
    examples: problem(413, "Content Too Large", "the body must not exceed 6291456 bytes"),
  },
  415: {
    description: "The body is not JSON by its Content-Type, or not packed with gzip.",
    examples: problem(415, "Unsupported Media Type", "Content-Encoding must be gzip or none"),
  },
  422: {
    description: "The request can be read and has wrong values. All of them are named, and nothing was done.",
    examples: problem(422, "Unprocessable Content", "the request has faults", {
      errors: [{ pointer: "/Receiver/0", detail: "must be from 1 to 9223372036854775807" }],
      total: 1,
    }),
  },
  429: {
    description: "The client asks too often.",
    examples: problem(429, "Too Many Requests", "more than 600 requests a minute"),
  },
  500: {
    description: "A fault of ours. The log has it under the id that the answer names.",
    examples: problem(500, "Internal Server Error", "something went wrong here; the log has it under 8d1f548"),
  },
  503: {
    description: "A service that is needed is away, and nothing was done. `Retry-After` says when to try again.",
    examples: problem(503, "Service Unavailable", "a service that is needed is away, nothing was done; try again"),
  },
};
