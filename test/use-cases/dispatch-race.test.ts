import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import { isValidTask } from "../../lib/domain/shares.ts";
import { type Around, crashAt, crashPoints, inTurns } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { assertInvariant, runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, SHARE_AGE_MS, type World } from "./world.ts";

// The lock keeps dispatchers apart, but nothing rests on it: here everybody gets it.
const unlocked =
  (around: Around = (_, call) => call()): Around =>
  (name, call) =>
    around(name, name === "lock.take" ? async () => ({ kind: "taken", token: "all" }) : call);

/** Three jobs of one account: one is new, of one some tasks were lost and some batches counted, one was resumed. */
async function setUp() {
  const world = makeWorld();
  const old = await accepted(world, 16, { content: "old" });
  await world.volley.dispatch.eachMinute();
  for (let done = 0; done < 2; done++) {
    const got = world.queues.bulk.receive();
    if (got) await world.volley.deliver(got.task, world.clock.now() + 60_000);
  }
  world.queues.bulk.purge();
  world.clock.advanceTo(world.clock.now() + SHARE_AGE_MS);
  const resumed = await accepted(world, 7, { content: "resumed" });
  await world.volley.dispatch.eachMinute();
  for (const queue of Object.values(world.queues)) queue.purge();
  world.clock.advanceTo(world.clock.now() + SHARE_AGE_MS);
  await world.volley.control(CALLER, resumed.id, "pause");
  await world.volley.control(CALLER, resumed.id, "resume");
  const fresh = await accepted(world, 10, { content: "fresh" });
  world.nudges.dispatches.purge();
  const jobs = [old, resumed, fresh];
  return { world, jobs, run: (around?: Around) => world.processOf(unlocked(around)).dispatch.eachMinute() };
}

/** How many valid tasks of every batch are queued, and how many are void. They are taken off the queue; valid ones are put back. */
async function queuedTasks(world: World, jobs: readonly Job[]) {
  const tasks = [];
  for (let got = world.queues.bulk.receive(); got; got = world.queues.bulk.receive()) {
    tasks.push(got.task);
    world.queues.bulk.remove(got.id);
  }
  const counts: number[] = [];
  for (const one of jobs) {
    const job = await jobNow(world, one);
    const mine = tasks.filter((task) => task.job === job.id && isValidTask(job.shares, task.share, task.batch));
    counts.push(...Array.from({ length: job.batches }, (_, n) => mine.filter(({ batch }) => batch === n).length));
    if (mine.length > 0) await world.ports.queue.enqueue("bulk", mine, { group: job.id, delaySeconds: 0 });
  }
  return { counts, voids: tasks.length - counts.reduce((sum, count) => sum + count, 0) };
}

async function expectSoundEnd(world: World, jobs: readonly Job[]): Promise<void> {
  assertInvariant(world);
  expect((await queuedTasks(world, jobs)).counts.filter((count) => count > 1)).toEqual([]);
  await runUntilRest(world);
  for (const job of jobs) await expectEverybodyAnswered(world, job, listOf(job.receivers));
}

const { around: watch, calls: CALLS } = crashAt(undefined);
await (await setUp()).run(watch);
const POINTS = crashPoints(CALLS);

describe("two dispatchers", () => {
  it("make calls between which the other may come", () => {
    for (const name of ["jobs.find", "tallies.read", "lists.read", "jobs.write", "queue.enqueue"]) {
      expect(CALLS).toContain(name);
    }
  });

  it.each(POINTS.filter(({ dies }) => dies))("the other runs $when call $at, $name", async ({ at, when }) => {
    const { world, jobs, run } = await setUp();
    let calls = 0;
    await run(async (_, call) => {
      const isHere = calls++ === at;
      if (isHere && when === "before") await run();
      const result = await call();
      if (isHere && when === "after") await run();
      return result;
    });
    const { counts, voids } = await queuedTasks(world, jobs);
    expect(counts.filter((count) => count !== 1)).toHaveLength(2); // the two that were counted before
    expect(voids).toBe(0); // who loses the write queues nothing
    await expectSoundEnd(world, jobs);
  });

  it.each(POINTS)("one fails $when call $at, $name (dies: $dies), the other runs after it", async (point) => {
    const { world, jobs, run } = await setUp();
    await run(crashAt(point).around).catch(() => {});
    assertInvariant(world);
    await run();
    await expectSoundEnd(world, jobs);
  });

  it.each(POINTS.filter(({ dies }) => dies))(
    "one dies $when call $at, $name, and the other at the same one",
    async (point) => {
      const { world, jobs, run } = await setUp();
      await run(crashAt(point).around).catch(() => {});
      await run(crashAt(point).around).catch(() => {});
      await expectSoundEnd(world, jobs);
    },
  );

  it("call by call in any order, while a client pauses and resumes", async () => {
    const picks = fc.array(fc.nat(20), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(picks, fc.option(fc.nat(CALLS.length)), async (order, crash) => {
        const { world, jobs, run } = await setUp();
        const turns = inTurns();
        const dying = crashAt(crash === null ? undefined : { at: crash, when: "before", dies: true });
        const control = world.processOf(turns.around).control;
        const pauseAndResume = async () => {
          for (const job of jobs) {
            await control(CALLER, job.id, "pause");
            await control(CALLER, job.id, "resume");
          }
        };
        const work = [
          run(turns.around),
          run((name, call) => turns.around(name, () => dying.around(name, call))),
          pauseAndResume(),
        ];
        await turns.run(Promise.allSettled(work), order);
        await expectSoundEnd(world, jobs);
      }),
      { numRuns: 150 },
    );
  });
});
