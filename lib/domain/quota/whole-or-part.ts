import type { Entry, QuotaPolicy } from "./ledger.ts";
import { shortestWindowMs } from "./limits.ts";
import { type Bound, firstSlot, type Slot } from "./slot.ts";

/**
 * How long bulk waits for room for a whole batch where there is room for a part, and what that may cost: all tokens of the batch
 * unused for so long, or a share of them for longer. Shares of the shortest window, measured by `bench/quota.ts`; for a
 * minute they are 3 s and 0.75 s. Where a second is limited too it is next to nothing: bulk plans so little ahead there that
 * others would take what it waits for.
 */
const FOR_WHOLE = { most: 1 / 20, unused: 1 / 80 };

/**
 * The slot for all `count` messages, if it is near enough; else the first for a part of them. A part is one call more, and its
 * tokens come back as a part, which splits another batch: if nobody put parts together, there would only be more and more.
 *
 * @param from as {@link firstSlot} has it
 */
export function wholeOrPart(
  entries: readonly Entry[],
  bounds: readonly Bound[],
  from: Readonly<{ fromMs: number; minGapMs: number }>,
  { count, policy }: Readonly<{ count: number; policy: QuotaPolicy }>,
): Slot {
  const part = firstSlot(entries, bounds, from);
  if (part.room >= count) return part;
  const whole = firstSlot(entries, allAtOnce(bounds, count), from);
  const waitMs = whole.slotMs - part.slotMs;
  const unusedMs = (waitMs * part.room) / Math.min(count, whole.room);
  const windowMs = shortestWindowMs(policy);
  return waitMs <= windowMs * FOR_WHOLE.most && unusedMs <= windowMs * FOR_WHOLE.unused ? whole : part;
}

/** The same bounds, where a window can have so many: room for all of them. */
const allAtOnce = (bounds: readonly Bound[], count: number): readonly Bound[] =>
  bounds.map((bound) => (bound.name === "messages" ? { ...bound, least: Math.min(count, bound.most) } : bound));

/**
 * The largest batch size up to `max` of which whole batches fill what bulk may spend in a window: cut like this, one
 * big job that saturates the account never has to split a batch. 497 where 11,940 may be spent: 24 x 497 = 11,928.
 */
export function alignedBatchSize({ messages, floor }: QuotaPolicy, max: number): number {
  const forBulk = messages - floor;
  return Math.max(1, Math.floor(forBulk / Math.ceil(forBulk / max)));
}
