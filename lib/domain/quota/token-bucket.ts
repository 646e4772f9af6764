import type { Lane } from "../job.ts";
import { capacityAt, probe } from "./circuit-breaker.ts";
import {
  awayMs,
  type Entry,
  type HeldTime,
  type Ledger,
  MOST_AHEAD,
  type QuotaPolicy,
  spend,
  spentAt,
} from "./ledger.ts";
import { pacedUntil } from "./pacing.ts";
import { firstSlot } from "./slot.ts";

/** `maxWaitMs`: nothing is reserved further ahead than the caller will wait. */
export type Ask = Readonly<{ nowMs: number; count: number; lane: Lane; maxWaitMs: number }>;

export type Grant =
  /** Store `ledger`, then send `granted` messages at `slotMs`. `probe`: the first call after a hold; it has to report. */
  | Readonly<{ kind: "granted"; slotMs: number; granted: number; probe: boolean; ledger: Ledger }>
  /** Nothing changed: ask again at `untilMs`. */
  | Readonly<{ kind: "wait"; untilMs: number; why: "quota" | "held" }>;

/** Shares of the window. Measured by `bench/quota.ts`; for a minute they are 1 s, 30 s and 2 s. */
const AHEAD = {
  /** How far ahead bulk plans: an express call that needs many tokens waits behind what bulk has planned. */
  bulk: 1 / 60,
  /** How far ahead express plans: a late call must be moved before anybody plans on its tokens. */
  express: MOST_AHEAD,
};
/** How far bulk may be ahead of its even share: tokens that return together are spent together, so none stay unused. */
const CREDIT = 1 / 30;
/**
 * And further where calls are late in the mean, by so many times as much: their tokens are away longer, so that fewer may
 * stay unused. The price is a less even stream.
 */
const CREDIT_PER_LATENESS = 14;
const MOST_CREDIT = 1 / 6;
/** Calls whose lateness counts. */
const REMEMBERED = 64;
/** Up to this share of the capacity bulk need not pace itself: after a quiet time it may burst. */
const BURST = 1 / 2;
/** A caller that waits for a probe's result asks again after this, ms. */
const PROBE_LOOK_MS = 1_000;

/**
 * Decide when `count` messages may be sent, and spend their tokens. A token returns one window (and the margin) after
 * its slot, so no window of the upstream's ever counts more than the quota, however many workers ask.
 *
 * `granted` may be less than `count`: ask again for the rest. It is at least the floor. Express may spend
 * the floor too, and a larger express call is split only if it could never go whole. What an express call has reserved,
 * even far ahead, bulk cannot take.
 *
 * @param nowMs epoch ms by the caller's clock; one that steps back delays a slot, it never grants two
 * @returns `granted` with a slot at or after `nowMs`, half a window ahead at most; or `wait` with a time after `nowMs`
 * @throws {RangeError} if `nowMs` or `count` is not a whole number, or `count` is below 1
 */
export function reserve(ledger: Ledger, policy: QuotaPolicy, { nowMs, count, lane, maxWaitMs }: Ask): Grant {
  if (!Number.isSafeInteger(nowMs)) throw new RangeError(`nowMs must be a whole number, got ${nowMs}`);
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`count must be at least 1, got ${count}`);
  const seenMs = Math.max(nowMs, ledger.seenMs);
  const held = ledger.hold;
  if (held !== undefined && seenMs < held.untilMs) {
    const untilMs = held.probing ? Math.min(held.untilMs, seenMs + PROBE_LOOK_MS) : held.untilMs;
    return { kind: "wait", untilMs, why: "held" };
  }

  const entries = ledger.entries.filter(({ slotMs }) => slotMs > seenMs - awayMs(policy));
  const tokens = tokensFor({ count, lane }, policy, capacityAt(ledger, policy, seenMs));
  const fromMs = lane === "bulk" ? bulkFrom(entries, policy, seenMs, ledger) : seenMs;
  const { slotMs, room } = firstSlot(entries, policy, { fromMs, ...tokens });
  const untilMs = slotMs - Math.min(Math.floor(policy.windowMs * AHEAD[lane]), maxWaitMs);
  if (untilMs > seenMs) return { kind: "wait", untilMs, why: "quota" };

  const granted = Math.min(count, room);
  const burst = spentAt(entries, policy, slotMs) + granted <= tokens.capacity * BURST;
  const atMs = Math.max(slotMs, ledger.pacedUntilMs);
  const paces = lane === "bulk" && !burst;
  const next: Ledger = {
    ...ledger,
    seenMs,
    entries: spend(entries, slotMs, granted),
    pacedUntilMs: paces
      ? pacedUntil(entries, policy, { atMs, count: granted, limit: tokens.limit })
      : ledger.pacedUntilMs,
    ...(ledger.lateness && { lateness: ledger.lateness - Math.ceil(ledger.lateness / REMEMBERED) }),
    hold: held && probe(held, policy, slotMs),
  };
  return { kind: "granted", slotMs, granted, probe: held !== undefined, ledger: next };
}

/**
 * A call at `slotMs` was answered only at `answeredAtMs`, so it may have been counted as late as that: its tokens
 * return one window after the answer. If told twice, or about an entry that is gone, it counts twice, which is the safe side.
 *
 * It has to be told within half a window of the slot: later, others may have planned on these tokens.
 */
