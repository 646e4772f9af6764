import { describe, expect, it } from "vitest";
import type { Claim } from "../../lib/domain/batch-rows.ts";
import type { JobChange } from "../../lib/domain/job.ts";
import type { Settled } from "../../lib/domain/settled.ts";
import type { Task } from "../../lib/domain/task.ts";
import { NOW } from "../support/a-job.ts";
import { granted, wait } from "../support/fake-bucket.ts";
import { DELIVERIES, goBack } from "./deliveries.ts";
import { summaryOf } from "./everybody-answered.ts";
import { callsOf, deliverInCompany, deliverOnce, queuedJob, rowsOf } from "./queued-job.ts";
import { CALLER, jobNow, LEASE_MS } from "./world.ts";

const DELETE: Settled = { kind: "delete" };
const claim = (untilMs: number): Claim => ({ id: "c", slotMs: NOW, untilMs: NOW + untilMs, count: 3 });

describe("a task that is void is deleted: nothing is reserved, written or sent", () => {
  it.each<{ when: string; change?: JobChange; task?: Partial<Task>; action?: "pause" | "cancel"; atMs?: number }>([
    { when: "there is no such job", task: { job: "other" } },
    { when: "the job is past its moment", change: { goneAtMs: NOW } },
    { when: "it is of an earlier run", task: { run: "earlier" } },
    { when: "the job is paused", action: "pause" },
    { when: "the job is canceled", action: "cancel" },
    { when: "the job is done", change: { state: "done" } },
    { when: "the job has expired", change: { expiresAtMs: NOW } },
    { when: "its share is owed", change: { shares: [{ id: "owed", batches: [[0, 1]] }] } },
    { when: "its share is another's", task: { share: "drawn999999" } },
    { when: "its batch is counted", task: { batch: 1 } },
  ])("$when", async ({ change, task, action }) => {
    const made = await queuedJob();
    if (change) await made.world.ports.jobs.write(made.job, change);
    if (action) await made.world.volley.control(CALLER, made.job.id, action);
    const calls: string[] = [];
    const settled = await deliverOnce({ ...made, task: { ...made.task, ...task } }, (name, call) => {
      calls.push(name);
      return call();
    });
    expect(settled).toEqual(DELETE);
    expect(calls).toEqual(["rows.look"]);
    expect(await rowsOf(made.world, made.task)).toMatchObject({ batch: { version: 0 }, retry: { version: 0 } });
  });
});

describe("deliver, when", () => {
  it.each(DELIVERIES)("$when", async ({ lane, options, change, workerMs, ...row }) => {
    const { behave, grant } = row;
    const parts = { ...(behave && { behave }), ...(grant && { grant }) };
    const made = await queuedJob({ ...parts, options: { ...options, ...(lane && { lane }) } });
    const { world, job } = made;
    if (change) await world.ports.jobs.write(await jobNow(world, job), change);
    const settled = row.inCompany ? deliverInCompany(made, workerMs) : deliverOnce(made, undefined, workerMs);
    expect(await settled).toEqual(row.settled);
    expect(callsOf(world)).toEqual(row.calls);
    expect(await summaryOf(world, job)).toEqual(row.outcomes);
    if (row.told) expect(world.quota.told).toEqual(expect.arrayContaining([...row.told]));
    if (row.state) expect(await jobNow(world, job)).toMatchObject({ state: row.state });
    const { batch, retry } = await rowsOf(world, made.task);
    expect([batch.claim, retry.claim]).toEqual([undefined, undefined]);
  });
});

