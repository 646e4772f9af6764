import { EMPTY_LEDGER, type QuotaPolicy } from "../lib/domain/quota/ledger.ts";
import { answered } from "../lib/domain/quota/open-calls.ts";
import { moveLate, reserve } from "../lib/domain/quota/token-bucket.ts";
import type { Limiter } from "./quota-simulation.ts";

/** Volley's own: the ledger that the adapters keep. */
export function volley(policy: QuotaPolicy): Limiter {
  let ledger = EMPTY_LEDGER;
  return {
    reserve(ask) {
      const grant = reserve(ledger, policy, ask);
      if (grant.kind === "granted") ledger = grant.ledger;
      return grant;
    },
    moveLate(spent) {
      ledger = moveLate(ledger, policy, spent);
    },
    answered(call) {
      ledger = answered(ledger, call);
    },
  };
}

// The limiters that are usually taken. None has lanes or splits a batch.

/** A counter that starts anew with every window of the clock; the load begins `phaseMs` into one. */
export function fixedWindow(quota: number, windowMs: number, phaseMs: number): Limiter {
  let startMs = -phaseMs;
  let left = quota;
  return {
    reserve({ nowMs, count }) {
      const currentMs = nowMs - ((nowMs + phaseMs) % windowMs);
      if (currentMs !== startMs) [startMs, left] = [currentMs, quota];
      if (count > left) return { kind: "wait", untilMs: startMs + windowMs };
      left -= count;
      return { kind: "granted", slotMs: nowMs, granted: count };
    },
  };
}

/**
 * A sliding log: the time of every message of the last window. It stamps a message when it is reserved, as the Redis bucket
 * of PyrateLimiter does, and not when it is sent or counted.
 *
 * @see https://pyratelimiter.readthedocs.io/
 */
export function slidingLog(quota: number, windowMs: number): Limiter {
  const log: { atMs: number; count: number }[] = [];
  let spent = 0;
  return {
    reserve({ nowMs, count }) {
      for (let old = log[0]; old !== undefined && old.atMs <= nowMs - windowMs; old = log[0]) {
        spent -= old.count;
        log.shift();
      }
      if (spent + count > quota) return { kind: "wait", untilMs: roomAtMs(spent + count - quota) };
      spent += count;
      log.push({ atMs: nowMs, count });
      return { kind: "granted", slotMs: nowMs, granted: count };
    },
  };

  /** When so many have left the window. */
  function roomAtMs(tooMany: number): number {
    let left = tooMany;
    const last = log.find(({ count }) => {
      left -= count;
      return left <= 0;
    });
    return (last?.atMs ?? 0) + windowMs;
  }
}

/** The usual token bucket: `capacity` tokens, filled up again drop by drop, `perWindow` in a window. */
export function dripBucket(capacity: number, perWindow: number, windowMs: number): Limiter {
  const perMs = perWindow / windowMs;
  let atMs = 0;
  let tokens = capacity;
  return {
    reserve({ nowMs, count }) {
      tokens = Math.min(capacity, tokens + (nowMs - atMs) * perMs);
      atMs = nowMs;
      if (count > tokens) return { kind: "wait", untilMs: nowMs + Math.ceil((count - tokens) / perMs) };
      tokens -= count;
      return { kind: "granted", slotMs: nowMs, granted: count };
    },
  };
}

/**
 * The generic cell rate algorithm at the full rate: each call goes when the one before it is paid for. No burst.
 *
 * @see ITU-T I.371 (2004) Annex A.1, virtual scheduling
 */
export function gcra(quota: number, windowMs: number): Limiter {
  let paidMs = 0;
  return {
    reserve({ nowMs, count }) {
      const slotMs = Math.max(nowMs, Math.ceil(paidMs));
      if (slotMs > nowMs + 1_000) return { kind: "wait", untilMs: slotMs - 1_000 };
      paidMs = Math.max(nowMs, paidMs) + (count * windowMs) / quota;
      return { kind: "granted", slotMs, granted: count };
    },
  };
}
