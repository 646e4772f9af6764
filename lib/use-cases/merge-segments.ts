import { mergeHeads } from "../domain/merge-sorted.ts";
import type { Receivers } from "../domain/receivers.ts";
import type { ImportScratch } from "../ports/import-scratch.ts";
import { inParallel } from "./in-parallel.ts";

/** Ids of all segments together that are in memory: 8 MB, sorting needs as much again. */
const IDS_IN_MEMORY = 1_000_000;
/** A read of one segment, 64 KB at least. */
const LEAST_IDS = 8_192;
const READS = 4;

type Head = { readonly key: string; ids: Receivers; next: number; isLast: boolean };

/** A segment that an import wrote down is not there any more. */
export class SegmentLost extends Error {
  override readonly name = "SegmentLost";
}

/**
 * Merge sorted segments into one ascending list without duplicates, as it is read on.
 *
 * @throws {SegmentLost} if one of them is missing
 */
export async function* mergeSegments(
  scratch: Pick<ImportScratch, "readIds">,
  keys: readonly string[],
  idsInMemory: number = IDS_IN_MEMORY,
): AsyncGenerator<Receivers> {
  const step = Math.max(Math.min(LEAST_IDS, idsInMemory), Math.floor(idsInMemory / Math.max(1, keys.length)));
  let heads = keys.map((key): Head => ({ key, ids: new BigUint64Array(), next: 0, isLast: false }));
  while (heads.length > 0) {
    const empty = heads.filter(({ ids, isLast }) => ids.length === 0 && !isLast);
    await inParallel(READS, empty, (head) => refill(head));
    const { merged, left } = mergeHeads(heads);
    for (const [i, head] of heads.entries()) head.ids = left[i] ?? head.ids;
    heads = heads.filter(({ ids, isLast }) => ids.length > 0 || !isLast);
    if (merged.length > 0) yield merged;
  }

  async function refill(head: Head): Promise<void> {
    const ids = await scratch.readIds(head.key, head.next, head.next + step);
    if (ids === undefined) throw new SegmentLost(`${head.key} is missing`);
    head.ids = ids;
    head.next += ids.length;
    head.isLast = ids.length < step;
  }
}
