import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireSweep } from "../../lib/wire/steer.ts";
import { until } from "../../local/local-stack.ts";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import {
  type Accepted,
  ask,
  hasNonePending,
  inboxOf,
  isDone,
  itemsOf,
  type JobBody,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  outcomesOf,
  post,
  postJob,
  queued,
  queueUrl,
  startVolley,
  type Volley,
} from "./support.ts";

// Whoever started a job can hold it, go on, end it, try again, and ask twice without sending twice.

/** Volley's own quota is small: four batches take seconds, so that there is something to steer. */
const SLOW = { QUOTA_MESSAGES: "500", QUOTA_WINDOW_MS: "500", QUOTA_MARGIN_MS: "200", QUOTA_MIN_GAP_MS: "20" };
const BATCH = 440;
const faults: FaultRuleInput[] = [
  { when: { receivers: ["777"] }, times: 3, do: { failReceivers: "matching" } },
  { when: { receivers: ["888"] }, times: 1, do: { omit: "matching" } },
];

let volley: Volley;
let mixed: Accepted;
beforeAll(async () => {
  volley = await startVolley({ quota: { messages: 1_000_000, windowMs: 1_000 }, faults }, SLOW);
  mixed = await postJob(volley, { ...MESSAGE, Receiver: ["776", "777", "888"] }); // takes a while: tried three times
});
afterAll(() => volley?.stop());

let used = 0n;
/** A list nobody had before. */
const freshIds = (count: number): string[] => longIds(count, 9_000_000_000_000_000_000n + 1_000_000n * ++used);
const fourBatches = (): string[] => freshIds(4 * BATCH);

type Problem = Readonly<{ detail: string }>;
const steer = (id: string, action: string) => post<JobBody & Problem>(volley, `/v1/jobs/${id}/${action}`);
const hasSome = ({ Tally }: JobBody): boolean => (Tally["Sent"] ?? 0) > 0;

describe("pause and resume", () => {
  it("keep what is left off the queue, and send it later, each once", async () => {
    const ids = fourBatches();
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: ids });
    await jobWhen(volley, JobId, hasSome);
    const paused = await steer(JobId, "pause");
    expect(paused).toMatchObject({ status: 200, body: { JobId, Status: "paused" } });
    const asOfPause = await jobOf(volley, JobId);

    await until(async () => (await queued(volley, "bulk")) === 0);
    const asOfRest = await jobOf(volley, JobId);
    expect(asOfRest).toMatchObject({ Status: "paused" });
    const sentAfter = (asOfRest.Tally["Sent"] ?? 0) - (asOfPause.Tally["Sent"] ?? 0);
    expect(sentAfter).toBeLessThanOrEqual(BATCH); // the call that was under way

    expect(await steer(JobId, "resume")).toMatchObject({ status: 200, body: { JobId, Status: "running" } });
    const { Tally } = await jobWhen(volley, JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: ids.length, Failed: 0, Unknown: 0, Canceled: 0 });
    const inbox = await inboxOf(volley);
    expect(ids.filter((id) => inbox.get(id)?.length !== 1)).toEqual([]);
  });
});

describe("cancel", () => {
  it("ends what was not sent, and says so of each", async () => {
    const ids = fourBatches();
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: ids });
    await jobWhen(volley, JobId, hasSome);
    const asked = await steer(JobId, "cancel");
    expect(asked).toMatchObject({ status: 200, body: { JobId, Status: "canceled" } });
    const asOfCancel = await jobOf(volley, JobId);
    const { Tally, Status } = await jobWhen(volley, JobId, hasNonePending);
    expect(Status).toBe("canceled");
    expect((Tally["Sent"] ?? 0) - (asOfCancel.Tally["Sent"] ?? 0)).toBeLessThanOrEqual(BATCH);

    const rows = await outcomesOf(volley, JobId);
    expect(rows.map(({ UserId }) => UserId)).toEqual(ids);
    const inbox = await inboxOf(volley);
    const want = ids.map((UserId) =>
      inbox.has(UserId) ? { UserId, Status: "sent" } : { UserId, Status: "canceled", Code: "Canceled" },
    );
    expect(rows).toMatchObject(want);
    expect(Tally).toMatchObject({ Sent: ids.filter((id) => inbox.has(id)).length, Failed: 0, Unknown: 0 });
  });

  it("reaches a job that is paused", async () => {
    const ids = fourBatches();
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: ids });
    await steer(JobId, "pause");
    await until(async () => (await queued(volley, "bulk")) === 0);
    await steer(JobId, "cancel");
    const { Tally } = await jobWhen(volley, JobId, hasNonePending);
    expect(Tally["Canceled"]).toBeGreaterThanOrEqual(ids.length - 2 * BATCH);
    expect((await itemsOf(volley, "results")).filter(({ task }) => task)).toEqual([]);
  });
});

