import type { Entry } from "./ledger.ts";
import { type Limit, returnsAtMs, spentAt, tokensIn } from "./limits.ts";

/**
 * Until when bulk has spent its even share once it takes `count` at `atMs`. What is left is spread over the time until
 * tokens come back, so that a burst becomes an even stream within a window or two, and an even stream stays as it is.
 *
 * The rate is the highest that can be kept up: what is there until the next return, divided by the time until then; the
 * same for every later return; the least of these. Rounded down, so that a pace never misses the return it aims at.
 *
 * @param entries without the `count` in question; those planned after `atMs` play no part
 * @param limit at least `count` of its tokens are free at `atMs`, so the answer is a window away at most
 */
export function pacedUntil(
  entries: readonly Entry[],
  limit: Limit,
  { atMs, count }: Readonly<{ atMs: number; count: number }>,
): number {
  let free = limit.most - spentAt(entries, limit, atMs);
  let perMs = limit.most / limit.awayMs;
  for (const entry of inOrder(entries, limit)) {
    const backAtMs = returnsAtMs(limit, entry.slotMs);
    if (backAtMs <= atMs || entry.slotMs > atMs) continue;
    perMs = Math.min(perMs, free / (backAtMs - atMs));
    free += tokensIn(entry, limit);
  }
  return atMs + Math.floor(count / perMs);
}

/** As they return: by slot, unless the window was another one. */
const inOrder = (entries: readonly Entry[], limit: Limit): readonly Entry[] =>
  limit.before === undefined
    ? entries
    : entries.toSorted((a, b) => returnsAtMs(limit, a.slotMs) - returnsAtMs(limit, b.slotMs));
