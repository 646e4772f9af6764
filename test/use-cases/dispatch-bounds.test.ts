import { expect, it } from "vitest";
import { accepted, makeWorld, SHARE_AGE_MS } from "./world.ts";

// A run ends within its function's time, whatever was lost: what it queues is bounded by receivers, not by the job or the room.

const RECEIVERS = 2_100_000;
/** A quota of ten million a minute: the room alone would let a run queue the whole job at once. */
const room = () => ({ used: 0, reservedAhead: 0, capacity: 10_000_000 });

it("queues at most 2,000,000 receivers in a run, also of what was lost; the next run goes on from there", async () => {
  const world = makeWorld({ batchSize: 500, usage: room });
  const job = await accepted(world, RECEIVERS);
  const queued = async (afterMs: number): Promise<number> => {
    world.clock.advanceTo(world.clock.now() + afterMs);
    await world.volley.dispatch.eachMinute();
    return Number(world.events.findLast(({ event }) => event === "dispatch-run")?.["queued"]) * 500;
  };
  expect([await queued(0), await queued(60_000)]).toEqual([2_000_000, 100_000]);

  world.queues.bulk.purge();
  expect([await queued(SHARE_AGE_MS + 1), await queued(60_000), await queued(60_000)]).toEqual([2_000_000, 100_000, 0]);
  expect(job.batches).toBe(RECEIVERS / 500);
});