describe("a time to end", () => {
  it("cancels what was not sent by then", async () => {
    const ids = fourBatches();
    const ExpiresAt = new Date(Date.now() + 1_200).toISOString();
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: ids, Options: { ExpiresAt } });
    const { Tally } = await jobWhen(volley, JobId, isDone);
    expect(Tally["Sent"]).toBeGreaterThan(0);
    expect(Tally).toMatchObject({ Pending: 0, Failed: 0, Unknown: 0, Canceled: ids.length - (Tally["Sent"] ?? 0) });
    const rows = await outcomesOf(volley, JobId, "?Status=canceled");
    expect(rows).toHaveLength(Tally["Canceled"] ?? 0);
    expect(rows.filter(({ Code }) => Code !== "Expired")).toEqual([]);
    const late = ids
      .flatMap((id) => volley.simulator.receivedBy(id))
      .filter(({ at }) => at > Date.parse(ExpiresAt) + 1_000);
    expect(late).toEqual([]);
  });
});

describe("a time to begin", () => {
  it("far ahead is waited for off the queue", async () => {
    const [id = ""] = freshIds(1);
    const Options = { NotBefore: new Date(Date.now() + 3_600_000).toISOString() };
    const { JobId, Status } = await postJob(volley, { ...MESSAGE, Receiver: [id], Options });
    await sweepNow();
    expect(await queued(volley, "express")).toBe(0);
    expect([Status, (await jobOf(volley, JobId)).Status]).toEqual(["scheduled", "scheduled"]);
  });

  it("near is kept to the second, before or after the sweeper came by", async () => {
    const [id = ""] = freshIds(1);
    const notBefore = Math.ceil(Date.now() / 1000 + 2) * 1000;
    const Options = { NotBefore: new Date(notBefore).toISOString() };
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: [id], Options });
    await sweepNow();
    await jobWhen(volley, JobId, isDone);
    const [received] = volley.simulator.receivedBy(id);
    expect(received?.at).toBeGreaterThanOrEqual(notBefore);
    expect(received?.at).toBeLessThan(notBefore + 10_000);
  });

  /** What the schedule does every minute, now: a minute is long for a test. */
  async function sweepNow(): Promise<void> {
    const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
    const quietly = { LOG_LEVEL: "CRITICAL", AWS_REGION: "ap-southeast-1" };
    Object.assign(process.env, keys, quietly, {
      AWS_ENDPOINT_URL_DYNAMODB: volley.stack.endpoint("dynamodb"),
      AWS_ENDPOINT_URL_SQS: volley.stack.endpoint("sqs"),
    });
    const { sweep } = wireSweep({
      RESULTS_TABLE: "volley-local-results",
      QUOTA_TABLE: "volley-local-quota",
      EXPRESS_QUEUE_URL: queueUrl(volley, "express"),
      BULK_QUEUE_URL: queueUrl(volley, "bulk"),
    });
    await sweep();
  }
});

