import type { BadLine, ListFileOptions, ListPlace } from "../../list-reader/list-file.ts";
import { readListFile } from "../../list-reader/read-list-file.ts";

/** Bytes in pieces of these sizes, over and over. */
export async function* inChunks(bytes: Uint8Array, ...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Everything that comes out of a file, and every place that was named. */
export async function readAll(chunks: AsyncIterable<Uint8Array>, options: ListFileOptions, from?: ListPlace) {
  const ids: bigint[] = [];
  const bad: BadLine[] = [];
  const places: (ListPlace & Readonly<{ ids: number; bad: number }>)[] = [];
  let badCount = 0;
  for await (const piece of readListFile(chunks, options, from)) {
    ids.push(...piece.ids);
    bad.push(...piece.bad);
    badCount += piece.badCount;
    places.push({ ...piece.place, ids: ids.length, bad: bad.length });
  }
  return { ids, bad, badCount, places };
}
