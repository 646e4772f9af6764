import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { volley } from "../../../bench/quota-limiters.ts";
import { simulate } from "../../../bench/quota-simulation.ts";
import { type Environment, REQUIRED, readConfig } from "../../../lib/config.ts";

const limits = readFileSync(join(import.meta.dirname, "../../../docs/LIMITS.md"), "utf8");
/** What docs/LIMITS.md sets for fifty a second. */
const stated = Object.fromEntries(
  (/`(QUOTA_MESSAGES=50 [^`]*)`/.exec(limits)?.[1] ?? "").split(" ").map((one) => one.split("=")),
);
const ANSWER_MS = 30;

const quotaOf = (env: Environment) =>
  readConfig({ ...Object.fromEntries(REQUIRED.map((name) => [name, "http://x"])), ...env }).quota;

/** The most in any second, while one call in fifty is slow: it is counted whenever its time allows. */
function peakOf(env: Environment, callTimeoutMs = quotaOf(env).callTimeoutMs): number {
  const policy = quotaOf(env);
  const { messages: quota, windowMs, marginMs } = policy;
  const late = { share: 0.02, mostMs: marginMs + callTimeoutMs - ANSWER_MS };
  const times = { windowMs, marginMs, minutes: 20, answerMs: ANSWER_MS, late };
  const load = { quota, workers: 12, size: (random: () => number) => 1 + Math.floor(random() * 45) };
  return simulate(volley(policy), { ...times, ...load, express1EveryMs: 300 }, 1).peak;
}

describe("fifty a second, as docs/LIMITS.md sets it", () => {
  it("is kept with two slow calls in a hundred", () => {
    expect(stated).toMatchObject({ QUOTA_WINDOW_MS: "1000" });
    expect(peakOf(stated)).toBeLessThanOrEqual(50);
  });

  it("is kept where the call's timeout is left to the window", () => {
    expect(peakOf({ ...stated, CALL_TIMEOUT_MS: "" })).toBeLessThanOrEqual(50);
  });

  it("that is so because the window bounds the call's timeout", () => {
    expect(peakOf(stated, 10_000)).toBeGreaterThan(50);
  });
});