describe("retry", () => {
  it("makes a new job of the failed, and of the unknown if asked", async () => {
    const { Tally } = await jobWhen(volley, mixed.JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: 1, Failed: 1, Unknown: 1, Canceled: 0 });

    const failed = await steer(mixed.JobId, "retry");
    expect(failed).toMatchObject({ status: 202, body: { Status: "running", Receivers: 1 } });
    expect(failed.headers.get("location")).toBe(`/v1/jobs/${failed.body.JobId}`);
    const both = await post(volley, `/v1/jobs/${mixed.JobId}/retry`, { Include: ["unknown"] });
    expect(both).toMatchObject({ status: 202, body: { Receivers: 2 } });
    for (const { body } of [failed, both]) await jobWhen(volley, body.JobId, isDone);
    expect(await outcomesOf(volley, failed.body.JobId)).toMatchObject([{ UserId: "777", Status: "sent" }]);
    expect((await outcomesOf(volley, both.body.JobId)).map(({ UserId }) => UserId)).toEqual(["777", "888"]);
    const said = volley.simulator.receivedBy("888");
    expect(said).toMatchObject([{ Content: MESSAGE.Content, AppId: MESSAGE.AppId }]);
    expect((await jobOf(volley, mixed.JobId)).Tally).toEqual(Tally);
  });
});

describe("what a state does not allow is refused, and the state named", () => {
  it.each([
    { state: "done", actions: ["pause", "resume", "cancel"] },
    { state: "scheduled", actions: ["pause", "resume", "retry"] },
    { state: "canceled", actions: ["pause", "resume", "cancel"] },
  ])("$state", async ({ state, actions }) => {
    const Options = state === "done" ? {} : { NotBefore: new Date(Date.now() + 3_600_000).toISOString() };
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: freshIds(1), Options });
    if (state === "done") await jobWhen(volley, JobId, isDone);
    if (state === "canceled") await steer(JobId, "cancel");
    for (const action of actions) {
      const { status, headers, body } = await steer(JobId, action);
      expect({ action, status }).toEqual({ action, status: 409 });
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(body.detail).toContain(state);
    }
    expect((await jobOf(volley, JobId)).Status).toBe(state);
  });

  it("nothing to try again", async () => {
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: freshIds(1) });
    await jobWhen(volley, JobId, isDone);
    expect(await steer(JobId, "retry")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("failed") },
    });
  });
});

describe("Idempotency-Key", () => {
  const key = { "idempotency-key": "order 66: once" };

  it("the same request again gets the first answer again, and nobody gets it twice", async () => {
    const [id = ""] = freshIds(1);
    const body = { ...MESSAGE, Receiver: [id] };
    const first = await post(volley, "/v1/jobs", body, key);
    expect(first).toMatchObject({ status: 202 });
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    await jobWhen(volley, first.body.JobId, isDone);
    const second = await post(volley, "/v1/jobs", body, key);
    expect(second).toMatchObject({ status: 202 });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    const another = await post<Problem>(volley, "/v1/jobs", { ...body, Content: "else" }, key);
    expect(another).toMatchObject({ status: 422, body: { detail: expect.stringContaining("Idempotency-Key") } });
    expect(volley.simulator.receivedBy(id)).toHaveLength(1);
  });

  it("of several at once one makes the job, the others hear of it or are told to come again", async () => {
    const body = { ...MESSAGE, Receiver: freshIds(3 * BATCH) };
    const many = { "idempotency-key": "many at once" };
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(volley, "/v1/jobs", body, many)));
    const [job, ...others] = new Set(answers.filter(({ status }) => status === 202).map((one) => one.body.JobId));
    expect(others).toEqual([]);
    expect(answers.filter((one) => one.status === 202 && !one.headers.has("idempotency-replayed"))).toHaveLength(1);
    for (const one of answers.filter(({ status }) => status !== 202)) {
      expect(one.status).toBe(409);
      expect(one.headers.get("retry-after")).toBe("2");
    }
    const list = await ask<{ Jobs: readonly JobBody[] }>(volley, "/v1/jobs?Limit=1");
    expect(list.body.Jobs).toMatchObject([{ JobId: job, Receivers: 3 * BATCH }]);
  });
});
