import { describe, expect, it } from "vitest";
import type { Behaviour } from "../support/fake-upstream.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, makeWorld, SHARE_AGE_MS } from "./world.ts";

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
