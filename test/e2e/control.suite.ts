import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type Problem, post } from "../support/ask.ts";
import { dispatchEvery, inboxOf } from "../support/inside-volley.ts";
import {
  type Accepted,
  act,
  hasSent,
  isDone,
  type JobList,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  ofStatus,
  outcomesOf,
  postJob,
  tallyOf,
  usersIn,
} from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { BATCH } from "../support/small-quota.ts";

// Whoever started a job can hold it, go on, end it and try again. The jobs run side by side: most of it is waiting.

let dispatching: ReturnType<typeof dispatchEvery>;
/** The first to be sent: its time runs. */
const expiring = { ids: longIds(30 * BATCH), ExpiresAt: "", JobId: "" };
beforeAll(async () => {
  dispatching = dispatchEvery(volley, 5);
  expiring.ExpiresAt = inMs(25_000);
  const Options = { ExpiresAt: expiring.ExpiresAt };
  const accepted = await postJob(volley, { ...MESSAGE, Content: "late", Receiver: expiring.ids, Options });
  expiring.JobId = accepted.JobId;
  await jobWhen(volley, expiring.JobId, hasSent);
});
afterAll(async () => {
  await dispatching?.stop();
});

let used = 0n;
/** A list nobody had before. */
const freshIds = (count: number): string[] => longIds(count, 9_000_000_000_000_000_000n + 1_000_000n * ++used);
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const historyOf = async (id: string) => (await jobOf(volley, id)).History.map(({ Event }) => Event);
const statusOf = async (id: string, userId: string) => (await ask(volley, `/v1/jobs/${id}/outcomes/${userId}`)).status;

/** Calls that were under way have ended, and are recorded. */
async function atRest(id: string) {
  for (let before = await jobOf(volley, id); ; ) {
    await sleep(3_000);
    const now = await jobOf(volley, id);
    if (JSON.stringify(now.Tally) === JSON.stringify(before.Tally)) return now;
    before = now;
  }
}

