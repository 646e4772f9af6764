import { expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, jobNow, listOf, makeWorld, type World } from "./world.ts";

const MINUTE_MS = 60_000;

/** The most receivers that calls named within any minute. */
function peakOf({ upstream: { calls } }: World): number {
  const within = (fromMs: number): number =>
    calls
      .filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + MINUTE_MS)
      .reduce((sum, { receivers }) => sum + receivers.length, 0);
  return Math.max(...calls.map(({ atMs }) => within(atMs)));
}

it.each([
  { maxPerMinute: 6, receivers: 30, batchSize: 3 },
  { maxPerMinute: 60, receivers: 400, batchSize: 3 },
  { maxPerMinute: 2, receivers: 7, batchSize: 3 },
])(
  "a job of $receivers sends to about $maxPerMinute a minute, evenly",
  async ({ maxPerMinute, receivers, batchSize }) => {
    const world = makeWorld({ batchSize });
    const job = await accepted(world, receivers, { options: { maxPerMinute } });
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(receivers));
    const peak = peakOf(world);
    expect(peak).toBeGreaterThanOrEqual(maxPerMinute - batchSize);
    expect(peak).toBeLessThanOrEqual(maxPerMinute + Math.ceil(maxPerMinute / 10) + Math.min(batchSize, maxPerMinute));
    const lastMs = Math.max(...world.upstream.calls.map(({ atMs }) => atMs));
    const wantMs = (MINUTE_MS * (receivers - Math.min(batchSize, maxPerMinute))) / maxPerMinute;
    expect(lastMs - NOW).toBeGreaterThan(wantMs - 10_000);
    expect(lastMs - NOW).toBeLessThan(wantMs + MINUTE_MS);
  },
);

it("a list that would fit into one call is cut where that is more than a minute may take", async () => {
  const world = makeWorld({ batchSize: 10 });
  const small = await accepted(world, 8, { options: { maxPerMinute: 4 } });
  expect(small).toMatchObject({ lane: "bulk", batches: 2, batchSize: 4, estimatedSeconds: 120 });
  const whole = await accepted(world, 4, { options: { maxPerMinute: 4 } });
  expect(whole).toMatchObject({ lane: "express", batches: 1, estimatedSeconds: 1 });
});

it("a job with a limit does not keep its room from others", async () => {
  const world = makeWorld({ usage: () => ({ used: 0, reservedAhead: 0, capacity: 12 }) }); // room for 24
  const slow = await accepted(world, 60, { options: { maxPerMinute: 3 } });
  const other = await accepted(world, 30, { content: "other" });
  await world.volley.dispatch.eachMinute();
  expect((await jobNow(world, slow)).cursor).toBe(2);
  expect((await jobNow(world, other)).cursor).toBe(6);
});

it("what could not be sent for a while does not go out at once", async () => {
  let isHeld = true;
  const world = makeWorld({
    grant: ({ nowMs, count }) =>
      isHeld
        ? { kind: "wait", untilMs: nowMs + 10_000, why: "quota" }
        : { kind: "granted", slotMs: nowMs, granted: count, probe: false, aheadMs: 0 },
  });
  const job = await accepted(world, 300, { options: { maxPerMinute: 12 } });
  await runUntilRest(world, { untilMs: NOW + 20 * MINUTE_MS });
  expect(world.upstream.calls).toEqual([]);
  isHeld = false;
  await runUntilRest(world);
  await expectEverybodyAnswered(world, job, listOf(300));
  expect(peakOf(world)).toBeLessThanOrEqual(2 * 15 + 3);
});
