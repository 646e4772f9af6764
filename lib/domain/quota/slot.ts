import { awayMs, type Entry, type QuotaPolicy, spentAt } from "./ledger.ts";

/** A time at which a call may go, and how many tokens there are for it. */
export type Slot = Readonly<{ slotMs: number; room: number }>;

/**
 * The first slot at or after `fromMs` that has room for `least` messages under `limit`.
 *
 * A slot is one that exists already, or at least the gap away from every other. It has room if no window exceeds the
 * limit with it: neither the one that ends at the slot, nor one that ends at an entry planned for later.
 *
 * @param least at most `limit`, so there always is such a slot: once every token has returned
 */
export function firstSlot(
  entries: readonly Entry[],
  policy: QuotaPolicy,
  { fromMs, least, limit }: Readonly<{ fromMs: number; least: number; limit: number }>,
): Slot {
  let slotMs = keepGap(entries, policy, fromMs);
  for (;;) {
    const room = limit - mostSpentAround(entries, policy, slotMs);
    if (room >= least) return { slotMs, room };
    slotMs = keepGap(entries, policy, nextReturn(entries, policy, slotMs));
  }
}

/** The most tokens away in any window that a call at `slotMs` would be part of. */
function mostSpentAround(entries: readonly Entry[], policy: QuotaPolicy, slotMs: number): number {
  let most = spentAt(entries, policy, slotMs);
  for (const later of entries) {
    if (later.slotMs <= slotMs || later.slotMs >= slotMs + awayMs(policy)) continue;
    most = Math.max(most, spentAt(entries, policy, later.slotMs));
  }
  return most;
}

/** The next time after `slotMs` at which tokens return: before that there is no more room at any slot. */
function nextReturn(entries: readonly Entry[], policy: QuotaPolicy, slotMs: number): number {
  const next = entries.find((entry) => entry.slotMs + awayMs(policy) > slotMs);
  return next === undefined ? Number.POSITIVE_INFINITY : next.slotMs + awayMs(policy);
}

/** `atMs`, or the first time after it that is an entry's own slot or the gap away from all of them. */
function keepGap(entries: readonly Entry[], { minGapMs }: QuotaPolicy, atMs: number): number {
  let slotMs = atMs;
  for (const entry of entries) {
    if (entry.slotMs <= slotMs - minGapMs) continue;
    if (entry.slotMs >= slotMs) return entry.slotMs - slotMs < minGapMs ? entry.slotMs : slotMs;
    slotMs = entry.slotMs + minGapMs;
  }
  return slotMs;
}