describe.concurrent("a job", () => {
  it("pause and resume: what is left is pending, listed exactly, and sent later, each once", async ({ expect }) => {
    const ids = freshIds(8 * BATCH);
    const { JobId } = await postJob(volley, { ...MESSAGE, Content: "held", Receiver: ids });
    await jobWhen(volley, JobId, hasSent);
    expect(usersIn(await outcomesOf(volley, JobId))).toEqual(ids); // also while it runs
    const paused = await act(volley, JobId, "pause");
    expect(paused).toMatchObject({ status: 200, body: { JobId, Status: "paused" } });

    const { Status, Tally } = await atRest(JobId);
    expect(Status).toBe("paused");
    expect(Tally.Pending).toBeGreaterThan(0);
    expect(Tally.Sent).toBeGreaterThan(0);
    const rows = await outcomesOf(volley, JobId);
    expect(usersIn(rows)).toEqual(ids);
    expect(tallyOf(rows)).toEqual(Tally);
    expect(await outcomesOf(volley, JobId, "pending")).toEqual(ofStatus(rows, "pending"));
    const inbox = await inboxOf(volley);
    expect(usersIn(ofStatus(rows, "sent"))).toEqual(ids.filter((id) => inbox.has(id)));
    expect(await statusOf(JobId, String(BigInt(ids.at(-1) ?? 0) + 1n))).toBe(404);

    const resumed = await act(volley, JobId, "resume");
    expect(resumed).toMatchObject({ status: 200, body: { JobId, Status: "running" } });
    const done = await jobWhen(volley, JobId, isDone);
    expect(done.Tally).toEqual({ Pending: 0, Sent: ids.length, Failed: 0, Unknown: 0, Canceled: 0 });
    const after = await inboxOf(volley);
    expect(ids.filter((id) => after.get(id)?.length !== 1)).toEqual([]);
    expect(await historyOf(JobId)).toEqual(["accepted", "pause", "resume", "done"]);
  });

  it("cancel: it waits for the calls under way, then everybody else is canceled, exactly", async ({ expect }) => {
    const ids = freshIds(8 * BATCH);
    const { JobId } = await postJob(volley, { ...MESSAGE, Content: "ended", Receiver: ids });
    await jobWhen(volley, JobId, hasSent);
    const asked = await act(volley, JobId, "cancel");
    expect(asked).toMatchObject({ status: 200, body: { JobId, Status: "canceling" } });
    const meanwhile = await jobOf(volley, JobId);
    expect(meanwhile.Tally.Canceled).toBe(0);
    expect(meanwhile.Tally.Pending).toBeGreaterThan(0);
    expect(await act(volley, JobId, "cancel")).toMatchObject({ status: 409 });

    const { Tally } = await jobWhen(volley, JobId, ({ Status }) => Status === "canceled");
    for (let i = 0; i < 10; i++) expect((await jobOf(volley, JobId)).Status).toBe("canceled"); // for good
    const rows = await outcomesOf(volley, JobId);
    const inbox = await inboxOf(volley);
    const want = ids.map((UserId) =>
      inbox.has(UserId) ? { UserId, Status: "sent" } : { UserId, Status: "canceled", Code: "Canceled" },
    );
    expect(rows).toMatchObject(want);
    expect(rows).toHaveLength(ids.length);
    expect(Tally).toEqual(tallyOf(rows));
    expect(await outcomesOf(volley, JobId, "canceled")).toEqual(ofStatus(rows, "canceled"));
    expect(await outcomesOf(volley, JobId, "pending")).toEqual([]);
    expect(await historyOf(JobId)).toEqual(["accepted", "cancel", "canceled"]);
    expect(await statusOf(JobId, String(BigInt(ids.at(-1) ?? 0) + 1n))).toBe(404);
  });

  it("cancel: a job of which nothing was ever queued ends at once, also one that is paused", async ({ expect }) => {
    const [id = ""] = freshIds(1);
    const Options = { NotBefore: inMs(3_600_000) };
    const { JobId, Status } = await postJob(volley, { ...MESSAGE, Receiver: [id], Options });
    expect(Status).toBe("scheduled");
    const steps = ["pause", "resume", "pause", "cancel"];
    const states = [];
    for (const action of steps) states.push((await act(volley, JobId, action)).body.Status);
    expect(states).toEqual(["paused", "scheduled", "paused", "canceled"]);
    expect((await jobOf(volley, JobId)).Tally).toEqual({ Pending: 0, Sent: 0, Failed: 0, Unknown: 0, Canceled: 1 });
    expect(await outcomesOf(volley, JobId)).toEqual([{ UserId: id, Status: "canceled", Code: "Canceled" }]);
  });

  it("a time to end: nothing is sent after it, and who was not reached is canceled", async ({ expect }) => {
    const { ids, ExpiresAt, JobId } = expiring;
    const { Tally } = await jobWhen(volley, JobId, ({ Status }) => Status === "expired");
    const rows = await outcomesOf(volley, JobId);
    expect(usersIn(rows)).toEqual(ids);
    expect(tallyOf(rows)).toEqual(Tally);
    expect(Tally).toEqual({ ...Tally, Pending: 0, Failed: 0, Unknown: 0 });
    expect(Math.min(Tally.Sent, Tally.Canceled)).toBeGreaterThan(0);
    const canceled = await outcomesOf(volley, JobId, "canceled");
    expect(canceled).toHaveLength(Tally.Canceled);
    expect(canceled.filter(({ Code }) => Code !== "Expired")).toEqual([]);
    const received = ids.flatMap((id) => volley.simulator.receivedBy(id));
    expect(received).toHaveLength(Tally.Sent);
    const lastMs = Date.parse(ExpiresAt) + 2_500; // a claim counts for 2 s after the job was read
    expect(received.filter(({ at }) => at > lastMs)).toEqual([]);
  });

  it.each([
    { lane: "express", count: 1 },
    { lane: "bulk", count: 2 * BATCH },
  ])("a time to begin is kept to seconds: $lane", async ({ count }) => {
    const ids = freshIds(count);
    const notBeforeMs = Math.ceil(Date.now() / 1000 + 20) * 1000;
    const Options = { NotBefore: new Date(notBeforeMs).toISOString() };
    const { JobId, Status } = await postJob(volley, { ...MESSAGE, Receiver: ids, Options });
    expect(Status).toBe("scheduled");
    const { Tally } = await jobWhen(volley, JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: count, Failed: 0, Unknown: 0, Canceled: 0 });
    const times = ids.flatMap((id) => volley.simulator.receivedBy(id)).map(({ at }) => at);
    expect(times).toHaveLength(count);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(notBeforeMs);
    expect(Math.min(...times)).toBeLessThan(notBeforeMs + 30_000);
  });

  it("retry makes one new job of the failed, and another with the unknown if asked", async ({ expect }) => {
    const mixed = await postJob(volley, { ...MESSAGE, Content: "mixed", Receiver: ["9776", "9777", "9888"] });
    const { Tally } = await jobWhen(volley, mixed.JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: 1, Failed: 1, Unknown: 1, Canceled: 0 });

    const retry = (body?: object) => post<Accepted>(volley, `/v1/jobs/${mixed.JobId}/retry`, body);
    const pressed = [await retry(), await retry()];
    const [failed] = pressed;
    if (failed === undefined) throw new Error("nothing was pressed");
    expect(failed).toMatchObject({ status: 202, body: { Status: "running", Receivers: 1 } });
    expect(failed.headers.get("location")).toBe(`/v1/jobs/${failed.body.JobId}`);
    expect(pressed.map(({ body }) => body)).toEqual([failed.body, failed.body]);
    expect(pressed.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);

    const both = await retry({ Include: ["unknown"] });
    expect(both).toMatchObject({ status: 202, body: { Receivers: 2 } });
    for (const { body } of [failed, both]) await jobWhen(volley, body.JobId, isDone);
    expect(await outcomesOf(volley, failed.body.JobId)).toMatchObject([{ UserId: "9777", Status: "sent" }]);
    expect(usersIn(await outcomesOf(volley, both.body.JobId))).toEqual(["9777", "9888"]);
    expect(await jobOf(volley, both.body.JobId)).toMatchObject({ RetryOf: mixed.JobId });
    expect(volley.simulator.receivedBy("9888")).toMatchObject([{ Content: "mixed", AppId: MESSAGE.AppId }]);
    expect((await jobOf(volley, mixed.JobId)).Tally).toEqual(Tally);
    expect(await act(volley, both.body.JobId, "retry")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("no receivers to retry") },
    });
  });

  it("the same request under the same key is the same job, another one is refused", async ({ expect }) => {
    const key = { "idempotency-key": "order 66: once" };
    const [id = ""] = freshIds(1);
    const body = { ...MESSAGE, Receiver: [id] };
    const first = await post<Accepted>(volley, "/v1/jobs", body, key);
    expect({ status: first.status, replayed: first.headers.get("idempotency-replayed") }).toEqual({
      status: 202,
      replayed: null,
    });
    await jobWhen(volley, first.body.JobId, isDone);
    const second = await post<Accepted>(volley, "/v1/jobs", { ...body, Receiver: [id, id] }, key);
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    const another = await post<Problem>(volley, "/v1/jobs", { ...body, Content: "else" }, key);
    expect(another).toMatchObject({ status: 422, body: { detail: expect.stringContaining("Idempotency-Key") } });
    expect(volley.simulator.receivedBy(id)).toHaveLength(1);
  });

  it("of several such requests at once one makes the job, and all get its answer", async ({ expect }) => {
    const body = { ...MESSAGE, AppId: 43, Receiver: freshIds(3 * BATCH), Options: { NotBefore: inMs(3_600_000) } };
    const ask4 = () => post<Accepted>(volley, "/v1/jobs", body, { "idempotency-key": "many at once" });
    const answers = await Promise.all(Array.from({ length: 4 }, ask4));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map((one) => one.body.JobId)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has("idempotency-replayed"))).toHaveLength(1);
    const list = await ask<JobList>(volley, "/v1/jobs?AppId=43");
    expect(list.body.Jobs).toMatchObject([{ JobId: answers[0]?.body.JobId, Receivers: 3 * BATCH }]);
  });

  it.each([
    { state: "done", actions: ["pause", "resume", "cancel"] },
    { state: "scheduled", actions: ["resume", "retry"] },
    { state: "canceled", actions: ["pause", "resume", "cancel"] },
  ])("what a job that is $state does not allow is refused, and the state named", async ({ state, actions }) => {
    const Options = state === "done" ? {} : { NotBefore: inMs(3_600_000) };
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: freshIds(1), Options });
    if (state === "done") await jobWhen(volley, JobId, isDone);
    if (state === "canceled") await act(volley, JobId, "cancel");
    for (const action of actions) {
      const { status, headers, body } = await act(volley, JobId, action);
      expect({ action, status }).toEqual({ action, status: 409 });
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(body.detail).toContain(state);
    }
    expect((await jobOf(volley, JobId)).Status).toBe(state);
  });
});
