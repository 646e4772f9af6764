import { dripBucket, fixedWindow, gcra, slidingLog, volley } from "./quota-limiters.ts";
import type { Limiter } from "./quota-simulation.ts";

/** The vendor's quota, and the settings that a stage has by default. */
export const policy = {
  ...{ messages: 12_000, windowMs: 60_000, marginMs: 300 },
  ...{ floor: 60, minGapMs: 250, callTimeoutMs: 10_000 },
};

/** Who asks: workers that never run dry, an express job of one receiver a second, two of 500 a minute. */
export const LOAD = {
  quota: policy.messages,
  windowMs: policy.windowMs,
  marginMs: policy.marginMs,
  workers: 24,
  express1EveryMs: 1_000,
  express500EveryMs: 30_000,
};

export const SEED = 20_240_515;

const { messages, windowMs } = policy;

/** Volley, and the limiters that are usually taken. */
export const LIMITERS = {
  volley: () => volley(policy),
  "sliding log": () => slidingLog(messages, windowMs),
  "fixed window": () => fixedWindow(messages, windowMs, 50_000),
  "drip bucket of 12,000": () => dripBucket(messages, messages, windowMs),
  "drip bucket of 500": () => dripBucket(500, messages - 500, windowMs),
  "GCRA, full rate": () => gcra(messages, windowMs),
} satisfies Readonly<Record<string, () => Limiter>>;
