import { createHash } from "node:crypto";
import { ListDamaged } from "../domain/errors.ts";
import type { ListRef, StoredList } from "../domain/job.ts";
import {
  type ByteRange,
  batchBytes,
  decodeIds,
  encodeIds,
  encodeList,
  isAscending,
  listBytes,
  manifestBytes,
} from "../domain/list-format.ts";
import type { Receivers } from "../domain/receivers.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";

/** Where objects are kept. `totalBytes` is the length of the whole object, of which `bytes` are the range asked for. */
export type ListObjects = Readonly<{
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** `undefined`: there is no such object, or it ends before the range begins. */
  /** An object of any length. If `parts` fails there is no object, and the failure is thrown on. */
  putParts(key: string, parts: AsyncIterable<Uint8Array>): Promise<void>;
  get(key: string, range: ByteRange): Promise<Readonly<{ bytes: Uint8Array; totalBytes: number }> | undefined>;
}>;

/** A piece of a stream, in bytes at most (but a batch at least). */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Receiver lists on any object store: what is read is checked before it is handed on. */
export function receiverListsOn(objects: ListObjects): ReceiverLists {
  return {
    async write(name, receivers, batchSize) {
      if (receivers.length === 0 || !isAscending(receivers)) throw new RangeError("a list is ascending and not empty");
      const bytes = encodeList(receivers, batchSize);
      const list: ListRef = {
        key: `lists/${name}`,
        bytes: bytes.length,
        sha256: sha256().update(bytes).digest("base64"),
      };
      await objects.put(list.key, bytes, list.sha256);
      return list;
    },

    async writeAll(name, pieces, batchSize) {
      const key = `lists/${name}`;
      const hash = sha256();
      let receivers = 0;
      let bytes = 0;
      async function* hashed(): AsyncGenerator<Uint8Array> {
        for await (const part of encodeParts(pieces, batchSize, (count) => (receivers += count))) {
          hash.update(part);
          bytes += part.length;
          yield part;
        }
      }
      await objects.putParts(key, hashed());
      const list = { key, bytes, sha256: hash.digest("base64") };
      return { list, receivers, batches: Math.ceil(receivers / batchSize), batchSize };
    },

    async read(stored, from, to) {
      return toIds(stored, await bytesOf(stored, batchBytes(stored, from, to)));
    },

    async manifest(stored) {
      return toIds(stored, await bytesOf(stored, manifestBytes(stored)));
    },

    /** The hash is compared before the last piece is handed on: a reader that gets to the end has the whole list. */
    async *stream(stored) {
      const { list, batches, batchSize } = stored;
      const step = Math.max(1, Math.floor(PIECE_BYTES / (8 * batchSize)));
      const hash = sha256();
      for (let from = 0; from < batches; from += step) {
        const range = batchBytes(stored, from, from + step);
        const isLast = from + step >= batches;
        const bytes = await bytesOf(stored, isLast ? { ...range, end: list.bytes } : range); // the manifest comes along
        hash.update(bytes);
        const ids = toIds(stored, bytes.subarray(0, range.end - range.start));
        if (isLast && hash.digest("base64") !== list.sha256) throw new ListDamaged(list.key, "its SHA-256 is another");
        yield ids;
      }
    },
  };

  async function bytesOf(stored: StoredList, range: ByteRange): Promise<Uint8Array> {
    const { key, bytes: length } = stored.list;
    const want = listBytes(stored);
    if (length !== want) throw new ListDamaged(key, `its job names ${length} bytes, its receivers take ${want}`);
    if (range.start === range.end) return new Uint8Array();
    const found = await objects.get(key, range);
    if (found === undefined) throw new ListDamaged(key, "it is missing or short");
    if (found.totalBytes === length) return found.bytes;
    throw new ListDamaged(key, `it has ${found.totalBytes} bytes instead of ${length}`);
  }
}

/** @throws {RangeError} if the list is not ascending, or empty */
async function* encodeParts(
  pieces: AsyncIterable<Receivers>,
  batchSize: number,
  count: (ids: number) => void,
): AsyncGenerator<Uint8Array> {
  const firsts: bigint[] = [];
  let total = 0;
  let last = 0n;
  for await (const ids of pieces) {
    if (ids.length === 0) continue;
    if ((ids[0] ?? 0n) <= last || !isAscending(ids)) throw new RangeError("a list is ascending");
    last = ids.at(-1) ?? last;
    for (let at = (batchSize - (total % batchSize)) % batchSize; at < ids.length; at += batchSize) {
      firsts.push(ids[at] ?? 0n);
    }
    total += ids.length;
    count(ids.length);
    yield encodeIds(ids);
  }
  if (total === 0) throw new RangeError("a list is not empty");
  yield encodeIds(BigUint64Array.from(firsts));
}

function toIds({ list }: StoredList, bytes: Uint8Array): Receivers {
  const ids = decodeIds(bytes);
  if (!isAscending(ids)) throw new ListDamaged(list.key, "it is not ascending");
  return ids;
}

const sha256 = () => createHash("sha256");
