import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import * as errors from "../../lib/domain/errors.ts";
import { HttpError } from "../../lib/http/http-error.ts";
import type { Reply } from "../../lib/http/request.ts";
import { json, openRoute } from "../../lib/http/route.ts";
import { aRequest } from "./request.ts";

const context = { awsRequestId: "lambda-request", getRemainingTimeInMillis: () => 1_000 } as Context;

/** Answer a request with a route that does `handle`, and what it logged meanwhile. */
async function answer(handle: () => Reply, headers: Record<string, string> = {}) {
  const logged: unknown[] = [];
  const log = { error: (...args: unknown[]) => logged.push(args) } as unknown as Logger;
  let counted = 0;
  const handler = openRoute({ log, onFailure: () => void counted++ }, async () => handle());
  const reply = await handler({ ...aRequest({ headers }), pathParameters: { JobId: "job of the path" } }, context);
  return { ...reply, document: JSON.parse(reply.body ?? "null"), logged, counted };
}
const refuse = (error: Error) =>
  answer(() => {
    throw error;
  });

describe("a refused request", () => {
  it("is answered with a problem document that names every fault", async () => {
    const faults = [
      { pointer: "/AppId", detail: "is missing" },
      { pointer: "/Receiver/7", detail: "must be …" },
    ];
    const { statusCode, headers, document, logged, counted } = await refuse(
      new errors.Invalid("the request has faults", faults, 300),
    );
    expect(statusCode).toBe(422);
    expect(headers).toMatchObject({ "content-type": "application/problem+json", "cache-control": "no-store" });
    expect(document).toEqual({
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      detail: "the request has faults",
      errors: faults,
      total: 300,
    });
    expect({ logged, counted }).toEqual({ logged: [], counted: 0 }); // the client's fault is not an error of ours
  });

  it.each([
    { error: new errors.Malformed("because"), status: 400, title: "Bad Request" },
    { error: new HttpError(401, "because"), status: 401, title: "Unauthorized" },
    { error: new errors.Forbidden("because"), status: 403, title: "Forbidden" },
    { error: new errors.NotFound("because"), status: 404, title: "Not Found" },
    { error: new HttpError(405, "because"), status: 405, title: "Method Not Allowed" },
    { error: new HttpError(406, "because"), status: 406, title: "Not Acceptable" },
    { error: new errors.Conflict("because"), status: 409, title: "Conflict" },
    { error: new HttpError(413, "because"), status: 413, title: "Content Too Large" },
    { error: new HttpError(415, "because"), status: 415, title: "Unsupported Media Type" },
    { error: new errors.Invalid("because"), status: 422, title: "Unprocessable Content" },
    { error: new HttpError(429, "because"), status: 429, title: "Too Many Requests" },
  ])("says what $status means, and is no error in the log", async ({ error, status, title }) => {
    const { statusCode, document, logged } = await refuse(error);
    expect(statusCode).toBe(status);
    expect(document).toEqual({ type: "about:blank", title, status, detail: "because" });
    expect(logged).toEqual([]);
  });

  it("carries the headers that HTTP wants", async () => {
    const { headers } = await refuse(new HttpError(405, "because", { headers: { allow: "GET, POST" } }));
    expect(headers).toMatchObject({ "content-type": "application/problem+json", allow: "GET, POST" });
  });
});

describe("a failure of ours", () => {
  it("is logged, and tells the client nothing but the id to quote", async () => {
    const error = new TypeError("secret of table results");
    const { statusCode, body, document, logged, counted } = await refuse(error);
    expect(statusCode).toBe(500);
    expect(document).toMatchObject({ status: 500, detail: expect.stringContaining("lambda-request") });
    expect(body).not.toContain("secret");
    expect(logged).toEqual([["request failed", { error, requestId: "lambda-request", job: "job of the path" }]]);
    expect(counted).toBe(1); // to Lambda the answer is a success: nobody else would count it
  });

  it.each([
    {
      error: new errors.Unavailable("secret of the bucket", 7, new Error("secret")),
      want: { status: 503, title: "Service Unavailable", retryAfter: "7" },
      says: "a service that is needed is away",
    },
    {
      error: new errors.StoreContended("secret of the item"),
      want: { status: 503, title: "Service Unavailable", retryAfter: "1" },
      says: "others changed the same thing",
    },
    {
      error: new errors.ListDamaged("lists/secret", "short"),
      want: { status: 500, title: "Internal Server Error", retryAfter: undefined },
      says: "the stored receiver list of this job is damaged",
    },
    {
      error: new errors.BadConfig("secret"),
      want: { status: 500, title: "Internal Server Error", retryAfter: undefined },
      says: "something went wrong here",
    },
  ])("$error.code is clear, and tells nothing internal", async ({ error, want, says }) => {
    const { body, headers, document, logged, counted } = await refuse(error);
    expect({ ...document, retryAfter: headers?.["retry-after"] }).toMatchObject(want);
    expect(document.detail).toContain(says);
    expect(document.detail).toContain("lambda-request");
    expect(body).not.toContain("secret");
    expect(logged).toEqual([["request failed", { error, requestId: "lambda-request", job: "job of the path" }]]);
    expect(counted).toBe(1); // to Lambda the answer is a success: nobody else would count it
  });
});

describe("openRoute", () => {
  it("hands a reply on as it is", async () => {
    const { statusCode, headers, document } = await answer(() => json(202, { JobId: "j" }, { location: "/v1/jobs/j" }));
    expect({ statusCode, headers, document }).toMatchObject({
      statusCode: 202,
      headers: { "content-type": "application/json", location: "/v1/jobs/j" },
      document: { JobId: "j" },
    });
  });

  it("tells browsers to make nothing of an answer, good or bad", async () => {
    const good = await answer(() => json(200, {}));
    const bad = await refuse(new errors.NotFound("because"));
    for (const { headers } of [good, bad]) {
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "Content-Security-Policy": expect.stringContaining("default-src 'none'"),
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": expect.stringContaining("max-age="),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
      });
    }
  });

  it("reads header names in any case", async () => {
    const seen: unknown[] = [];
    const handler = openRoute({ log: {} as Logger, onFailure: () => {} }, async ({ headers }) => {
      seen.push(headers["idempotency-key"]);
      return json(200, {});
    });
    await handler(aRequest({ headers: { "Idempotency-Key": "k" } }), context);
    expect(seen).toEqual(["k"]);
  });
});
