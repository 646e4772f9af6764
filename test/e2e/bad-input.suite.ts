import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Answer, ask, type Problem, post } from "../support/ask.ts";
import { itemsOf, queued } from "../support/inside-volley.ts";
import { type JobList, longIds, MESSAGE } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

// Whatever is wrong is said with its own status and a problem document (RFC 9457), and leaves no trace.

const JOB = { ...MESSAGE, Receiver: [1] };
const without = (name: keyof typeof JOB) => ({ ...JOB, [name]: undefined });
const withReceivers = (text: string) => JSON.stringify(JOB).replace('"Receiver":[1]', `"Receiver":${text}`);
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const DAY_MS = 24 * 3_600_000;

function expectProblem({ status, headers, body }: Answer<Problem>, want: number): void {
  expect({ status, body }).toMatchObject({ status: want });
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ type: "about:blank", status: want });
  expect(body.title).toMatch(/^[A-Z][A-Za-z ]+$/);
  expect(body.detail).toMatch(/\w+/);
}

describe("a body that is no request", () => {
  it.each([
    { when: "no body", body: "", want: 400 },
    { when: "not JSON", body: "{", want: 400 },
    { when: "more than JSON", body: `${JSON.stringify(JOB)}}`, want: 400 },
    { when: "JSON nested too deep", body: "[".repeat(200_000), want: 400 },
    { when: "a list", body: "[]", want: 400 },
    { when: "a string", body: '"x"', want: 400 },
    { when: "null", body: "null", want: 400 },
    {
      when: "gzip of bytes that are no UTF-8",
      body: gzipSync(Buffer.from('{"Content":"\xff"}', "latin1")),
      headers: { "content-encoding": "gzip" },
      want: 400,
    },
    { when: "no Content-Type of JSON", body: JOB, headers: { "content-type": "text/plain" }, want: 415 },
    { when: "form data", body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" }, want: 415 },
    { when: "brotli", body: Buffer.from("x"), headers: { "content-encoding": "br" }, want: 415 },
    { when: "gzip only by its header", body: "[1]", headers: { "content-encoding": "gzip" }, want: 400 },
    {
      when: "gzip that breaks off",
      body: gzipSync(JSON.stringify(JOB)).subarray(0, -9),
      headers: { "content-encoding": "gzip" },
      want: 400,
    },
    {
      when: "a gzip bomb",
      body: gzipSync(Buffer.alloc(64 * 2 ** 20, 32)),
      headers: { "content-encoding": "gzip" },
      want: 413,
    },
    {
      when: "an Idempotency-Key that is too long",
      body: JOB,
      headers: { "idempotency-key": "k".repeat(256) },
      want: 400,
    },
    { when: "an Idempotency-Key with a tab", body: JOB, headers: { "idempotency-key": "a\tb" }, want: 400 },
    { when: "an Idempotency-Key past ASCII", body: JOB, headers: { "idempotency-key": "schlüssel" }, want: 400 },
  ])("$when: $want", async ({ body, headers, want }) => {
    expectProblem(await post<Problem>(volley, "/v1/jobs", body, headers), want);
  });

  it("more than Lambda takes: 413", async () => {
    expectProblem(await post<Problem>(volley, "/v1/jobs", withReceivers(`[${longIds(320_000)}]`)), 413);
  });
});

describe("a request with a fault", () => {
  it.each([
    { when: "a field nobody knows", body: { ...JOB, Reciever: [2] }, want: ["/Reciever"] },
    { when: "no Receiver", body: without("Receiver"), want: ["/Receiver"] },
    { when: "nobody in Receiver", body: { ...JOB, Receiver: [] }, want: ["/Receiver"] },
    { when: "a Receiver that is no list", body: { ...JOB, Receiver: "1" }, want: ["/Receiver"] },
    { when: "no AppId", body: without("AppId"), want: ["/AppId"] },
    { when: "AppId past int32", body: { ...JOB, AppId: 2_147_483_648 }, want: ["/AppId"] },
    { when: "AppId 0", body: { ...JOB, AppId: 0 }, want: ["/AppId"] },
    { when: "AppId as a string", body: { ...JOB, AppId: "1" }, want: ["/AppId"] },
    { when: "MsgType with a fraction", body: { ...JOB, MsgType: 1.5 }, want: ["/MsgType"] },
    { when: "MsgType null", body: { ...JOB, MsgType: null }, want: ["/MsgType"] },
    { when: "Sender below 1", body: { ...JOB, Sender: -1 }, want: ["/Sender"] },
    { when: "Content that is no string", body: { ...JOB, Content: { text: "x" } }, want: ["/Content"] },
    { when: "Content past 64 KB in UTF-8", body: { ...JOB, Content: "消".repeat(21_846) }, want: ["/Content"] },
    { when: "IsNormalUser that is no boolean", body: { ...JOB, IsNormalUser: 1 }, want: ["/IsNormalUser"] },
    { when: "Ext that is a list", body: { ...JOB, Ext: ["a"] }, want: ["/Ext"] },
    { when: "Ext with a number in it", body: { ...JOB, Ext: { a: "1", "b/c": 2 } }, want: ["/Ext/b~1c"] },
    { when: "Options that are no object", body: { ...JOB, Options: [] }, want: ["/Options"] },
    { when: "an option nobody knows", body: { ...JOB, Options: { Now: true } }, want: ["/Options/Now"] },
    { when: "an unknown lane", body: { ...JOB, Options: { Lane: "fast" } }, want: ["/Options/Lane"] },
    {
      when: "express for more than one batch",
      body: { ...JOB, Receiver: Array.from({ length: 501 }, (_, i) => i + 1), Options: { Lane: "express" } },
      want: ["/Options/Lane"],
    },
    {
      when: "NotBefore that is no time",
      body: { ...JOB, Options: { NotBefore: "soon" } },
      want: ["/Options/NotBefore"],
    },
    { when: "NotBefore in the past", body: { ...JOB, Options: { NotBefore: inMs(-1) } }, want: ["/Options/NotBefore"] },
    {
      when: "NotBefore further ahead than results are kept",
      body: { ...JOB, Options: { NotBefore: inMs(30 * DAY_MS + 3_600_000) } },
      want: ["/Options/NotBefore"],
    },
    { when: "ExpiresAt in the past", body: { ...JOB, Options: { ExpiresAt: inMs(-1) } }, want: ["/Options/ExpiresAt"] },
    {
      when: "ExpiresAt before NotBefore",
      body: { ...JOB, Options: { NotBefore: inMs(DAY_MS), ExpiresAt: inMs(DAY_MS - 1) } },
      want: ["/Options/ExpiresAt"],
    },
    {
      when: "many faults, all at once",
      body: { AppId: "x", Receiver: [1, 0, "02"], MsgType: 1, Content: 5, Foo: 1 },
      want: ["/AppId", "/Content", "/Foo", "/Receiver/1", "/Receiver/2", "/Sender"],
    },
  ])("$when", async ({ body, want }) => {
    const answer = await post<Problem>(volley, "/v1/jobs", body);
    expectProblem(answer, 422);
    expect(answer.body.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(want);
    expect(answer.body.total).toBe(want.length);
  });

  it("is told in Chinese to who asks so, at the same places", async () => {
    const headers = { "accept-language": "zh-CN" };
    const { body, headers: told } = await post<Problem>(volley, "/v1/jobs", { ...JOB, AppId: 0, Foo: 1 }, headers);
    expect(told.get("content-language")).toBe("zh-CN");
    expect(body).toMatchObject({ title: "内容无法处理", status: 422, detail: "请求有错误", total: 2 });
    expect(body.errors).toEqual([
      { pointer: "/AppId", detail: "必须在 1 到 2147483647 之间" },
      { pointer: "/Foo", detail: "不是这个请求的字段" },
    ]);
    const { body: none } = await ask<Problem>(volley, "/v1/nothing", { headers });
    expect(none).toMatchObject({ status: 404, detail: "没有这个路由" });
  });

  it("names each bad id by its place", async () => {
    const good = ["1", '"1"', "9223372036854775807", '"9223372036854775807"'];
    const bad = ["0", "-0", "-1", "1.0", "1e3", "1.5", "9223372036854775808", `"${"9".repeat(20)}"`];
    const worse = ['"01"', '"+1"', '" 1"', '"0x1"', '""', '"１"', "null", "true", "[1]", '{"UserId":1}'];
    const list = [...good, ...bad, ...worse];
    const answer = await post<Problem>(volley, "/v1/jobs", withReceivers(`[${list}]`));
    expectProblem(answer, 422);
    const want = [...bad, ...worse].map((_, i) => `/Receiver/${good.length + i}`);
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(want);
  });

  it("names the first hundred and counts them all", async () => {
    const answer = await post<Problem>(volley, "/v1/jobs", { ...JOB, Receiver: Array(250).fill(-1) });
    expectProblem(answer, 422);
    expect(answer.body.errors).toHaveLength(100);
    expect(answer.body.total).toBe(250);
  });
});

const NOBODY = "0".repeat(25);

describe("a question nobody can answer", () => {
  it.each([
    ...["", "/outcomes", "/outcomes/1"].map((rest) => ({
      method: "GET",
      path: `/v1/jobs/${NOBODY}${rest}`,
      want: 404,
    })),
    ...["pause", "resume", "cancel", "retry"].map((action) => ({
      method: "POST",
      path: `/v1/jobs/${NOBODY}/${action}`,
      want: 404,
    })),
    { method: "GET", path: "/v1/jobs/no-such-job", want: 404 },
    { method: "GET", path: "/v1/jobs/%2e%2e", want: 404 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes/x`, want: 422 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes/01`, want: 422 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes?Limit=0`, want: 422 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes?Limit=1001`, want: 422 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes?Status=lost`, want: 422 },
    { method: "GET", path: `/v1/jobs/${NOBODY}/outcomes?Cursor=AAAA`, want: 422 },
    { method: "GET", path: "/v1/jobs?Limit=101", want: 422 },
    { method: "GET", path: "/v1/jobs?Limit=ten", want: 422 },
    { method: "GET", path: "/v1/jobs?Cursor=x", want: 422 },
    { method: "GET", path: "/v1/jobs?Status=lost&AppId=2147483648", want: 422 },
    { method: "GET", path: "/v1/jobs?appid=1", want: 422 },
    { method: "GET", path: "/v1/quota?AppId=0", want: 422 },
    { method: "GET", path: "/v1/nothing", want: 404 },
    { method: "GET", path: "/", want: 405, allow: "POST" },
    { method: "DELETE", path: "/v1/jobs", want: 405, allow: "GET, POST" },
    { method: "PUT", path: `/v1/jobs/${NOBODY}`, want: 405, allow: "GET" },
    { method: "GET", path: `/v1/jobs/${NOBODY}/cancel`, want: 405, allow: "POST" },
    { method: "POST", path: "/health", want: 405, allow: "GET" },
  ])("$method $path: $want", async ({ method, path, want, ...more }) => {
    const answer = await ask<Problem>(volley, path, { method });
    expectProblem(answer, want);
    expect(answer.headers.get("allow")).toBe("allow" in more ? more.allow : null);
  });

  it("a form of outcomes nobody writes: 406", async () => {
    const headers = { accept: "text/html" };
    expectProblem(await ask<Problem>(volley, `/v1/jobs/${NOBODY}/outcomes`, { headers }), 406);
  });

  it.each(["{", "[]", '{"Include":["sent"]}', '{"Exclude":[]}'])("a retry of %s", async (body) => {
    const answer = await post<Problem>(volley, `/v1/jobs/${NOBODY}/retry`, body);
    expectProblem(answer, body === "{" ? 400 : 422);
  });
});

it("none of it leaves a trace", async () => {
  expect((await ask<JobList>(volley, "/v1/jobs")).body).toEqual({ Jobs: [] });
  expect(await itemsOf(volley, "results")).toEqual([]);
  expect(await itemsOf(volley, "quota")).toEqual([]);
  for (const queue of ["express", "bulk", "dispatch", "imports"])
    for (const name of [queue, `${queue}-dead-letters`])
      expect({ name, queued: await queued(volley, name) }).toEqual({ name, queued: 0 });
  expect(volley.simulator.stats().calls).toBe(0);
});
