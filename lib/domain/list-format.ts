import type { Receivers } from "./receivers.ts";
import type { Sizes } from "./shares.ts";

// The form of a stored receiver list: 8 bytes a receiver, big-endian, ascending, no duplicates; behind them, in the same
// form, the first receiver of every batch (the manifest). Batch n begins at byte 8 · n · batchSize.

const ID_BYTES = 8;

/** Part of a list, in bytes; `end` is exclusive. */
export type ByteRange = Readonly<{ start: number; end: number }>;

/** How long a list with this many receivers in this many batches is. */
export const listBytes = ({ receivers, batches }: Pick<Sizes, "receivers" | "batches">): number =>
  ID_BYTES * (receivers + batches);

/** Where the receivers of batches `from` to `to` (exclusive) stand. Batches that the list does not have are left out. */
export const batchBytes = ({ receivers, batchSize }: Sizes, from: number, to: number): ByteRange => {
  const byteOf = (batch: number): number => ID_BYTES * Math.min(Math.max(0, batch) * batchSize, receivers);
  return { start: byteOf(from), end: Math.max(byteOf(from), byteOf(to)) };
};

export const manifestBytes = ({ receivers, batches }: Sizes): ByteRange => ({
  start: ID_BYTES * receivers,
  end: ID_BYTES * (receivers + batches),
});

/** One copy and a native byte swap: most of the time is first access to the new memory. @param receivers ascending, each once */
export function encodeList(receivers: Receivers, batchSize: number): Uint8Array {
  const batches = Math.ceil(receivers.length / batchSize);
  const ids = new BigUint64Array(receivers.length + batches);
  ids.set(receivers);
  for (let batch = 0; batch < batches; batch++) ids[receivers.length + batch] = receivers[batch * batchSize] ?? 0n;
  return swapBytes(ids);
}

/** Ids as 8 bytes each, big-endian: their bytes sort as they do. */
export const encodeIds = (ids: Receivers): Uint8Array => swapBytes(ids.slice());

/** @throws {RangeError} if `bytes` are not whole ids */
export function decodeIds(bytes: Uint8Array): Receivers {
  const copy = new Uint8Array(bytes); // at an address that 64-bit integers can be read from
  const ids = new BigUint64Array(copy.buffer);
  swapBytes(ids);
  return ids;
}

/** In place. Every platform Node runs on is little-endian. */
const swapBytes = (ids: BigUint64Array): Uint8Array => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).swap64();

/**
 * Whether these are ids as a list has them: from 1 to 2^63-1, ascending, each once. Compares 32-bit halves: comparing
 * half a million as BigInts takes 3 to 10 times as long.
 */
export function isAscending(ids: Receivers): boolean {
  const halves = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length); // low, high
  let low = 0;
  let high = 0;
  for (let i = 0; i < halves.length; i += 2) {
    const nextLow = halves[i] ?? 0;
    const nextHigh = halves[i + 1] ?? 0;
    if (nextHigh < high || (nextHigh === high && nextLow <= low)) return false;
    low = nextLow;
    high = nextHigh;
  }
  return high < 0x8000_0000;
}
