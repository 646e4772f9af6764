import { type BadLine, ListFileError, type ListFormat, MAX_DETAILS } from "./list-file.ts";
import { readListFile } from "./read-list-file.ts";
import { unpack } from "./unpack.ts";

/** Far more than any list, unpacked. */
const MAX_UNPACKED = 64 * 2 ** 30;
const FORMATS: Readonly<Record<string, ListFormat>> = { txt: "txt", ndjson: "ndjson", jsonl: "ndjson" };

/** The ids of a file, as they come, and the first bad lines of it with their number. */
export type ListFile = Readonly<{ ids: bigint[]; bad: readonly BadLine[]; badCount: number }>;

/**
 * Read a list file whole. Its name says how it is written: `.txt`, `.ndjson`, `.jsonl`, else CSV; `.gz` behind it.
 *
 * @throws {ListFileError} if nothing in it can be trusted, and whatever `bytes` throws
 */
export async function wholeListFile(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  column?: string | number,
): Promise<ListFile> {
  const isPacked = /\.gz$/i.test(name);
  const ending = /\.(\w+)$/.exec(name.replace(/\.gz$/i, ""))?.[1]?.toLowerCase() ?? "";
  const options = { format: FORMATS[ending] ?? "csv", ...(column !== undefined && { column }) } as const;
  const ids: bigint[] = [];
  const bad: BadLine[] = [];
  let badCount = 0;
  for await (const piece of readListFile(isPacked ? unpack(bytes, MAX_UNPACKED) : bytes, options)) {
    for (const id of piece.ids) ids.push(id);
    bad.push(...piece.bad.slice(0, MAX_DETAILS - bad.length));
    badCount += piece.badCount;
  }
  if (ids.length === 0 && badCount === 0) throw new ListFileError("the file holds no user id");
  return { ids, bad, badCount };
}

/** What is wrong with a line, on one line: `line 8: 1.23E+18,n: …`. */
export const toFaultLine = ({ line, text, reason }: BadLine): string =>
  `line ${line}: ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim()}: ${reason}`;
