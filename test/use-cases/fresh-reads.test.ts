import { describe, expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { granted } from "../support/fake-bucket.ts";
import type { Around } from "../support/intercept.ts";
import { idle, until } from "../support/simulated-clock.ts";
import { expectEverybodyAnswered, summaryOf } from "./everybody-answered.ts";
import { callsOf, deliverOnce, queuedJob, rowsOf } from "./queued-job.ts";
import { typesOn } from "./told.ts";
import { accepted, CALLER, listOf, makeWorld, WORKER_MS } from "./world.ts";

/** What a worker knows may be this old, and a claim last this long: see `lib/domain/delivery-times.ts`. */
const CALL_TIMEOUT_MS = 10_000;
const LEASE_MS = 15_000;
/** Slots are late only after this, so that slow reads are what is tested. */
const marginMs = 10_000;
const PENDING = ["1 pending", "2 pending", "3 pending"];

describe("a job that was read a second ago is read again before its claim", () => {
  it.each([
    { slotInMs: 1_000, looks: 1 },
    { slotInMs: 1_001, looks: 2 },
  ])("a slot in $slotInMs ms: $looks reads", async ({ slotInMs, looks }) => {
    const made = await queuedJob({ grant: ({ nowMs, count }) => granted(nowMs + slotInMs, count) });
    const calls: string[] = [];
    await deliverOnce(made, (name, call) => {
      calls.push(name);
      return call();
    });
    expect(calls.slice(0, calls.indexOf("rtc.send")).filter((name) => name === "rows.look")).toHaveLength(looks);
  });

  it.each([
    { when: "the first read took long", nth: 1, slotInMs: 0, takesMs: 1_001 },
    { when: "the second read took longer than a claim may be based on it", nth: 2, slotInMs: 1_001, takesMs: 2_001 },
  ])("a pause that came while $when is not missed: nothing is sent", async ({ nth, slotInMs, takesMs }) => {
    const made = await queuedJob({ marginMs, grant: ({ nowMs, count }) => granted(nowMs + slotInMs, count) });
    const { world, job, task } = made;
    let looks = 0;
    const slow: Around = async (name, call) => {
      if (name !== "rows.look" || ++looks !== nth) return call();
      const seen = await call(); // the job as it was when the read was served
      await world.volley.control(CALLER, job.id, "pause");
      await world.clock.sleep(takesMs);
      return seen;
    };
    expect(await deliverOnce(made, slow)).toEqual({ kind: "delete" });
    expect(callsOf(world)).toEqual([]);
    expect((await rowsOf(world, task)).batch.claim).toBeUndefined();
    expect(await summaryOf(world, job)).toEqual(PENDING);
  });
});

describe("a claim lasts as long as its call may, and until that is recorded", () => {
  it.each([0, 1, 5_001, CALL_TIMEOUT_MS - 1])("another worker leaves it alone after %i ms", async (afterMs) => {
    const made = await queuedJob({ marginMs, behave: () => ({ takesMs: CALL_TIMEOUT_MS }) });
    const { world, job, task } = made;
    const first = world.volley.deliver(task, NOW + WORKER_MS.express);
    await idle();
    world.clock.advanceTo(NOW + afterMs);
    await idle();
    const other = world.processOf().deliver(task, world.clock.now() + WORKER_MS.express);
    expect(await until(world.clock, other)).toEqual({ kind: "go-back", atMs: NOW + LEASE_MS });
    await until(world.clock, first);
    expect(callsOf(world)).toEqual(["0 1,2,3"]);
    await expectEverybodyAnswered(world, job, listOf(3));
    expect(await summaryOf(world, job)).toEqual(["1 sent", "2 sent", "3 sent"]);
  });
});

describe("one run looks after every job that is due", () => {
  const JOBS = 20;

  it("dispatch queues batches of all of them", async () => {
    const world = makeWorld();
    for (let n = 0; n < JOBS; n++) await accepted(world, 4, { content: `job ${n}` });
    await world.volley.dispatch.eachMinute();
    const queued = new Set<string>();
    for (let got = world.queues.bulk.receive(); got; got = world.queues.bulk.receive()) queued.add(got.task.job);
    expect(queued.size).toBe(JOBS);
  });

  it("the publisher tells of all of them", async () => {
    const world = makeWorld();
    const jobs = await Promise.all(Array.from({ length: JOBS }, (_, n) => accepted(world, 4, { content: `job ${n}` })));
    await world.volley.dispatch.eachMinute();
    world.clock.advanceTo(NOW + 60_000);
    await world.volley.publish.eachMinute(NOW + 120_000);
    expect(jobs.map((job) => typesOn(world, job))).toEqual(jobs.map(() => ["JobStarted"]));
  });
});
