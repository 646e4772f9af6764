import type { Ranges } from "./ranges.ts";
import type { Receivers } from "./receivers.ts";

/** Batches that are read although nobody needs them, where that saves a read: 130 KB of the default batches. */
const MOST_BETWEEN = 32;
/** Batches of one read: 2 MB of the default batches. */
const MOST_PER_READ = 512;

/**
 * Which batches of a stored list may hold some of these ids, as pieces to be read one after the other.
 *
 * @param manifest the first receiver of every batch, ascending
 * @param ids ascending
 */
export function readsFor(manifest: Receivers, ids: Receivers): Ranges {
  const reads: [number, number][] = [];
  let batch = -1;
  for (const id of ids) {
    while (batch + 1 < manifest.length && (manifest[batch + 1] ?? 0n) <= id) batch++;
    const last = reads.at(-1);
    if (batch < 0 || (last && batch < last[1])) continue;
    if (last && batch - last[1] <= MOST_BETWEEN && batch + 1 - last[0] <= MOST_PER_READ) last[1] = batch + 1;
    else reads.push([batch, batch + 1]);
  }
  return reads;
}

/** The ids that do not stand in `taken`. Both ascending, each once; one pass over both. */
export function without(ids: Receivers, taken: Receivers): Receivers {
  const left = new BigUint64Array(ids.length);
  let count = 0;
  let at = 0;
  for (const id of ids) {
    while (at < taken.length && (taken[at] ?? 0n) < id) at++;
    if (taken[at] !== id) left[count++] = id;
  }
  return left.subarray(0, count);
}
