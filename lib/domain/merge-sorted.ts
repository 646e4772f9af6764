import { type Receivers, sortOut } from "./receivers.ts";

/** Ids of one run that are in memory, ascending. `isLast`: nothing follows them. */
export type Head = Readonly<{ ids: Receivers; isLast: boolean }>;

/**
 * Merge the beginnings of several sorted runs, as far as the order is certain: up to the smallest last id of a run that goes
 * on. What is certain is put together and sorted again: by radix that is faster than to compare the runs id by id.
 *
 * @returns what is certain, each id once; what is left of each run
 */
export function mergeHeads(heads: readonly Head[]): Readonly<{ merged: Receivers; left: readonly Receivers[] }> {
  let bound: bigint | undefined;
  for (const { ids, isLast } of heads) {
    const last = ids.at(-1);
    if (!isLast && last !== undefined && (bound === undefined || last < bound)) bound = last;
  }
  const ends = heads.map(({ ids }) => (bound === undefined ? ids.length : countUpTo(ids, bound)));
  const all = new BigUint64Array(ends.reduce((sum, end) => sum + end, 0));
  let at = 0;
  for (const [i, { ids }] of heads.entries()) {
    const certain = ids.subarray(0, ends[i]);
    all.set(certain, at);
    at += certain.length;
  }
  return { merged: sortOut(all).receivers, left: heads.map(({ ids }, i) => ids.subarray(ends[i])) };
}

/** How many of the ids are not above `bound`. @param ids ascending */
function countUpTo(ids: Receivers, bound: bigint): number {
  let from = 0;
  let to = ids.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ids[middle] ?? 0n) <= bound) from = middle + 1;
    else to = middle;
  }
  return from;
}
