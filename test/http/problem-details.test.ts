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
const BECAUSE = "there is no such route";
const refuse = (error: Error) =>
  answer(() => {
    throw error;
  });

describe("a refused request", () => {
  it("is answered with a problem document that names every fault", async () => {
    const faults: errors.Fault[] = [
      { pointer: "/AppId", detail: "is missing" },
      { pointer: "/Receiver/7", detail: "must be a string" },
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
    { error: new errors.Malformed(BECAUSE), status: 400, title: "Bad Request" },
    { error: new HttpError(401, BECAUSE), status: 401, title: "Unauthorized" },
    { error: new errors.Forbidden(BECAUSE), status: 403, title: "Forbidden" },
    { error: new errors.NotFound(BECAUSE), status: 404, title: "Not Found" },
    { error: new HttpError(405, BECAUSE), status: 405, title: "Method Not Allowed" },
    { error: new HttpError(406, BECAUSE), status: 406, title: "Not Acceptable" },
    { error: new errors.Conflict(BECAUSE), status: 409, title: "Conflict" },
    { error: new HttpError(413, BECAUSE), status: 413, title: "Content Too Large" },
    { error: new HttpError(415, BECAUSE), status: 415, title: "Unsupported Media Type" },
    { error: new errors.Invalid(BECAUSE), status: 422, title: "Unprocessable Content" },
    { error: new HttpError(429, BECAUSE), status: 429, title: "Too Many Requests" },
  ])("says what $status means, and is no error in the log", async ({ error, status, title }) => {
    const { statusCode, document, logged } = await refuse(error);
    expect(statusCode).toBe(status);
    expect(document).toEqual({ type: "about:blank", title, status, detail: BECAUSE });
    expect(logged).toEqual([]);
  });

  it("carries the headers that HTTP wants", async () => {
    const { headers } = await refuse(new HttpError(405, BECAUSE, { headers: { allow: "GET, POST" } }));
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
    const bad = await refuse(new errors.NotFound(BECAUSE));
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

describe("in Chinese", () => {
  const refuseIn = (language: string, error: Error) =>
    answer(
      () => {
        throw error;
      },
      { "accept-language": language },
    );

  it.each([
    { error: new errors.Malformed("the request has no body"), title: "错误的请求", detail: "请求没有正文" },
    { error: new HttpError(401, "there is no such key"), title: "未通过身份验证", detail: "没有这个密钥" },
    { error: new errors.Forbidden("this needs the scope send"), title: "禁止访问", detail: "这需要权限 send" },
    { error: errors.noSuchJob("297tozjsw2xt"), title: "未找到", detail: "没有任务 297tozjsw2xt" },
    { error: new errors.Conflict("all sending of a-1 is paused"), title: "冲突", detail: "a-1 的所有发送已暂停" },
    {
      error: new errors.TooLate(
        "the job could not end in time: ExpiresAt is 10:00; all sending of its account is paused since 09:00, and nobody knows for how long",
      ),
      title: "冲突",
      detail: "任务无法按时结束：ExpiresAt 是 10:00；账号的所有发送已暂停（从 09:00 起），何时恢复未知",
    },
    { error: new HttpError(413, "the body must not exceed 9 bytes"), title: "内容过大", detail: "正文不得超过 9 字节" },
    {
      error: new errors.Unavailable("the table is away", 2),
      title: "服务不可用",
      detail: "所需的服务暂时不可用，没有执行任何操作；请重试；日志中的编号是 lambda-request",
    },
    { error: new TypeError("secret"), title: "服务器内部错误", detail: "服务器出错了；日志中的编号是 lambda-request" },
  ])("$error.message", async ({ error, title, detail }) => {
    const { headers, document } = await refuseIn("zh-CN,zh;q=0.9,en;q=0.8", error);
    expect(document).toMatchObject({ title, detail, type: "about:blank" });
    expect(headers).toMatchObject({ "content-language": "zh-CN", vary: "accept-language" });
  });

  it("has every fault, with the same pointer", async () => {
    const faults: errors.Fault[] = [
      { pointer: "/AppId", detail: "must be from 1 to 2147483647" },
      { pointer: "/Receiver/7", detail: "is missing" },
    ];
    const { document } = await refuseIn("zh", new errors.Invalid("the request has faults", faults, 300));
    expect(document).toEqual({
      ...{ type: "about:blank", title: "内容无法处理", status: 422, detail: "请求有错误", total: 300 },
      errors: [
        { pointer: "/AppId", detail: "必须在 1 到 2147483647 之间" },
        { pointer: "/Receiver/7", detail: "缺失" },
      ],
    });
  });

  it("is not for who asks for another language", async () => {
    const { headers, document } = await refuseIn("de, en;q=0.5, zh;q=0.1", new errors.NotFound(BECAUSE));
    expect(document).toMatchObject({ title: "Not Found", detail: BECAUSE });
    expect(headers).toMatchObject({ "content-language": "en", vary: "accept-language" });
  });
});
