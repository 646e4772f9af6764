import type { Ledger, QuotaPolicy } from "./ledger.ts";

/** An answer with a `Date` of whole seconds: when it was asked for and came, by our clock; what it says. Epoch ms. */
export type DatedAnswer = Readonly<{ sentMs: number; receivedMs: number; dateMs: number }>;

/** `open`: the answer tells nothing. `aheadMs`: our clock is ahead by this much at least; below 0: behind. */
export type ClockVerdict =
  | Readonly<{ kind: "agrees" }>
  | Readonly<{ kind: "open" }>
  | Readonly<{ kind: "off"; aheadMs: number }>;

/** AWS keeps its clocks within milliseconds: one that is certainly off by more is broken. */
const MOST_OFF_MS = 500;
/** An answer that took longer cannot tell that a clock is right: the process may have been frozen meanwhile. */
const LONGEST_TRIP_MS = 1_000;
/** What a Date leaves out: the milliseconds of its second. */
const DATE_STEP_MS = 999;
/** A ledger is this far ahead of a clock only if somebody's clock was wrong: what it says is not believed. At least a window. */
const LEAST_FUTURE_MS = 10_000;

/**
 * Hold our clock against the server's. The Date was written at some moment between sending and receiving, so the
 * difference lies between two bounds, a second and the round trip apart. A clock that is off by 1.5 s and the round trip is
 * found by any answer, one that is off by half a second or less by none.
 *
 * @see RFC 9110 section 6.6.1, Date
 */
export function checkClock({ sentMs, receivedMs, dateMs }: DatedAnswer): ClockVerdict {
  const leastMs = sentMs - (dateMs + DATE_STEP_MS);
  const mostMs = receivedMs - dateMs;
  if (leastMs > MOST_OFF_MS) return { kind: "off", aheadMs: leastMs };
  if (mostMs < -MOST_OFF_MS) return { kind: "off", aheadMs: mostMs };
  const tells = receivedMs - sentMs <= LONGEST_TRIP_MS;
  return tells && leastMs <= 0 && mostMs >= 0 ? { kind: "agrees" } : { kind: "open" };
}

/**
 * A ledger that a wrong clock has set to the future would stand still until that time comes, and has forgotten what was
 * spent before it. It is taken for one whose tokens were all spent just now, also by calls that are planned still:
 * a window and a half later all is well again.
 *
 * @param nowMs by a clock that was checked
 * @returns the ledger itself unless it is more than a window ahead
 */
export function withoutFuture(ledger: Ledger, policy: QuotaPolicy, nowMs: number): Ledger {
  const { hold, shrunk, standing } = ledger;
  if (ledger.seenMs <= nowMs + Math.max(policy.windowMs, LEAST_FUTURE_MS)) return ledger;
  return {
    entries: [
      {
        ...{ slotMs: nowMs + Math.ceil(policy.windowMs / 2), count: policy.messages },
        ...(policy.calls !== undefined && { calls: policy.calls }),
      },
    ],
    seenMs: nowMs,
    pacedUntilMs: nowMs,
    ...(hold && { hold: { ...hold, sinceMs: nowMs, untilMs: nowMs, probing: false } }),
    ...(shrunk && { shrunk: { ...shrunk, sinceMs: Math.min(shrunk.sinceMs, nowMs) } }),
    ...(standing && { standing: { ...standing, before: undefined } }),
  };
}
