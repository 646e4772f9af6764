import { expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { countsOf, expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type World } from "./world.ts";

const BRAKE = { percent: 50, of: 12 };
/** The first `bad` calls are refused as a whole: each fails its three receivers. */
const failing = (bad: number) =>
  makeWorld({
    behave: ({ n }) => (n < bad ? { refuses: { why: "request", code: "InvalidParameter" } } : {}),
    usage: () => ({ used: 0, reservedAhead: 0, capacity: 9 }), // room for 18: six batches
  });

const rest = (world: World, minutes: number): Promise<void> =>
  runUntilRest(world, { workers: 1, untilMs: world.clock.now() + minutes * 60_000 });

it("a job of which too many fail pauses itself, says why, and goes on when it is resumed", async () => {
  const world = failing(5);
  const job = await accepted(world, 60, { options: { pauseAfterFailures: BRAKE } });
  await rest(world, 10);
  const paused = await jobNow(world, job);
  expect(paused).toMatchObject({
    state: "paused",
    reason: "12 of 12 receivers failed; PauseAfterFailures is 50 percent of at least 12",
    dueAtMs: job.expiresAtMs,
  });
  expect(paused.history.at(-1)).toMatchObject({ event: "pause", by: "volley" });
  expect(paused.outbox?.at(-1)).toMatchObject({ type: "JobPaused", reason: paused.reason });
  expect(world.upstream.calls.length).toBe(4);
  expect(await countsOf(world, job)).toMatchObject({ failed: 12, pending: 48 });

  await world.volley.control(CALLER, job.id, "resume");
  await runUntilRest(world, { workers: 1 });
  const done = await jobNow(world, job);
  expect(done).toMatchObject({ state: "done", brakeBase: { failed: 12, counted: 12 } });
  expect(done).not.toHaveProperty("reason");
  expect(await countsOf(world, job)).toMatchObject({ failed: 15, sent: 45 });
  await expectEverybodyAnswered(world, job, listOf(60));
});

it("it counts anew after a resume: it pauses again by new failures alone", async () => {
  const world = failing(1_000);
  const job = await accepted(world, 60, { options: { pauseAfterFailures: BRAKE } });
  await rest(world, 10);
  await world.volley.control(CALLER, job.id, "resume");
  await rest(world, 10);
  expect(await jobNow(world, job)).toMatchObject({ state: "paused", brakeBase: { failed: 12, counted: 12 } });
  expect(world.upstream.calls.length).toBe(8);
});

it.each([
  { when: "fewer fail", bad: 5, brake: { percent: 50, of: 15 }, want: "paused" },
  { when: "too few are counted", bad: 3, brake: { percent: 50, of: 20 }, want: "done" },
  { when: "the share is below", bad: 4, brake: { percent: 100, of: 15 }, want: "done" },
])("it looks at the share and at how many: $want where $when", async ({ bad, brake, want }) => {
  const world = failing(bad);
  const job = await accepted(world, 60, { options: { pauseAfterFailures: brake } });
  await rest(world, 30);
  expect((await jobNow(world, job)).state).toBe(want);
});

it("dispatch pauses it where the worker that counted has died", async () => {
  const world = failing(1_000);
  const dying = world.processOf(async (name, call) => {
    if (name === "tallies.all") throw new Error("the worker dies");
    return call();
  });
  const job = await accepted(world, 60, { options: { pauseAfterFailures: { percent: 50, of: 3 } } });
  await world.volley.dispatch.eachMinute();
  const got = world.queues.bulk.receive();
  await expect(dying.deliver(got?.task as never, NOW + 120_000)).rejects.toThrow("dies");
  expect((await jobNow(world, job)).state).toBe("running");
  world.clock.advanceTo(NOW + 60_000);
  await world.volley.dispatch.eachMinute();
  expect(await jobNow(world, job)).toMatchObject({ state: "paused", reason: expect.stringContaining("3 of 3") });
});

it("a job of one batch has nobody left to spare", async () => {
  const world = failing(1);
  const job = await accepted(world, 3, { options: { pauseAfterFailures: { percent: 1, of: 1 } } });
  await runUntilRest(world);
  expect((await jobNow(world, job)).state).toBe("done");
});
