import { describe, expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { granted, wait } from "../support/fake-bucket.ts";
import { type CrashPoint, crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type RequestParts, type WorldOptions } from "./world.ts";

/** What may befall a job. Wherever a process crashes besides, each has to end with everybody answered. */
const SCENARIOS: readonly (WorldOptions &
  RequestParts & { when: string; receivers: number; action?: "cancel" | "pause"; atMs?: number })[] = [
  { when: "an express job goes well", receivers: 3 },
  { when: "a bulk job goes well", receivers: 5 },
  { when: "one is refused for good", receivers: 3, behave: () => ({ fails: ["2"] }) },
  { when: "some are refused once, in bulk", receivers: 4, behave: ({ n }) => ({ fails: n < 2 ? ["1", "4"] : [] }) },
  { when: "the answer forgets one", receivers: 3, behave: () => ({ forgets: ["2"] }) },
  {
    when: "the quota splits a batch, and what is refused again",
    receivers: 4,
    grant: ({ n, nowMs, count }) => granted(nowMs, n < 3 ? 1 : count),
    behave: ({ n }) => ({ fails: n < 2 ? ["1", "2"] : [] }),
  },
  { when: "a call breaks after it arrived", receivers: 4, behave: ({ n }) => (n === 0 ? { breaks: "after" } : {}) },
  { when: "a call breaks before it arrived", receivers: 3, behave: ({ n }) => (n === 0 ? { breaks: "before" } : {}) },
  {
    when: "calls break, at least once",
    receivers: 4,
    options: { delivery: "at-least-once" },
    behave: ({ n }) => (n % 2 === 0 ? { breaks: "after" } : {}),
  },
  {
    when: "every call breaks, at least once, express",
    receivers: 2,
    options: { delivery: "at-least-once" },
    behave: ({ n }) => ({ breaks: n % 2 === 0 ? "after" : "before" }),
  },
  {
    when: "it goes too fast",
    receivers: 3,
    behave: ({ n }) => (n < 2 ? { refuses: { why: "flow", code: "FlowLimitExceeded" } } : {}),
    grant: ({ n, nowMs, count }) => (n === 1 ? wait(nowMs + 1_000, "held") : granted(nowMs, count, n === 2)),
  },
  {
    when: "no connection is to be had",
    receivers: 4,
    behave: ({ n }) => (n < 2 ? { refuses: { why: "not-sent", code: "ECONNREFUSED" } } : {}),
  },
  { when: "the request is wrong", receivers: 4, behave: () => ({ refuses: { why: "request", code: "BadMsgType" } }) },
  { when: "answers come late", receivers: 4, behave: () => ({ takesMs: 4_000 }) },
  {
    when: "it is canceled on the way",
    receivers: 5,
    behave: ({ n }) => (n === 0 ? { fails: ["2"] } : { takesMs: 3_000 }),
    ...{ action: "cancel", atMs: 2_000 },
  },
  {
    when: "it is paused and resumed on the way",
    receivers: 5,
    behave: () => ({ takesMs: 1_500 }),
    action: "pause",
    atMs: 2_000,
  },
  {
    when: "it expires on the way",
    receivers: 5,
    behave: () => ({ takesMs: 800 }),
    options: { expiresAtMs: NOW + 1_500 },
  },
];

/** Play one scenario; the process that does all the work crashes at `point`. @returns its calls */
async function play(scenario: (typeof SCENARIOS)[number], point?: CrashPoint): Promise<readonly string[]> {
  const { receivers, action, atMs = 0, behave, grant, options } = scenario;
  const world = makeWorld({ ...(behave && { behave }), ...(grant && { grant }) });
  const job = await accepted(world, receivers, { ...(options && { options }) });
  const crash = crashAt(point);
  const frail = world.processOf(crash.around);
  const run = { workers: 1, volley: () => (crash.isDead() ? world.volley : frail) };
  if (action) {
    await runUntilRest(world, { ...run, untilMs: NOW + atMs });
    await world.volley
      .control(CALLER, job.id, action)
      .catch((error: unknown) => expect(error).toMatchObject({ code: "CONFLICT" }));
    if ((await jobNow(world, job)).state === "paused") await world.volley.control(CALLER, job.id, "resume");
  }
  await runUntilRest(world, run);
  const states = action === "cancel" ? (["done", "canceled"] as const) : (["done", "expired"] as const);
  await expectEverybodyAnswered(world, job, listOf(receivers), states);
  return crash.calls;
}

describe("a process crashes at any call, and others go on: everybody has one outcome, nobody twice", () => {
  it.each(SCENARIOS)("$when", async (scenario) => {
    const calls = await play(scenario);
    expect(calls).toContain("rows.record");
    for (const { name, ...point } of crashPoints(calls)) {
      await play(scenario, point).catch((error: unknown) => {
        throw new Error(`crashed ${point.when} call ${point.at}, ${name} (dies: ${point.dies})`, { cause: error });
      });
    }
  });
});
