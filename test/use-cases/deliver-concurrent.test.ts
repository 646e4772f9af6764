import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../../lib/domain/job.ts";
import { makeSteer } from "../../lib/use-cases/control-job.ts";
import { NOW } from "../contracts/results-ports.ts";
import { Crash, type CrashPoint, crashingDeliver } from "./crashing.ts";
import { granted } from "./fake-bucket.ts";
import type { Behaviour } from "./fake-upstream.ts";
import { scenarios } from "./scenarios.ts";
import { accepted, drain, expectEverybodyAnswered, makeWorld, outcomesOf, summaryOf, type World } from "./world.ts";

/** A call that takes longer than its worker's lease: 10 s for the call, 5 s of room. */
const STALLS_MS = 40_000;

describe("many workers and repeated messages", () => {
  it.each(scenarios)("when $when, everybody has one outcome", async (options) => {
    const world = await accepted(makeWorld(options));
    for (const delay of [0, 0, 3]) await world.queue.enqueue(world.job.lane, world.tasks, delay);
    await drain(world, 5);
    expect(world.failures).toEqual([]);
    await expectEverybodyAnswered(world);
  });

  it("send a batch once, whoever comes", async () => {
    const world = await accepted(makeWorld({ receivers: 3, behave: () => ({ takesMs: 2_000 }) }));
    for (let i = 0; i < 9; i++) await world.queue.enqueue(world.job.lane, world.tasks, 0);
    await drain(world, 10);
    expect(world.upstream.calls).toHaveLength(1);
  });

  it("spend no quota on a batch that is done", async () => {
    const world = await accepted(makeWorld({ receivers: 3 }));
    await drain(world);
    await world.queue.enqueue(world.job.lane, world.tasks, 0);
    await drain(world);
    expect(world.quota.asks).toHaveLength(1);
  });
});

describe("a worker that stalls past its lease", () => {
  const stalled = async (delivery: Delivery, behave: (n: number) => Behaviour) => {
    const world = await accepted(makeWorld({ receivers: 3, job: { delivery }, behave: ({ n }) => behave(n) }));
    await world.queue.enqueue(world.job.lane, world.tasks, 20); // SQS brings the message a second time meanwhile
    return world;
  };

  it("is given up, and believed when its answer comes: sent outweighs unknown, and the tally is put right", async () => {
    const world = await stalled("at-most-once", () => ({ takesMs: STALLS_MS }));
    const draining = drain(world, 2);
    const seen: string[] = [];
    const look = world.clock.sleep(30_000).then(async () => {
      const counts = await world.results.tallies.read(world.job);
      seen.push(...(await summaryOf(world)), `counted ${counts.unknown} unknown`);
    });
    await Promise.all([draining, look]);
    expect(seen).toEqual(["1 unknown WorkerLost", "2 unknown WorkerLost", "3 unknown WorkerLost", "counted 3 unknown"]);
    expect(await summaryOf(world)).toEqual(["1 sent", "2 sent", "3 sent"]);
    await expectEverybodyAnswered(world);
  });

  it.each<{ when: string; stalls: Behaviour; want: string[] }>([
    {
      when: "it was refused for some",
      stalls: { fails: ["2"] },
      want: ["1 sent", "2 unknown WorkerLost", "3 sent"],
    },
    {
      when: "it knows no more than we do",
      stalls: { breaks: "after" },
      want: ["1 unknown CallTimeout", "2 unknown CallTimeout", "3 unknown CallTimeout"],
    },
    {
      when: "the request was wrong",
      stalls: { refuses: { why: "request", code: "InvalidParameter" } },
      want: ["1 unknown WorkerLost", "2 unknown WorkerLost", "3 unknown WorkerLost"],
    },
  ])("and is given up for good when $when", async ({ stalls, want }) => {
    const world = await stalled("at-most-once", () => ({ ...stalls, takesMs: STALLS_MS }));
    await drain(world, 2);
    expect(await summaryOf(world)).toEqual(want);
    await expectEverybodyAnswered(world);
  });

  it("is sent again where the job wants it at least once; the twice is marked and counted once", async () => {
    const world = await stalled("at-least-once", (n) => (n === 0 ? { takesMs: STALLS_MS } : { fails: ["2"] }));
    await drain(world, 2);
    expect(world.upstream.inbox.get("1")).toHaveLength(2);
    expect(world.upstream.inbox.get("2")).toHaveLength(1); // the stalled worker's
    const outcomes = await outcomesOf(world);
    expect(outcomes.map(({ status, maybeTwice }) => ({ status, maybeTwice }))).toMatchObject([
      { status: "sent", maybeTwice: true },
      { status: "sent" },
      { status: "sent", maybeTwice: true },
    ]);
    await expectEverybodyAnswered(world);
  });
});

