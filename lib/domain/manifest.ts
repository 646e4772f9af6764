import type { Receivers } from "./receivers.ts";

/**
 * Which batch an id would be in.
 *
 * @param manifest the first receiver of every batch, ascending
 * @returns the batch's number, or `undefined` if the id is below every receiver of the list
 */
export function batchOf(manifest: Receivers, id: bigint): number | undefined {
  let from = 0; // every batch below begins at or below the id
  let to = manifest.length; // every batch from here on begins above it
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((manifest[middle] ?? 0n) <= id) from = middle + 1;
    else to = middle;
  }
  return from === 0 ? undefined : from - 1;
}