export function moveLate(
  ledger: Ledger,
  policy: QuotaPolicy,
  { slotMs, count, answeredAtMs }: Readonly<{ slotMs: number; count: number; answeredAtMs: number }>,
): Ledger {
  const toMs = answeredAtMs - policy.marginMs;
  if (toMs <= slotMs || toMs + awayMs(policy) <= ledger.seenMs) return ledger; // on time, or returned already
  const left = ledger.entries.map((entry) =>
    entry.slotMs === slotMs && entry.count >= count ? { slotMs, count: entry.count - count } : entry,
  );
  const entries = left.filter((entry) => entry.count > 0);
  const isWhole = entries.length < left.length; // it leaves a place free: no gap is needed to keep the ledger small
  return {
    ...ledger,
    seenMs: Math.max(ledger.seenMs, answeredAtMs),
    entries: spend(entries, isWhole ? toMs : afterGap(entries, policy, toMs), count),
    lateness: (ledger.lateness ?? 0) + toMs - slotMs,
  };
}

export type Usage = Readonly<{
  /** Slots of the last window, and slots to come; messages. */
  used: number;
  reservedAhead: number;
  /** Messages in any window at this time: the quota, or less for a while after "too fast". */
  capacity: number;
  /** When the first of those used or reserved come back; absent if there are none. */
  returnsAtMs?: number;
  heldUntilMs?: number;
  /** When the hold began that is in force. */
  heldSinceMs?: number;
  /** The last hold, as far as it is over: what was queued could not be worked off meanwhile. */
  lastHold?: HeldTime;
}>;

export function usage(ledger: Ledger, policy: QuotaPolicy, nowMs: number): Usage {
  const { entries, hold } = ledger;
  const isOver = hold !== undefined && hold.untilMs <= nowMs; // nobody has sent a probe yet
  const lastHold = isOver ? { fromMs: hold.sinceMs, toMs: hold.untilMs } : ledger.lastHold;
  const sum = (some: readonly Entry[]) => some.reduce((total, { count }) => total + count, 0);
  const first = entries.find(({ slotMs }) => slotMs > nowMs - policy.windowMs);
  return {
    used: sum(entries.filter(({ slotMs }) => slotMs > nowMs - policy.windowMs && slotMs <= nowMs)),
    reservedAhead: sum(entries.filter(({ slotMs }) => slotMs > nowMs)),
    capacity: capacityAt(ledger, policy, nowMs),
    ...(first && { returnsAtMs: first.slotMs + awayMs(policy) }),
    ...(lastHold && { lastHold }),
    ...(hold !== undefined && !isOver && { heldUntilMs: hold.untilMs, heldSinceMs: hold.sinceMs }),
  };
}

/**
 * The largest batch size up to `max` of which whole batches fill what bulk may spend in a window: cut like this, one
 * big job that saturates the account never has to split a batch. 497 where 11,940 may be spent: 24 x 497 = 11,928.
 */
export function alignedBatchSize({ messages, floor }: QuotaPolicy, max: number): number {
  const forBulk = messages - floor;
  return Math.max(1, Math.floor(forBulk / Math.ceil(forBulk / max)));
}

/** The limit that an ask has to keep, and the least it takes at once. A small express ask may use the floor, no other. */
function tokensFor({ count, lane }: Pick<Ask, "count" | "lane">, policy: QuotaPolicy, capacity: number) {
  const floor = Math.floor((policy.floor * capacity) / policy.messages);
  const limit = lane === "express" && count <= floor ? capacity : Math.max(1, capacity - floor);
  const piece = lane === "express" ? count : Math.max(1, floor);
  return { capacity, limit, least: Math.min(count, piece, limit) };
}

/** From when bulk may plan: when its pace allows; at the slot before that, if it is still ahead and nearer than the gap. */
function bulkFrom(entries: readonly Entry[], policy: QuotaPolicy, seenMs: number, ledger: Ledger): number {
  const { pacedUntilMs, lateness = 0 } = ledger;
  const creditMs = policy.windowMs * CREDIT + (lateness / REMEMBERED) * CREDIT_PER_LATENESS;
  const fromMs = Math.max(seenMs, pacedUntilMs - Math.floor(Math.min(creditMs, policy.windowMs * MOST_CREDIT)));
  const before = entries.findLast(({ slotMs }) => slotMs <= fromMs)?.slotMs ?? 0;
  return before >= seenMs && fromMs - before < policy.minGapMs ? before : fromMs;
}

/** Where to put an entry that comes from before: at `toMs`, or later where a neighbour is nearer than the gap. */
function afterGap(entries: readonly Entry[], { minGapMs }: QuotaPolicy, toMs: number): number {
  const before = entries.findLast(({ slotMs }) => slotMs < toMs)?.slotMs ?? 0;
  const after = entries.find(({ slotMs }) => slotMs >= toMs)?.slotMs ?? Number.POSITIVE_INFINITY;
  const atMs = Math.max(toMs, before + minGapMs);
  return after - atMs < minGapMs ? after : atMs;
}