type Steering = "pause" | "resume" | "cancel";

/** Steer the job as somebody does who does not know that it may be done already. */
async function steerLater({ clock, results, queue, job }: World, actions: readonly Steering[], afterMs: number) {
  const steer = makeSteer({ jobs: results.jobs, parked: results.parked, queue });
  for (const action of actions) {
    await clock.sleep(afterMs);
    await steer(job.id, action).catch((error) => expect(error).toMatchObject({ status: 409 }));
  }
}

describe("any schedule", () => {
  const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ takesMs: fc.constantFrom(0, 100, 9_000, 16_000, STALLS_MS) }) },
    fc.record({ fails: fc.subarray(["1", "2", "3", "4", "5"]), takesMs: fc.constantFrom(0, 16_000) }),
    fc.record({ forgets: fc.subarray(["1", "2", "3", "4", "5"]) }),
    fc.record({
      breaks: fc.constantFrom("before" as const, "after" as const),
      takesMs: fc.constantFrom(10_000, 20_000),
    }),
    fc.constantFrom<Behaviour>(
      { refuses: { why: "flow", code: "FlowLimitExceeded" } },
      { refuses: { why: "not-sent", code: "ConnectionRefused" } },
      { refuses: { why: "request", code: "InvalidParameter" }, takesMs: 16_000 },
    ),
  );
  const schedule = fc.record({
    delivery: fc.constantFrom<Delivery>("at-most-once", "at-least-once"),
    behaviours: fc.array(behaviour, { maxLength: 12 }),
    grants: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 }),
    repeats: fc.array(fc.constantFrom(0, 1, 10, 17, 30, 60), { maxLength: 4 }),
    workers: fc.integer({ min: 1, max: 5 }),
    steering: fc.constantFrom<Steering[]>([], ["cancel"], ["pause", "resume"], ["pause", "cancel"]),
    steerAfterMs: fc.constantFrom(0, 1_000, 12_000, 30_000),
    expiresInMs: fc.constantFrom(undefined, undefined, undefined, 5_000, 18_000),
    crash: fc.option(
      fc.record<CrashPoint>({
        at: fc.nat(40),
        when: fc.constantFrom("before" as const, "after" as const),
        dies: fc.boolean(),
      }),
    ),
  });

  it("of workers, repetitions, stalls, splits, crashes and failures leaves everybody with one outcome", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (given) => {
        const { delivery, behaviours, grants, repeats, workers, crash, steering, steerAfterMs, expiresInMs } = given;
        const world = await accepted(
          makeWorld({
            receivers: 5,
            job: { delivery, ...(expiresInMs !== undefined && { expiresAtMs: NOW + expiresInMs }) },
            behave: ({ n }) => behaviours[n] ?? {},
            grant: ({ n, nowMs, count }) => granted(nowMs, Math.min(count, grants[n] ?? count)),
          }),
        );
        for (const delay of repeats) await world.queue.enqueue(world.job.lane, world.tasks, delay);
        const steered = steerLater(world, steering, steerAfterMs);
        await drain(world, workers, crashingDeliver(world, crash ?? undefined).deliver);
        await steered;
        expect(world.failures.every((error) => error instanceof Crash)).toBe(true);
        await expectEverybodyAnswered(world, ["done", "canceled"]);
      }),
      { numRuns: 300 },
    );
  });
});
