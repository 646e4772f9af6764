import { leaseMs } from "../delivery-times.ts";
import type { Hold, Ledger, QuotaPolicy } from "./ledger.ts";

/** Refused keys have to be replaced by a person: there is no use in trying every second. */
const CREDENTIALS_FIRST_MS = 30_000;
const CREDENTIALS_MAX_MS = 15 * 60_000;
/** A capacity that fell recovers over so many windows, and never falls below this share of the quota. */
const WINDOWS_TO_RECOVER = 10;
const LEAST_SHARE = 1 / 10;

/** A hold is prolonged only by more than this: each of many late refusals would write it anew. */
const WORTH_MS = 1_000;

/**
 * The upstream refused a call, or left it in doubt: nobody sends for a time, which doubles each time a probe fails. Calls
 * that were on their way already and are refused too change nothing. `flow` also takes a fifth of the capacity, since somebody
 * else may be spending the same quota.
 *
 * @param forMs at least so long, as the upstream asks
 */
export function hold(
  ledger: Ledger,
  policy: QuotaPolicy,
  { nowMs, why, forMs = 0 }: Readonly<{ nowMs: number; why: Hold["why"]; forMs?: number | undefined }>,
): Ledger {
  const was = ledger.hold;
  const graver = why === "credentials" && was?.why !== "credentials";
  if (was !== undefined && !was.probing && nowMs < was.untilMs && !graver) {
    return nowMs + forMs > was.untilMs + WORTH_MS ? { ...ledger, hold: { ...was, untilMs: nowMs + forMs } } : ledger;
  }

  const [firstMs, maxMs] = backoffRange(why, policy);
  const again = was?.why === why ? was.backoffMs * (was.probing ? 2 : 1) : firstMs;
  const backoffMs = Math.min(again, maxMs);
  const untilMs = nowMs + Math.max(backoffMs, forMs);
  const next: Hold = { why, sinceMs: was?.sinceMs ?? nowMs, untilMs, backoffMs, probing: false };
  const straggler = was !== undefined && !was.probing; // nothing was granted since: this call left before the hold
  const shrinks = why === "flow" && !straggler;
  return { ...(shrinks ? shrink(ledger, policy, nowMs) : ledger), hold: next };
}

/** A call came through: the hold is over and its backoff is reset. The capacity recovers over time. */
export const lift = (ledger: Ledger, nowMs: number): Ledger =>
  ledger.hold === undefined
    ? ledger
    : { ...ledger, hold: undefined, lastHold: { fromMs: ledger.hold.sinceMs, toMs: nowMs } };

/**
 * A probe goes out at `slotMs`: all others wait for its result. If it never reports (its worker died), the next one may go
 * once its claim is over, which began a margin after the slot at the latest.
 */
export function probe(held: Hold, { marginMs, callTimeoutMs }: QuotaPolicy, slotMs: number): Hold {
  return { ...held, probing: true, untilMs: slotMs + marginMs + leaseMs(callTimeoutMs) };
}

/** Tokens the bucket holds at `nowMs`: the quota, less what the last "too fast" took and has not recovered yet. */
export function capacityAt({ shrunk }: Ledger, policy: QuotaPolicy, nowMs: number): number {
  if (shrunk === undefined) return policy.messages;
  const recovered = (nowMs - shrunk.sinceMs) / (WINDOWS_TO_RECOVER * policy.windowMs);
  const share = Math.min(1, Math.max(0, recovered));
  const fallen = Math.min(shrunk.capacity, policy.messages);
  return Math.floor(fallen + (policy.messages - fallen) * share);
}

function shrink(ledger: Ledger, policy: QuotaPolicy, nowMs: number): Ledger {
  const fallen = Math.floor((capacityAt(ledger, policy, nowMs) * 4) / 5);
  const capacity = Math.max(fallen, Math.ceil(policy.messages * LEAST_SHARE));
  return { ...ledger, shrunk: { sinceMs: nowMs, capacity } };
}

/** First and longest hold, ms. Except for credentials in proportion to the window: 1 s and two minutes if it is a minute. */
function backoffRange(why: Hold["why"], { windowMs }: QuotaPolicy): readonly [number, number] {
  return why === "credentials" ? [CREDENTIALS_FIRST_MS, CREDENTIALS_MAX_MS] : [Math.ceil(windowMs / 60), 2 * windowMs];
}
