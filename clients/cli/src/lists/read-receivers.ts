import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { type BadLine, ListFileError, type ListFormat } from "../../../../list-reader/list-file.ts";
import { openList } from "../../../../list-reader/open-list.ts";
import { readListFile } from "../../../../list-reader/read-list-file.ts";
import { because, type Reason } from "../../../../list-reader/reasons.ts";

/** As decimal strings in JSON, so many ids of 19 digits stay well below the 6 MB of a request. */
export const MAX_IN_REQUEST = 200_000;

/**
 * What a list held, duplicates included. Up to {@link MAX_IN_REQUEST} ids are in memory; more stand in a file, packed, an id a
 * line. Memory does not grow with the list.
 */
export type Receivers = Readonly<{
  count: number;
  badCount: number;
  ids: readonly bigint[];
  /** Has all of them, if `ids` has not. */
  file?: string;
  /** Deletes the file. */
  dispose(): Promise<void>;
}>;

export type ListSource = Readonly<{
  name: string;
  bytes: AsyncIterable<Uint8Array>;
  format?: ListFormat;
  column?: string | number;
  /** How the reason of a bad line is written; in English if absent. */
  sayReason?: (reason: Reason) => string;
}>;

/**
 * Read a list once, from its first byte to its last.
 *
 * @param onBad told of every bad line, in the order of the file
 * @throws {ListFileError} if nothing in it can be trusted, or it holds no user id
 */
export async function readReceivers(
  { name, bytes: packed, format: asked, column, sayReason }: ListSource,
  onBad: (lines: readonly BadLine[]) => Promise<void>,
  maxInMemory = MAX_IN_REQUEST,
): Promise<Receivers> {
  const { format, bytes } = await openList(name, packed, asked);
  const options = { format, ...(column !== undefined && { column }), ...(sayReason && { sayReason }) };
  let ids: bigint[] = [];
  let count = 0;
  let badCount = 0;
  let spool: Spool | undefined;
  try {
    for await (const piece of readListFile(bytes, options)) {
      await onBad(piece.bad);
      badCount += piece.badCount;
      count += piece.ids.length;
      if (spool === undefined) for (const id of piece.ids) ids.push(id);
      if (spool !== undefined) await spool.add(piece.ids);
      else if (count > maxInMemory) {
        spool = await openSpool();
        await spool.add(BigUint64Array.from(ids));
        ids = [];
      }
    }
    if (count === 0 && badCount === 0) throw new ListFileError(because("no-ids"));
    await spool?.close();
    return { count, badCount, ids, ...(spool && { file: spool.file }), dispose: async () => spool?.remove() };
  } catch (error) {
    await spool?.remove();
    throw error;
  }
}

type Spool = Awaited<ReturnType<typeof openSpool>>;

/** A packed file in a folder that nobody else may open. */
async function openSpool() {
  const folder = await mkdtemp(join(tmpdir(), "volley-"));
  const file = join(folder, "receivers.txt.gz");
  const gzip = createGzip({ level: 1 });
  const out = gzip.pipe(createWriteStream(file, { mode: 0o600 }));
  let failure: unknown;
  out.on("error", (error) => {
    failure = error;
    gzip.destroy();
  });
  return {
    file,
    async add(ids: BigUint64Array): Promise<void> {
      if (failure !== undefined) throw failure;
      if (ids.length > 0 && !gzip.write(`${ids.join("\n")}\n`)) await once(gzip, "drain");
    },
    async close(): Promise<void> {
      gzip.end();
      await once(out, "close");
      if (failure !== undefined) throw failure;
    },
    async remove(): Promise<void> {
      gzip.destroy();
      out.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
