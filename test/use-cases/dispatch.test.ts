import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { Usage } from "../../lib/domain/quota/usage.ts";
import { lengthOf } from "../../lib/domain/ranges.ts";
import { isQueued } from "../../lib/domain/shares.ts";
import type { Task } from "../../lib/domain/task.ts";
import { namesOfJob } from "../../lib/domain/trace.ts";
import { NOW } from "../support/a-job.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, jobNow, listOf, makeWorld, SHARE_AGE_MS, type World, type WorldOptions } from "./world.ts";

/** A quota of `capacity` a minute; held or not. */
const usage = (capacity: number, parts: Pick<Usage, "heldUntilMs" | "lastHold"> = {}) => ({
  ...{ used: 0, reservedAhead: 0, capacity, room: 2 * capacity },
  ...parts,
});
const holding = (capacity: number, hold: { until?: number; end?: number } = {}): WorldOptions => ({
  usage: () =>
    usage(capacity, {
      ...(hold.until !== undefined && { heldUntilMs: hold.until }),
      ...(hold.end !== undefined && { lastHold: { fromMs: NOW, toMs: hold.end } }),
    }),
});

/** Every task that can be seen now; it is taken off its queue. */
function tasksOf({ queues }: World, lane: "express" | "bulk" = "bulk"): Task[] {
  const found: Task[] = [];
  for (let got = queues[lane].receive(); got; got = queues[lane].receive()) {
    queues[lane].remove(got.id);
    found.push(got.task);
  }
  return found;
}

const dispatchAfter = async (world: World, ms: number): Promise<Task[]> => {
  world.clock.advanceTo(world.clock.now() + ms);
  await world.volley.dispatch.eachMinute();
  return tasksOf(world);
};
const batchesOf = (tasks: readonly Task[]) => tasks.map(({ batch }) => batch);
const sharesOf = async (world: World, job: { id: string }) =>
  (await jobNow(world, job)).shares.map((share) => `${isQueued(share) ? "queued" : "owed"} ${lengthOf(share.batches)}`);

