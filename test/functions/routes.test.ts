import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Reply, Request } from "../../lib/http/route.ts";
import { aRequest } from "../http/request.ts";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const JSON_TYPE = { "content-type": "application/json" };
const BODY = { AppId: 7, Sender: "5", Receiver: ["1", "2", "2"], MsgType: 10001, Content: "hello" };

type Handler = (request: Request, given: typeof context) => Promise<Reply>;

describe("routes", () => {
  const calls = fakeAws(({ target }) => (target === "GetItem" ? {} : undefined));
  const handlers: Record<string, Handler> = {};
  beforeAll(async () => {
    handlers["acceptJob"] = (await import("../../functions/accept-job.ts")).handler as Handler;
    handlers["getJob"] = (await import("../../functions/get-job.ts")).handler as Handler;
    handlers["getOutcome"] = (await import("../../functions/get-outcome.ts")).handler as Handler;
    handlers["getQuota"] = (await import("../../functions/get-quota.ts")).handler as Handler;
    handlers["listJobs"] = (await import("../../functions/list-jobs.ts")).handler as Handler;
    handlers["listOutcomes"] = (await import("../../functions/list-outcomes.ts")).handler as Handler;
    handlers["retryJob"] = (await import("../../functions/retry-job.ts")).handler as Handler;
    handlers["steerJob"] = (await import("../../functions/steer-job.ts")).handler as Handler;
    handlers["unknownRoute"] = (await import("../../functions/unknown-route.ts")).handler as Handler;
    handlers["health"] = (await import("../../functions/health.ts")).handler as Handler;
  });
  const call = async (name: string, request: Request) => {
    const { statusCode, headers, body = "null" } = (await handlers[name]?.(request, context)) ?? {};
    return { statusCode, headers, body: JSON.parse(body) };
  };
  const post = (body: object, headers: Record<string, string> = {}, userArn = "arn:aws:iam::1:user/a") =>
    aRequest({
      method: "POST",
      path: "/v1/jobs",
      body: JSON.stringify(body),
      headers: { ...JSON_TYPE, ...headers },
      userArn,
    });
  const ofJob = (JobId: string, rest: Parameters<typeof aRequest>[0] = {}) =>
    aRequest({ ...rest, params: { JobId, ...rest.params } });

  it.each([
    { route: "acceptJob", request: aRequest({ body: "x", headers: { "content-type": "text/plain" } }), status: 415 },
    { route: "acceptJob", request: aRequest({ headers: JSON_TYPE }), status: 400 },
    { route: "acceptJob", request: aRequest({ body: "{", headers: JSON_TYPE }), status: 400 },
    { route: "acceptJob", request: post({ ...BODY, Receiver: [0] }), status: 422 },
    { route: "acceptJob", request: post(BODY, { "idempotency-key": "" }), status: 400 },
    { route: "getJob", request: ofJob("UPPER"), status: 404 },
    { route: "getOutcome", request: ofJob(JOB, { params: { UserId: "0" } }), status: 422 },
    { route: "getOutcome", request: ofJob("-", { params: { UserId: "1" } }), status: 404 },
    { route: "getQuota", request: aRequest({ query: { AppId: "x" } }), status: 422 },
    { route: "listJobs", request: aRequest({ query: { Limit: "101", Status: "x" } }), status: 422 },
    { route: "listOutcomes", request: ofJob(JOB, { query: { Status: "running" } }), status: 422 },
    { route: "listOutcomes", request: ofJob("x"), status: 404 },
    { route: "retryJob", request: ofJob("x"), status: 404 },
    { route: "retryJob", request: ofJob(JOB, { body: "[]", headers: JSON_TYPE }), status: 422 },
    { route: "steerJob", request: ofJob(JOB, { path: `/v1/jobs/${JOB}/stop` }), status: 404 },
    { route: "unknownRoute", request: aRequest({ path: "/v1/nothing" }), status: 404 },
    { route: "unknownRoute", request: aRequest({ method: "DELETE", path: "/v1/jobs" }), status: 405 },
  ])("$route refuses bad input with $status, having asked nothing of AWS", async ({ route, request, status }) => {
    const reply = await call(route, request);
    expect(reply).toMatchObject({
      statusCode: status,
      headers: { "content-type": "application/problem+json" },
      body: { status },
    });
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

  it("a job is written down before it is queued, and started after", async () => {
    const reply = await call("acceptJob", post(BODY));
    const { JobId } = reply.body;
    expect(reply).toMatchObject({
      statusCode: 202,
      headers: { location: `/v1/jobs/${JobId}` },
      body: { Status: "running", Receivers: 2, DuplicatesDropped: 1, Batches: 1, EstimatedSeconds: 1 },
    });
    expect(JobId).toMatch(/^[0-9a-z]{25}$/);
    expect(calls.map(({ target }) => target)).toEqual(["PutItem", "PutItem", "SendMessageBatch", "UpdateItem"]);
    expect(calls[0]?.body).toMatchObject({
      Item: { owner: { S: "arn:aws:iam::1:user/a" }, state: { S: "accepting" } },
    });
    expect(calls[2]?.body).toMatchObject({ QueueUrl: expect.stringContaining("express") });
  });

  it("a gzip body is read like any other", async () => {
    const packed = gzipSync(JSON.stringify(BODY)).toString("base64");
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    const reply = await call("acceptJob", aRequest({ body: packed, base64: true, headers }));
    expect(reply).toMatchObject({ statusCode: 202, body: { Receivers: 2 } });
  });

  it("an Idempotency-Key names the same job for the same owner, and another for another", async () => {
    const idFor = async (owner: string, key: string) =>
      (await call("acceptJob", post(BODY, { "Idempotency-Key": key }, owner))).body.JobId;
    const ids = [await idFor("a", "k"), await idFor("a", "k"), await idFor("b", "k"), await idFor("a", "l")];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it.each(["getJob", "listOutcomes"])("%s of an unknown job: 404", async (route) => {
    expect(await call(route, ofJob(JOB))).toMatchObject({ statusCode: 404, body: { title: "Not Found" } });
  });

  it("settings that are missing stop a function before its first request", async () => {
    vi.stubEnv("RESULTS_TABLE", "");
    vi.resetModules();
    await expect(import("../../functions/get-quota.ts")).rejects.toMatchObject({ code: "BAD_CONFIG" });
    vi.stubEnv("RESULTS_TABLE", "results");
  });
});
