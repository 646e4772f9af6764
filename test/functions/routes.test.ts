import { gzipSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { Reply, Request } from "../../lib/http/request.ts";
import { aRequest } from "../http/request.ts";
import { aJob } from "../support/a-job.ts";
import { assertDescribed } from "../support/check-answer.ts";
import { FUNCTION_OF } from "../support/function-of.ts";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const JSON_TYPE = { "content-type": "application/json" };
const BODY = { AppId: 7, Sender: "5", Receiver: ["1", "2", "2"], MsgType: 10001, Content: "hello" };
const USER = "arn:aws:iam::123456789012:user/a";
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");

const CLIENTS_ROUTES = [
  ...["acceptJob", "controlJob", "getJob", "getOutcome", "getQuota", "listJobs", "listOutcomes", "resendCallback"],
  ...["controlQuota", "reserveQuota", "retryJob"],
];

type Words = Readonly<{ title: string; detail: string; errors?: readonly { pointer: string; detail: string }[] }>;
const wordsOf = ({ title, detail, errors = [] }: Words) => [title, detail, ...errors.map((one) => one.detail)];
const withoutWords = ({ title: _, detail: __, errors = [], ...rest }: Words) => ({
  ...rest,
  pointers: errors.map(({ pointer }) => pointer),
});

type Handler = (request: Request, given: typeof context) => Promise<Reply>;
type Parts = Parameters<typeof aRequest>[0];

/** The method and path that lead to a function, whatever the request of a test says. */
function routeOf(name: string, { requestContext, rawPath }: Request) {
  const found = [...FUNCTION_OF].find(([route, one]) => one.name === name && route !== "* *");
  const [method = "", path = ""] = found?.[0].split(" ") ?? [requestContext.http.method, rawPath];
  return { method, path };
}

describe("routes", () => {
  let stored: Job | undefined;
  let bucketStatus: number | undefined;
  const calls = fakeAws(({ target }) => {
    if (target === "GetItem") return stored ? { Item: toJobItem(stored, "token") } : {};
    return target.startsWith("PUT ") ? bucketStatus : undefined;
  });
  const handlers: Record<string, Handler> = {};
  beforeAll(async () => {
    handlers["acceptJob"] = (await import("../../functions/accept-job.ts")).handler as Handler;
    handlers["controlJob"] = (await import("../../functions/control-job.ts")).handler as Handler;
    handlers["getJob"] = (await import("../../functions/get-job.ts")).handler as Handler;
    handlers["getOutcome"] = (await import("../../functions/get-outcome.ts")).handler as Handler;
    handlers["getQuota"] = (await import("../../functions/get-quota.ts")).handler as Handler;
    handlers["controlQuota"] = (await import("../../functions/control-quota.ts")).handler as Handler;
    handlers["reserveQuota"] = (await import("../../functions/reserve-quota.ts")).handler as Handler;
    handlers["listJobs"] = (await import("../../functions/list-jobs.ts")).handler as Handler;
    handlers["listOutcomes"] = (await import("../../functions/list-outcomes.ts")).handler as Handler;
    handlers["resendCallback"] = (await import("../../functions/resend-callback.ts")).handler as Handler;
    handlers["retryJob"] = (await import("../../functions/retry-job.ts")).handler as Handler;
    handlers["unknownRoute"] = (await import("../../functions/unknown-route.ts")).handler as Handler;
    handlers["health"] = (await import("../../functions/health.ts")).handler as Handler;
  });
  beforeEach(() => {
    stored = undefined;
    bucketStatus = undefined;
  });
  const call = async (name: string, request: Request) => {
    const { statusCode = 0, headers = {}, body = "" } = (await handlers[name]?.(request, context)) ?? {};
    const given = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, String(value)]));
    assertDescribed({ ...routeOf(name, request), status: statusCode, headers: given, body });
    return { statusCode, headers, body: JSON.parse(body) };
  };
  const asked = (parts: Parts) => aRequest({ userArn: USER, ...parts });
  const post = (body: object, headers: Record<string, string> = {}, userArn = USER) =>
    asked({
      method: "POST",
      path: "/v1/jobs",
      body: JSON.stringify(body),
      headers: { ...JSON_TYPE, ...headers },
      userArn,
    });
  const quota = (method: string, path: string, body?: unknown) =>
    asked({
      ...{ method, path: `/v1/quota${path}` },
      ...(body !== undefined && { body: JSON.stringify(body), headers: JSON_TYPE }),
    });
  const ofJob = (JobId: string, rest: Parts = {}) => asked({ ...rest, params: { JobId, ...rest.params } });

  it.each([
    { route: "acceptJob", request: asked({ body: "x", headers: { "content-type": "text/plain" } }), status: 415 },
    { route: "acceptJob", request: asked({ headers: JSON_TYPE }), status: 400 },
    { route: "acceptJob", request: asked({ body: "{", headers: JSON_TYPE }), status: 400 },
    { route: "acceptJob", request: post({ ...BODY, Receiver: [0] }), status: 422 },
    { route: "acceptJob", request: post({ ...BODY, Options: { NotBefore: "2026-01-31T08:00:00Z" } }), status: 422 },
    { route: "acceptJob", request: post(BODY, { "idempotency-key": "" }), status: 400 },
    { route: "controlJob", request: ofJob(JOB, { path: `/v1/jobs/${JOB}/stop` }), status: 404 },
    { route: "getJob", request: ofJob("UPPER"), status: 404 },
    { route: "getOutcome", request: ofJob(JOB, { params: { UserId: "0" } }), status: 422 },
    { route: "getOutcome", request: ofJob("-", { params: { UserId: "1" } }), status: 404 },
    { route: "getQuota", request: asked({ query: { AppId: "x" } }), status: 422 },
    { route: "getQuota", request: asked({ query: { Account: "none" } }), status: 422 },
    { route: "controlQuota", request: quota("PATCH", "", { Messages: 4_000 }), status: 403 },
    { route: "controlQuota", request: quota("PATCH", "", { Messages: 0 }), status: 422 },
    { route: "controlQuota", request: quota("PATCH", "", [1]), status: 400 },
    { route: "controlQuota", request: quota("POST", "/pause"), status: 403 },
    { route: "reserveQuota", request: quota("POST", "/reservations", { Count: 0, Lane: "x", Gap: 1 }), status: 422 },
    { route: "listJobs", request: asked({ query: { Limit: "101", Status: "x" } }), status: 422 },
    { route: "listOutcomes", request: ofJob(JOB, { query: { Status: "running" } }), status: 422 },
    { route: "listOutcomes", request: ofJob(JOB, { headers: { accept: "text/html" } }), status: 406 },
    { route: "listOutcomes", request: ofJob("x"), status: 404 },
    { route: "resendCallback", request: ofJob("x"), status: 404 },
    { route: "retryJob", request: ofJob("x"), status: 404 },
    { route: "retryJob", request: ofJob(JOB, { body: "[]", headers: JSON_TYPE }), status: 422 },
    { route: "unknownRoute", request: asked({ path: "/v1/nothing" }), status: 404 },
    { route: "unknownRoute", request: asked({ method: "DELETE", path: "/v1/jobs" }), status: 405 },
    ...CLIENTS_ROUTES.map((route) => ({
      route,
      request: aRequest({ path: "/pause", params: { JobId: JOB, UserId: "1" } }),
      status: 401,
    })),
  ])("$route refuses bad input with $status, having asked nothing of AWS", async ({ route, request, status }) => {
    const reply = await call(route, request);
    const headers = { "content-type": "application/problem+json" };
    expect(reply).toMatchObject({ statusCode: status, headers, body: { status } });
    const inChinese = { ...request, headers: { ...request.headers, "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } };
    const { headers: told, body } = await call(route, inChinese);
    expect(told).toMatchObject({ ...headers, "content-language": "zh-CN" });
    expect(withoutWords(body)).toEqual(withoutWords(reply.body));
    for (const text of wordsOf(body)) expect(text).toMatch(/\p{Script=Han}/u);
    expect(calls).toEqual([]);
  });

  it("health answers by itself", async () => {
    expect(await call("health", aRequest({}))).toMatchObject({ statusCode: 200, body: { Status: "ok" } });
    expect(calls).toEqual([]);
  });

  it("a dry run says what it would do, and does nothing", async () => {
    const reply = await call("acceptJob", post({ ...BODY, Options: { DryRun: true } }));
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).not.toHaveProperty("location");
    expect(reply.body).toMatchObject({ DryRun: true, Receivers: 2, DuplicatesDropped: 1, Batches: 1 });
    expect(calls).toEqual([]);
  });

  it("a job is written down after its list, and queued last", async () => {
    const reply = await call("acceptJob", post(BODY));
    const { JobId } = reply.body;
    expect(reply).toMatchObject({
      statusCode: 202,
      headers: { location: `/v1/jobs/${JobId}` },
      body: { Status: "running", Receivers: 2, DuplicatesDropped: 1, Batches: 1, EstimatedSeconds: 1 },
    });
    expect(JobId).toMatch(/^[0-9a-z]{25}$/);
    expect(calls.map(({ target }) => target)).toEqual(["PutItem", "PutItem", "SendMessageBatch"]);
    expect(calls[0]?.body).toMatchObject({ Item: { sk: { S: "MESSAGE" } } });
    expect(calls[1]?.body).toMatchObject({ Item: { pk: { S: `JOB#${JobId}` } } });
    expect(calls[2]?.body).toMatchObject({ QueueUrl: expect.stringContaining("express") });
  });

  it("a larger list goes to the bucket first; one that cannot is accepted nowhere", async () => {
    const large = { ...BODY, Receiver: Array.from({ length: 501 }, (_, i) => i + 1) };
    expect(await call("acceptJob", post(large))).toMatchObject({ statusCode: 202, body: { Batches: 2 } });
    expect(calls[0]?.target).toMatch(/^PUT \/lists\//);
    expect(calls.slice(1).map(({ target }) => target)).toEqual(["PutItem", "PutItem", "SendMessage"]);
    expect(calls[2]?.body).toMatchObject({ Item: { events: { BOOL: true } } });

    calls.length = 0;
    bucketStatus = 503;
    const refused = await call("acceptJob", post(large));
    expect(refused).toMatchObject({ statusCode: 503, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    expect(calls.every(({ target }) => target.startsWith("PUT "))).toBe(true);
  });

  it("a gzip body is read like any other", async () => {
    const body = gzipSync(JSON.stringify(BODY)).toString("base64");
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    const reply = await call("acceptJob", asked({ body, base64: true, headers }));
    expect(reply).toMatchObject({ statusCode: 202, body: { Receivers: 2 } });
  });

  it("an Idempotency-Key names the same job for the same client, quoted or not, and another for another", async () => {
    const idFor = async (user: string, key: string) => {
      const headers = { "Idempotency-Key": key };
      return (await call("acceptJob", post(BODY, headers, `arn:aws:iam::123456789012:user/${user}`))).body.JobId;
    };
    const ids = [await idFor("a", "k"), await idFor("a", '"k"'), await idFor("b", "k"), await idFor("a", "l")];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it("a client controls its own job, and sees no one else's", async () => {
    stored = aJob({ id: JOB, clientId: "123456789012:user/a", expiresAtMs: FAR_MS, goneAtMs: FAR_MS });
    const pause = { method: "POST", path: `/v1/jobs/${JOB}/pause` };
    const reply = await call("controlJob", ofJob(JOB, pause));
    expect(reply).toMatchObject({ statusCode: 200, body: { JobId: JOB, Status: "paused" } });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "UpdateItem"]);

    const other = ofJob(JOB, { ...pause, userArn: "arn:aws:iam::123456789012:user/b" });
    for (const route of ["controlJob", "getJob", "listOutcomes", "resendCallback", "retryJob"]) {
      expect(await call(route, other)).toMatchObject({ statusCode: 404 });
    }
    expect(calls.filter(({ target }) => target === "UpdateItem")).toHaveLength(1);
  });

  it("what a control puts into the outbox is asked to be published", async () => {
    const ends = { expiresAtMs: FAR_MS, goneAtMs: FAR_MS };
    stored = aJob({ id: JOB, clientId: "123456789012:user/a", events: true, ...ends });
    await call("controlJob", ofJob(JOB, { method: "POST", path: `/v1/jobs/${JOB}/pause` }));
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "UpdateItem", "SendMessage"]);
    expect(calls[1]?.body).toMatchObject({ ExpressionAttributeValues: { ":outboxAt": {}, ":outbox": { L: [{}] } } });
    expect(calls[2]?.body).toMatchObject({ QueueUrl: expect.stringContaining("events") });
  });

  it("a callback's last event is sent again; without a callback there is none", async () => {
    const last = { type: "JobPaused", version: 1, atMs: 1 } as const;
    const callback = { url: "https://example.com/a?key=b", state: "failed", attempts: 11, sinceMs: 1, last } as const;
    const ends = { expiresAtMs: FAR_MS, goneAtMs: FAR_MS };
    stored = aJob({ id: JOB, clientId: "123456789012:user/a", events: true, callback, ...ends });
    const reply = await call("resendCallback", ofJob(JOB, { method: "POST" }));
    const Callback = { Url: "https://example.com/a", State: "waiting", Attempts: 0 };
    expect(reply).toMatchObject({ statusCode: 202, body: { JobId: JOB, Callback } });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "UpdateItem", "SendMessage"]);
    stored = aJob({ id: JOB, clientId: "123456789012:user/a", ...ends });
    expect(await call("resendCallback", ofJob(JOB, { method: "POST" }))).toMatchObject({ statusCode: 409 });
  });

  it.each(["getJob", "listOutcomes", "resendCallback", "retryJob"])("%s of an unknown job: 404", async (route) => {
    expect(await call(route, ofJob(JOB))).toMatchObject({
      statusCode: 404,
      body: { detail: `there is no job ${JOB}` },
    });
  });

  it("settings that are missing stop a function before its first request", async () => {
    vi.stubEnv("RESULTS_TABLE", "");
    vi.resetModules();
    await expect(import("../../functions/get-quota.ts")).rejects.toMatchObject({ code: "BAD_CONFIG" });
    vi.stubEnv("RESULTS_TABLE", "results");
  });
});