describe("dispatch", () => {
  it("queues the batches of a new job under one share, each with its receivers", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    const tasks = await dispatchAfter(world, 0);
    const [share] = (await jobNow(world, job)).shares;
    expect(tasks.map(({ batch, receivers }) => [batch, receivers])).toEqual([
      [0, "1,2,3"],
      [1, "4,5,6"],
      [2, "7"],
    ]);
    for (const task of tasks) expect(task).toMatchObject({ v: 1, job: job.id, run: job.run, share: share?.id });
    expect(share).toMatchObject({ batches: [[0, 3]], queuedAtMs: NOW });
  });

  it("queues nothing again while a share is young, all of it under another id once it is of age", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    const [first] = await dispatchAfter(world, 0);
    expect(await dispatchAfter(world, SHARE_AGE_MS - 1)).toEqual([]);
    const again = await dispatchAfter(world, 5_000);
    expect(batchesOf(again)).toEqual([0, 1, 2]);
    expect(again[0]?.share).not.toBe(first?.share);
    expect(await sharesOf(world, job)).toEqual(["queued 3"]);
    const requeued = { event: "requeued", ...namesOfJob(job), batches: 3, numbers: [[0, 3]] };
    expect(world.events).toContainEqual(requeued);
  });

  it("keeps to the room, gives what is left of it to those with less, and gives out more as batches are counted", async () => {
    const world = makeWorld(holding(6)); // room for 12: four batches
    const large = await accepted(world, 30);
    expect(batchesOf(await dispatchAfter(world, 0))).toEqual([0, 1, 2, 3]);
    const small = await accepted(world, 6, { content: "small" });
    expect(await dispatchAfter(world, 5_000)).toEqual([]);
    const { goneAtMs, run } = large;
    for (const batch of [0, 1]) {
      const counts = { sent: 3, failed: 0, unknown: 0 };
      await world.ports.tallies.count({ run, tally: 0, goneAtMs }, { batch, counts, lateVersion: 0 });
    }
    const tasks = await dispatchAfter(world, 5_000);
    expect(tasks.map(({ job, batch }) => [job === small.id, batch])).toEqual([
      [true, 0],
      [true, 1],
    ]);
  });

  it("asks for another run soon when a job is left below its share", async () => {
    const world = makeWorld(holding(6));
    await accepted(world, 30);
    await dispatchAfter(world, 0);
    world.nudges.dispatches.purge();
    await accepted(world, 6, { content: "small" });
    world.nudges.dispatches.purge();
    await dispatchAfter(world, 5_000);
    expect(world.nudges.dispatches.nextAtMs()).toBe(world.clock.now() + 5_000);
  });

  it("asks for another run within the minute while several jobs wait for room, not for one alone", async () => {
    const world = makeWorld(holding(6));
    await accepted(world, 300);
    world.nudges.dispatches.purge();
    await dispatchAfter(world, 0);
    expect(world.nudges.dispatches.nextAtMs()).toBeUndefined();
    await accepted(world, 300, { content: "other" });
    world.nudges.dispatches.purge();
    await dispatchAfter(world, 300_000); // what both have is owed by then: both get their share
    expect(world.nudges.dispatches.nextAtMs()).toBe(world.clock.now() + 20_000);
  });

  it("owes what is of age and does not fit; it comes before new batches", async () => {
    let capacity = 12;
    const world = makeWorld({ usage: () => usage(capacity) });
    const job = await accepted(world, 30);
    expect(batchesOf(await dispatchAfter(world, 0))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    capacity = 3;
    expect(batchesOf(await dispatchAfter(world, SHARE_AGE_MS))).toEqual([0, 1]);
    expect(await sharesOf(world, job)).toEqual(["owed 6", "queued 2"]);
    capacity = 6;
    expect(batchesOf(await dispatchAfter(world, 5_000))).toEqual([2, 3]);
    expect(await sharesOf(world, job)).toEqual(["queued 2", "owed 4", "queued 2"]);
  });

  it("gives a held account nothing, ages nothing, and counts an age from the end of the hold", async () => {
    const hold: { until?: number; end?: number } = { until: NOW + 3_600_000 };
    const world = makeWorld(holding(12_000, hold));
    const first = await accepted(world, 7);
    expect(await dispatchAfter(world, 0)).toEqual([]);
    delete hold.until;
    expect(batchesOf(await dispatchAfter(world, 5_000))).toEqual([0, 1, 2]);
    hold.until = NOW + 3_600_000;
    const second = await accepted(world, 7, { content: "second" });
    expect(await dispatchAfter(world, 2 * SHARE_AGE_MS)).toEqual([]);
    expect([await sharesOf(world, first), await sharesOf(world, second)]).toEqual([["queued 3"], []]);
    delete hold.until;
    hold.end = world.clock.now() + 5_000;
    expect((await dispatchAfter(world, 5_000)).map(({ job }) => job)).toEqual([second.id, second.id, second.id]);
    expect(await dispatchAfter(world, SHARE_AGE_MS - 5_001)).toEqual([]);
    const aged = await dispatchAfter(world, 5_001);
    expect(aged.filter(({ job }) => job === first.id)).toHaveLength(3);
  });

  it("keeps the rooms and the holds of accounts apart", async () => {
    const world = makeWorld({ accountOf: (appId) => `app-${appId}` });
    const reader = { usage: async (account: string) => usage(3, account === "app-2" ? { heldUntilMs: NOW + 9 } : {}) };
    Object.assign(world.ports.quota, reader);
    const { dispatch } = world.processOf((_, call) => call());
    for (const appId of [1, 2, 3]) await accepted(world, 30, { appId, content: `app ${appId}` });
    await dispatch.eachMinute();
    const byRun = Map.groupBy(tasksOf(world), ({ run }) => world.table.messages.get(run)?.message.AppId);
    expect([1, 2, 3].map((appId) => byRun.get(appId)?.length)).toEqual([2, undefined, 2]);
  });

  it("one job's failure does not keep it from the others", async () => {
    const world = makeWorld();
    const jobs = [];
    for (const content of ["a", "b", "c"]) jobs.push(await accepted(world, 7, { content }));
    let reads = 0;
    const { dispatch } = world.processOf(async (name, call) => {
      if (name === "lists.read" && ++reads === 2) throw new Error("away for a moment");
      return call();
    });
    await dispatch.eachMinute();
    expect(tasksOf(world)).toHaveLength(6);
    const names = namesOfJob(jobs[1] as Job);
    expect(world.events.filter(({ event }) => event === "job-failed")).toEqual([expect.objectContaining(names)]);
    await runUntilRest(world);
    for (const job of jobs) await expectEverybodyAnswered(world, job, listOf(7));
  });

  it("one account's failure does not keep it from the others", async () => {
    const world = makeWorld({ accountOf: (appId) => `app-${appId}` });
    for (const appId of [1, 2]) await accepted(world, 7, { appId, content: `app ${appId}` });
    let reads = 0;
    const { dispatch } = world.processOf(async (name, call) => {
      if (name === "quota.usage" && ++reads === 1) throw new Error("away for a moment");
      return call();
    });
    await dispatch.eachMinute().catch(() => {});
    expect(tasksOf(world)).toHaveLength(3);
  });

  it("writes `done` once all is counted, and not before", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(7));
    const { history } = await jobNow(world, job);
    expect(history.map(({ event, by }) => `${event} ${by}`)).toEqual(["accepted client", "done volley"]);
  });

  it("starts a thousand jobs due in the same minute in that minute, and sends nothing too early", async () => {
    const world = makeWorld();
    const startsMs = NOW + 3_600_000;
    const jobs = [];
    for (let i = 0; i < 1_000; i++) {
      const parts = { content: `${i}`, options: { notBeforeMs: startsMs + (i % 60) * 1_000 } };
      jobs.push(await accepted(world, i % 10 === 0 ? 4 : 1, parts));
    }
    await runUntilRest(world, { workers: 40, untilMs: startsMs + 61_000 });
    expect(world.failures).toEqual([]);
    const early = world.upstream.calls.filter(
      ({ atMs, message }) => atMs < startsMs + (Number(message.Content) % 60) * 1_000,
    );
    expect(early).toEqual([]);
    expect(new Set(world.upstream.calls.map(({ message }) => message.Content)).size).toBe(1_000);
    await runUntilRest(world, { workers: 40 });
    for (const job of jobs.slice(0, 50)) await expectEverybodyAnswered(world, job, listOf(job.receivers));
  });
});

