import { describe, expect, it } from "vitest";
import { LANES } from "../../lib/domain/job.ts";
import type { Task } from "../../lib/domain/task.ts";
import { NOW } from "../support/a-job.ts";
import { granted, wait } from "../support/fake-bucket.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import {
  accepted,
  jobNow,
  LEASE_MS,
  listOf,
  makeWorld,
  QUOTA,
  SHARE_AGE_MS,
  type World,
  type WorldOptions,
} from "./world.ts";

/** At each of these times, ms since the start, everything on both queues is lost. */
function purging(world: World, times: readonly number[]) {
  const left = [...times];
  const lost: number[] = [];
  const onStep = (nowMs: number) => {
    while ((left[0] ?? Infinity) <= nowMs - NOW) {
      left.shift();
      let tasks = 0;
      for (const lane of LANES) while (world.queues[lane].receive()) tasks++;
      for (const lane of LANES) world.queues[lane].purge();
      lost.push(tasks);
    }
  };
  return { onStep, lost };
}

/** How long `receivers` take with the whole quota. */
const queueMs = (receivers: number) => (receivers * (QUOTA.windowMs + QUOTA.marginMs)) / QUOTA.messages;

/** A share's age, a lease, the queue, and two minutes: by then what was lost at `lastMs` is sent. */
const endsByMs = (lastMs: number, receivers: number) => lastMs + SHARE_AGE_MS + LEASE_MS + queueMs(receivers) + 120_000;

const countedIn = (world: World, fromMs: number) =>
  world.upstream.calls
    .filter(({ atMs }) => atMs > fromMs - QUOTA.windowMs && atMs <= fromMs)
    .reduce((sum, { receivers }) => sum + receivers.length, 0);

describe("what a queue lost is sent all the same, and nobody does anything about it", () => {
  it("25,000 receivers under way, both queues purged twice and the dead letters too", async () => {
    const world = makeWorld({ policy: QUOTA, batchSize: 500, behave: () => ({ takesMs: 300 }) });
    const job = await accepted(world, 25_000);
    const express = [];
    for (let i = 0; i < 5; i++) express.push(await accepted(world, 20, { content: `express ${i}` }));
    // Ten messages went to the dead letters before; whoever empties those loses their tasks as well.
    const deadLetters: Task[] = [];
    await runUntilRest(world, { untilMs: NOW + 5_000 });
    for (let i = 0; i < 10; i++) {
      const got = world.queues.bulk.receive();
      if (!got) break;
      world.queues.bulk.remove(got.id);
      deadLetters.push(got.task);
    }
    expect(deadLetters).toHaveLength(10);
    deadLetters.length = 0;

    const times = [20_000, SHARE_AGE_MS + 65_000];
    const { onStep, lost } = purging(world, times);
    await runUntilRest(world, { workers: 8, onStep });
    expect(lost.map((tasks) => tasks > 0)).toEqual([true, true]);
    expect(world.failures).toEqual([]);
    await expectEverybodyAnswered(world, job, listOf(25_000));
    for (const one of express) await expectEverybodyAnswered(world, one, listOf(20));
    const endedMs = ((await jobNow(world, job)).history.at(-1)?.atMs ?? Infinity) - NOW;
    expect(endedMs).toBeLessThanOrEqual(endsByMs(times.at(-1) ?? 0, 25_000));
    const most = Math.max(...world.upstream.calls.map(({ atMs }) => countedIn(world, atMs)));
    expect(most).toBeLessThanOrEqual(QUOTA.messages);
  });

  it.each([[0], [1_000], [30_000], [0, SHARE_AGE_MS + 65_000], [0, 400_000, 800_000]].map((times) => ({ times })))(
    "an express job whose task was lost after $times ms",
    async ({ times }) => {
      let held = true; // so that no worker is faster than the purge
      const grant: WorldOptions["grant"] = ({ nowMs, count }) => (held ? wait(nowMs + 900_000) : granted(nowMs, count));
      const world = makeWorld({ grant });
      const job = await accepted(world, 3);
      const { onStep, lost } = purging(world, times);
      await runUntilRest(world, {
        onStep: (nowMs) => {
          onStep(nowMs);
          held = lost.length < times.length;
        },
      });
      await expectEverybodyAnswered(world, job, listOf(3));
      expect((world.upstream.calls[0]?.atMs ?? Infinity) - NOW).toBeLessThanOrEqual(endsByMs(times.at(-1) ?? 0, 3));
    },
  );

  it("dispatch nudges that were lost cost a minute", async () => {
    const world = makeWorld({ policy: QUOTA });
    const job = await accepted(world, 30);
    world.nudges.dispatches.purge();
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(30));
    expect((world.upstream.calls[0]?.atMs ?? Infinity) - NOW).toBeLessThanOrEqual(61_000);
  });
});
