import type { Entry } from "./ledger.ts";
import { type Limit, returnsAtMs, spentAt } from "./limits.ts";

/** A time at which a call may go, and how many messages there is room for. */
export type Slot = Readonly<{ slotMs: number; room: number }>;

/**
 * A limit as an ask has to keep it: `most` is what the lane may have of it, `whole` all of it, `least` what has to be free of
 * it, at most `most`.
 */
export type Bound = Limit & Readonly<{ whole: number; least: number }>;

/**
 * The first slot at or after `fromMs` that has room under every limit.
 *
 * A slot is one that exists already, or at least the gap away from every other. It has room if no window exceeds a
 * limit with it: neither the one that ends at the slot, nor one that ends at an entry planned for later. There always is
 * such a slot: once every token has returned.
 */
export function firstSlot(
  entries: readonly Entry[],
  bounds: readonly Bound[],
  { fromMs, minGapMs }: Readonly<{ fromMs: number; minGapMs: number }>,
): Slot {
  let slotMs = keepGap(entries, minGapMs, fromMs);
  for (;;) {
    let room = Number.POSITIVE_INFINITY;
    let laterMs = 0;
    for (const bound of bounds) {
      const free = bound.most - mostSpentAround(entries, bound, slotMs);
      if (bound.name !== "calls") room = Math.min(room, free);
      if (free < bound.least) laterMs = Math.max(laterMs, nextReturn(entries, bound, slotMs));
    }
    if (laterMs === 0) return { slotMs, room };
    slotMs = keepGap(entries, minGapMs, laterMs);
  }
}

/** The most tokens away in any window that a call at `slotMs` would be part of. */
function mostSpentAround(entries: readonly Entry[], limit: Limit, slotMs: number): number {
  const untilMs = returnsAtMs(limit, slotMs);
  let most = spentAt(entries, limit, slotMs);
  for (const later of entries) {
    if (later.slotMs <= slotMs || later.slotMs >= untilMs) continue;
    most = Math.max(most, spentAt(entries, limit, later.slotMs));
  }
  return most;
}

/** The next time after `slotMs` at which tokens return: before that there is no more room at any slot. */
function nextReturn(entries: readonly Entry[], limit: Limit, slotMs: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const atMs = returnsAtMs(limit, entry.slotMs);
    if (atMs > slotMs && atMs < next) next = atMs;
    if (limit.before === undefined && next < Number.POSITIVE_INFINITY) break; // they return in the order of their slots
  }
  for (const call of limit.open?.calls ?? []) {
    const atMs = call.slotMs + limit.awayMs + (limit.open?.moreMs ?? 0);
    if (atMs > slotMs && atMs < next) next = atMs;
  }
  return next;
}

/** `atMs`, or the first time after it that is an entry's own slot or the gap away from all of them. */
function keepGap(entries: readonly Entry[], minGapMs: number, atMs: number): number {
  let slotMs = atMs;
  for (const entry of entries) {
    if (entry.slotMs <= slotMs - minGapMs) continue;
    if (entry.slotMs >= slotMs) return entry.slotMs - slotMs < minGapMs ? entry.slotMs : slotMs;
    slotMs = entry.slotMs + minGapMs;
  }
  return slotMs;
}
