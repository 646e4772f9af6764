import { sortIds } from "./sort-ids.ts";

/** User ids. A job's are sorted ascending, each once. 64-bit integers sort and print faster than doubles do, and are exact. */
export type Receivers = BigUint64Array;

/** Pieces of a list as one. */
export function joinIds(pieces: readonly Receivers[]): Receivers {
  const all = new BigUint64Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** @param ids in any order; their memory is reused */
export function sortOut(ids: Receivers): Readonly<{ receivers: Receivers; duplicatesDropped: number }> {
  const sorted = sortIds(ids);
  let kept = 0; // duplicates are removed in place
  for (let i = 0; i < sorted.length; i++) {
    const id = sorted[i];
    if (id === undefined || (i > 0 && id === sorted[i - 1])) continue;
    sorted[kept++] = id;
  }
  return { receivers: sorted.subarray(0, kept), duplicatesDropped: sorted.length - kept };
}
