import { type BadLine, ListFileError, MAX_DETAILS } from "./list-file.ts";
import { openList } from "./open-list.ts";
import { readListFile } from "./read-list-file.ts";
import { because } from "./reasons.ts";

/** The ids of a file, as they come, and the first bad lines of it with their number. */
export type ListFile = Readonly<{ ids: bigint[]; bad: readonly BadLine[]; badCount: number }>;

/**
 * Read a list file whole: see {@link openList} for how it may be written.
 *
 * @throws {ListFileError} if nothing in it can be trusted, and whatever `packed` throws
 */
export async function wholeListFile(
  name: string,
  packed: AsyncIterable<Uint8Array>,
  column?: string | number,
): Promise<ListFile> {
  const { format, bytes } = await openList(name, packed);
  const ids: bigint[] = [];
  const bad: BadLine[] = [];
  let badCount = 0;
  for await (const piece of readListFile(bytes, { format, ...(column !== undefined && { column }) })) {
    for (const id of piece.ids) ids.push(id);
    bad.push(...piece.bad.slice(0, MAX_DETAILS - bad.length));
    badCount += piece.badCount;
  }
  if (ids.length === 0 && badCount === 0) throw new ListFileError(because("no-ids"));
  return { ids, bad, badCount };
}

/** What is wrong with a line, on one line: `line 8: 1.23E+18,n: …`. */
export const toFaultLine = ({ line, text, reason }: BadLine): string => `line ${line}: ${toOneLine(text)}: ${reason}`;

/** The text of a line without what a terminal would take for more than text. */
export const toOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
