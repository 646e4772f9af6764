import { awayMs, type Entry, type QuotaPolicy, spentAt } from "./ledger.ts";

/**
 * Until when bulk has spent its even share once it takes `count` at `atMs`. What is left is spread over the time until
 * tokens come back, so that a burst becomes an even stream within a window or two, and an even stream stays as it is.
 *
 * The rate is the highest that can be kept up: what is there until the next return, divided by the time until then; the
 * same for every later return; the least of these. Rounded down, so that a pace never misses the return it aims at.
 *
 * @param entries without the `count` in question; those planned after `atMs` play no part
 * @param limit tokens in any window; at least `count` of them are free at `atMs`, so the answer is a window away at most
 */
export function pacedUntil(
  entries: readonly Entry[],
  policy: QuotaPolicy,
  { atMs, count, limit }: Readonly<{ atMs: number; count: number; limit: number }>,
): number {
  const away = awayMs(policy);
  let free = limit - spentAt(entries, policy, atMs);
  let perMs = limit / away;
  for (const entry of entries) {
    const returnsMs = entry.slotMs + away;
    if (returnsMs <= atMs || entry.slotMs > atMs) continue;
    perMs = Math.min(perMs, free / (returnsMs - atMs));
    free += entry.count;
  }
  return atMs + Math.floor(count / perMs);
}