describe("a claim is there", () => {
  it.each([
    { when: "is live: the task goes back until it ends", untilMs: 7_000, settled: goBack(7_000), want: "pending" },
    { when: "is dead: at most once, it may have arrived", untilMs: 0, settled: DELETE, want: "unknown WorkerLost" },
  ])("and $when", async ({ untilMs, settled, want }) => {
    const made = await queuedJob();
    const { world, job, task } = made;
    const key = { run: task.run, first: "1", on: "batch", goneAtMs: job.goneAtMs } as const;
    await world.ports.rows.claim(key, (await rowsOf(world, task)).batch, claim(untilMs));
    expect(await deliverOnce(made)).toEqual(settled);
    expect(await summaryOf(world, job)).toEqual(["1", "2", "3"].map((id) => `${id} ${want}`));
    expect(callsOf(world)).toEqual([]);
  });

  it("and is dead: at least once, it is sent again after its backoff", async () => {
    const made = await queuedJob({ options: { delivery: "at-least-once", lane: "bulk" } });
    const { world, job, task } = made;
    const key = { run: task.run, first: "1", on: "batch", goneAtMs: job.goneAtMs } as const;
    await world.ports.rows.claim(key, (await rowsOf(world, task)).batch, { ...claim(-LEASE_MS), count: 2 });
    expect(await deliverInCompany(made)).toEqual(DELETE);
    expect(callsOf(world)).toEqual(["0 3", "2000 1,2"]);
    expect(await summaryOf(world, job)).toEqual(["1 sent twice", "2 sent twice", "3 sent"]);
    expect(world.quota.told[0]).toEqual({ late: { slotMs: NOW, count: 2, answeredAtMs: NOW - LEASE_MS } });
  });
});

describe("express that has to wait for quota", () => {
  it.each([
    { when: "a while", waitMs: 7_000, delayMs: 6_000 },
    { when: "longer than a queue can delay", waitMs: 2_000_000, delayMs: 900_000 },
    { when: "no time worth a name", waitMs: 1, why: "held" as const, delayMs: 1_000 },
    { when: "until somebody ends a pause", waitMs: 5_000, why: "paused" as const, delayMs: 4_000 },
  ])("$when goes back to its queue as a new message", async ({ waitMs, why, delayMs }) => {
    const made = await queuedJob({ grant: ({ nowMs }) => wait(nowMs + waitMs, why) });
    const { world, task } = made;
    expect(await deliverOnce(made)).toEqual(DELETE);
    expect(world.queues.express.nextAtMs()).toBe(NOW + delayMs);
    world.clock.advanceTo(NOW + delayMs);
    expect(world.queues.express.receive()).toMatchObject({ lane: "express", task });
  });

  it("waits in its worker for up to half a second, and for a slot up to five", async () => {
    const made = await queuedJob({
      grant: ({ n, nowMs, count }) => (n === 0 ? wait(nowMs + 500) : granted(nowMs + 4_000, count)),
    });
    const { world } = made;
    expect(await deliverOnce(made)).toEqual(DELETE);
    expect(callsOf(world)).toEqual(["4500 1,2,3"]);
    expect(world.quota.asks.map(({ maxWaitMs }) => maxWaitMs)).toEqual([5_000, 5_000]);
  });

  it("asks bulk to wait no longer than its worker lives", async () => {
    const made = await queuedJob({ options: { lane: "bulk" } });
    await deliverOnce(made, undefined, 40_000);
    expect(made.world.quota.asks.map(({ maxWaitMs }) => maxWaitMs)).toEqual([25_000]);
  });
});

describe("all sending is paused while a task waits for its slot", () => {
  /** A slot in four seconds; the pause comes `atMs` from now. */
  const made = (lane: "express" | "bulk", atMs: number) =>
    queuedJob({
      options: { lane },
      grant: ({ nowMs, count }) => granted(nowMs + 4_000, count),
      usage: (nowMs) => ({ ...UNLIMITED, ...(nowMs >= NOW + atMs && { pausedAtMs: NOW + atMs }) }),
    });
  const UNLIMITED = { used: 0, reservedAhead: 0, capacity: 12_000 };

  it.each([
    { lane: "bulk", queued: undefined },
    { lane: "express", queued: NOW + 4_000 + 4_000 },
  ] as const)("$lane: nothing leaves", async ({ lane, queued }) => {
    const paused = await made(lane, 3_000);
    expect(await deliverOnce(paused)).toEqual(DELETE);
    expect(callsOf(paused.world)).toEqual([]);
    expect(paused.world.queues[lane].nextAtMs()).toBe(queued);
    expect(await summaryOf(paused.world, paused.job)).toEqual(["1 pending", "2 pending", "3 pending"]);
  });

  it("what has left the last read behind it by less than two seconds may still go", async () => {
    const late = await made("bulk", 4_000 + 1);
    await deliverOnce(late);
    expect(callsOf(late.world)).toEqual(["4000 1,2,3"]);
  });
});
