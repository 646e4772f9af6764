import { expect, it } from "vitest";
import { isQueued } from "../../lib/domain/shares.ts";
import { accepted, jobNow, makeWorld, SHARE_AGE_MS, type World } from "./world.ts";

/** Batches that a run queues; their tasks are taken off the queue. */
async function dispatchAfter(world: World, ms: number): Promise<number[]> {
  world.clock.advanceTo(world.clock.now() + ms);
  await world.volley.dispatch.eachMinute();
  const batches: number[] = [];
  for (let got = world.queues.bulk.receive(); got; got = world.queues.bulk.receive()) {
    world.queues.bulk.remove(got.id);
    batches.push(got.task.batch);
  }
  return batches;
}

it("a paused account is given nothing, and all bulk that was queued before the end of the pause is queued again", async () => {
  const pause: { at?: number; last?: { fromMs: number; toMs: number } } = {};
  const world = makeWorld({
    usage: () => ({
      ...{ used: 0, reservedAhead: 0, capacity: 12_000 },
      ...(pause.at !== undefined && { pausedAtMs: pause.at }),
      ...(pause.last && { lastPause: pause.last }),
    }),
  });
  const job = await accepted(world, 7);
  expect(await dispatchAfter(world, 0)).toEqual([0, 1, 2]);
  pause.at = world.clock.now() + 1;
  expect(await dispatchAfter(world, 2 * SHARE_AGE_MS)).toEqual([]);
  const { shares } = await jobNow(world, job);
  expect(shares.map(isQueued)).toEqual([true]); // it does not age meanwhile

  pause.last = { fromMs: pause.at, toMs: world.clock.now() + 1_000 };
  delete pause.at;
  expect(await dispatchAfter(world, 5_000)).toEqual([0, 1, 2]);
  expect((await jobNow(world, job)).shares[0]?.id).not.toBe(shares[0]?.id);
  expect(await dispatchAfter(world, 5_000)).toEqual([]); // once is enough
});
