import { describe, expect, it } from "vitest";
import { traceIdOf } from "../../lib/domain/trace.ts";
import type { Behaviour } from "../support/fake-upstream.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, jobNow, makeWorld, QUOTA, SHARE_AGE_MS } from "./world.ts";

// What an operator reads in the logs, and what alarms listen to.

describe("a line about a call names its job, its run and its batch", () => {
  it.each<{ when: string; behave: (n: number) => Behaviour; want: string[] }>([
    { when: "it got no answer", behave: (n) => (n === 0 ? { breaks: "after" } : {}), want: ["call failed", "held"] },
    {
      when: "it was too fast",
      behave: (n) => (n === 0 ? { refuses: { why: "flow", code: "FlowLimitExceeded" } } : {}),
      want: ["held"],
    },
    {
      when: "it was not sent",
      behave: (n) => (n === 0 ? { refuses: { why: "not-sent", code: "ConnectionRefused" } } : {}),
      want: ["not-sent"],
    },
  ])("when $when", async ({ behave, want }) => {
    const world = makeWorld({ behave: ({ n }) => behave(n) });
    const { id: job, run } = await accepted(world, 3);
    await runUntilRest(world);
    const told = world.events.filter(({ event }) => ["call failed", "held", "not-sent"].includes(event));
    expect(told.map(({ event }) => event)).toEqual(want);
    for (const one of told) expect(one).toMatchObject({ job, run, batch: expect.any(Number) });
  });
});

describe("a dispatch run says how old the oldest task is that is not done", () => {
  it("of each lane, and nothing of a lane without tasks", async () => {
    const world = makeWorld();
    const oldest = async (ms: number) => {
      world.clock.advanceTo(world.clock.now() + ms);
      await world.volley.dispatch.eachMinute();
      return world.events.findLast(({ event }) => event === "dispatch-run")?.["oldestMs"];
    };
    await accepted(world, 7);
    expect(await oldest(0)).toEqual({}); // only now its batches are queued
    expect(await oldest(60_000)).toEqual({ bulk: 60_000 });
    await accepted(world, 1, { options: { lane: "express" } });
    expect(await oldest(SHARE_AGE_MS - 60_000)).toEqual({ bulk: SHARE_AGE_MS, express: SHARE_AGE_MS - 60_000 });
    expect(await oldest(60_000)).toEqual({ bulk: 60_000, express: SHARE_AGE_MS });
  });
});

describe("a trace goes with a job from its request to each call", () => {
  const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const refusesOnce = ({ n }: { n: number }): Behaviour => (n === 0 ? { fails: ["1"] } : {});

  it.each([
    { when: "of the request", more: { trace: TRACE }, want: traceIdOf(TRACE) },
    { when: "of its own where the request has none", more: {}, want: /^[0-9a-f]{32}$/ },
  ])("$when", async ({ more, want }) => {
    const world = makeWorld({ behave: refusesOnce });
    const job = await accepted(world, 7, more);
    await runUntilRest(world);
    const { trace: own = "" } = await jobNow(world, job);
    expect(traceIdOf(own)).toMatch(want);
    const traces = world.upstream.calls.map(({ trace = "" }) => trace);
    expect(traces.length).toBeGreaterThan(1);
    expect(new Set(traces).size).toBe(traces.length); // each call is a span of its own
    for (const trace of traces) expect(traceIdOf(trace)).toBe(traceIdOf(own));
    const told = world.events.filter(({ event }) => event === "called");
    expect(told.map(({ traceId }) => traceId)).toEqual(traces.map(traceIdOf));
  });
});

describe("a call says what came of it", () => {
  it("how many receivers by outcome, how long it took and how long the first one waited", async () => {
    const behave = ({ n }: { n: number }): Behaviour => (n === 0 ? { fails: ["1"], forgets: ["2"], takesMs: 40 } : {});
    const world = makeWorld({ behave });
    await accepted(world, 3, { options: { lane: "express" } });
    await runUntilRest(world);
    const told = world.events.filter(({ event }) => event === "called");
    expect(told).toEqual([
      expect.objectContaining({ lane: "express", sent: 1, failed: 0, refused: 1, doubtful: 1, tookMs: 40 }),
      expect.objectContaining({ lane: "express", sent: 1, failed: 0, refused: 0, doubtful: 0 }),
    ]);
    expect(told.map((one) => typeof one["waitedMs"])).toEqual(["number", "undefined"]);
  });
});

describe("a dispatch run says how long the rest takes", () => {
  it("at what the account may send now", async () => {
    const world = makeWorld();
    await accepted(world, 7);
    await world.volley.dispatch.eachMinute();
    const run = world.events.findLast(({ event }) => event === "dispatch-run");
    expect(run).toMatchObject({ waiting: 7, shares: 1, used: 0 });
    expect(run?.["secondsLeft"]).toBe(Math.ceil((7 * QUOTA.windowMs) / QUOTA.messages / 1000));
  });
});
