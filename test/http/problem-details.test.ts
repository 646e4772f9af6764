import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { ROUTES, unknownRoute } from "../../lib/api/routes.ts";
import { BadRequest } from "../../lib/domain/errors.ts";
import { json, ownerOf, type Reply, route } from "../../lib/http/route.ts";
import { aRequest } from "./request.ts";

const context = { awsRequestId: "lambda-request", getRemainingTimeInMillis: () => 1_000 } as Context;

/** Answer a request with a route that does `handle`, and what it logged meanwhile. */
async function answer(handle: () => Reply, headers: Record<string, string> = {}) {
  const logged: unknown[] = [];
  const log = { error: (...args: unknown[]) => logged.push(args) } as unknown as Logger;
  const handler = route(log, async () => handle());
  const reply = await handler(aRequest({ headers }), context);
  return { ...reply, document: JSON.parse(reply.body ?? "null"), logged };
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
    const { statusCode, headers, document, logged } = await refuse(
      new BadRequest(422, "the request has faults", faults, { total: 300 }),
    );
    expect(statusCode).toBe(422);
    expect(headers).toEqual({ "content-type": "application/problem+json" });
    expect(document).toEqual({
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      detail: "the request has faults",
      errors: faults,
      total: 300,
    });
    expect(logged).toEqual([]); // the client's fault is not an error of ours
  });

  it.each([
    { status: 400, title: "Bad Request" },
    { status: 404, title: "Not Found" },
    { status: 406, title: "Not Acceptable" },
    { status: 413, title: "Content Too Large" },
    { status: 415, title: "Unsupported Media Type" },
  ])("says what $status means", async ({ status, title }) => {
    const { document } = await refuse(new BadRequest(status, "because"));
    expect(document).toEqual({ type: "about:blank", title, status, detail: "because" });
  });

  it("says when to come again where that may help, and only there", async () => {
    const running = await refuse(new BadRequest(409, "still running", [], { retryAfterS: 2 }));
    expect(running.headers).toMatchObject({ "retry-after": "2" });
    const done = await refuse(new BadRequest(409, "cannot pause a job that is done"));
    expect(done.headers).not.toHaveProperty("retry-after");
  });
});

describe("a failure of ours", () => {
  it("is logged, and tells the client nothing but the id to quote", async () => {
    const error = new TypeError("secret of table results");
    const { statusCode, body, document, logged } = await refuse(error);
    expect(statusCode).toBe(500);
    expect(document).toMatchObject({ status: 500, detail: expect.stringContaining("lambda-request") });
    expect(body).not.toContain("secret");
    expect(logged).toEqual([["request failed", { error, requestId: "lambda-request" }]]);
  });
});

describe("route", () => {
  it("hands a reply on as it is", async () => {
    const { statusCode, headers, document } = await answer(() => json(202, { JobId: "j" }, { location: "/v1/jobs/j" }));
    expect({ statusCode, headers, document }).toEqual({
      statusCode: 202,
      headers: { "content-type": "application/json", location: "/v1/jobs/j" },
      document: { JobId: "j" },
    });
  });

  it("reads header names in any case", async () => {
    const seen: unknown[] = [];
    const handler = route({} as Logger, async ({ headers }) => {
      seen.push(headers["idempotency-key"]);
      return json(200, {});
    });
    await handler(aRequest({ headers: { "Idempotency-Key": "k" } }), context);
    expect(seen).toEqual(["k"]);
  });

  it.each([
    {
      when: "IAM in front",
      request: aRequest({ userArn: "arn:aws:iam::123456789012:user/a" }),
      want: "arn:aws:iam::123456789012:user/a",
    },
    { when: "nobody in front", request: aRequest({}), want: "local" },
  ])("knows who asks with $when", ({ request, want }) => {
    expect(ownerOf(request)).toBe(want);
  });
});

describe("unknownRoute", () => {
  const ask = (method: string, path: string) => {
    const { statusCode, headers, body } = unknownRoute(aRequest({ method, path }));
    return { statusCode, allow: headers?.["allow"], status: JSON.parse(body ?? "").status };
  };

  it.each([
    { method: "GET", path: "/" },
    { method: "GET", path: "/v1" },
    { method: "GET", path: "/v1/jobs/a/b/c/d" },
    { method: "POST", path: "/v2/jobs" },
    { method: "GET", path: "/v1/jobsx" },
    { method: "GET", path: "/v1/jobs//outcomes" },
  ])("$method $path is none: 404", ({ method, path }) => {
    expect(ask(method, path)).toEqual({ statusCode: 404, status: 404, allow: undefined });
  });

  it.each(Object.entries(ROUTES))("%s has other methods: 405, and names them", (pattern, methods) => {
    const path = pattern.replaceAll(/\{\w+\}/g, "x");
    expect(ask("DELETE", path)).toEqual({ statusCode: 405, status: 405, allow: methods.join(", ") });
  });
});