describe("nudges and the lock", () => {
  it("a nudge that is served is deleted, one that comes too soon goes back until it may run", async () => {
    const world = makeWorld();
    const { nudged } = world.volley.dispatch;
    const nudge = (atMs: number) => ({ account: "account", atMs });
    expect(await nudged(nudge(NOW))).toEqual({ kind: "delete" });
    world.clock.advanceTo(NOW + 1_000);
    expect(await nudged(nudge(NOW + 500))).toEqual({ kind: "go-back", atMs: NOW + 5_000 }); // asked after that run
    expect(await nudged(nudge(NOW - 1_999))).toEqual({ kind: "go-back", atMs: NOW + 5_000 }); // the index may have trailed
    expect(await nudged(nudge(NOW - 2_000))).toEqual({ kind: "delete" });
    world.clock.advanceTo(NOW + 5_000);
    expect(await nudged(nudge(NOW + 500))).toEqual({ kind: "delete" });
  });

  it("a run that died keeps others away for a minute, and no other account", async () => {
    const world = makeWorld({ accountOf: (appId) => `app-${appId}` });
    await world.ports.lock.take("app-1", { nowMs: NOW, leaseMs: 60_000, gapMs: 5_000 });
    for (const appId of [1, 2]) await accepted(world, 7, { appId, content: `app ${appId}` });
    expect(await dispatchAfter(world, 59_999)).toHaveLength(3);
    expect(await dispatchAfter(world, 1)).toHaveLength(3);
  });

  it("a run that fails lets go of the lock", async () => {
    const world = makeWorld();
    await accepted(world, 7);
    const { dispatch } = world.processOf(async (name, call) => {
      if (name === "quota.usage") throw new Error("away");
      return call();
    });
    await expect(dispatch.nudged({ account: "account", atMs: NOW })).rejects.toThrow("away");
    expect(await dispatchAfter(world, 5_000)).toHaveLength(3);
  });
});
