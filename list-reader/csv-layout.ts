import { toId } from "./id-text.ts";
import { type CsvLayout, ListFileError, type ListFileOptions } from "./list-file.ts";
import { because, type Reason } from "./reasons.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const DEFAULT_COLUMN = "userid";
/** Of a header row, what an error names. */
const NAMES_SHOWN = 20;

/** A row that is one number, whose groups of digits were taken for fields. */
const GROUPED = /^[0-9]{1,3}(?:,[0-9]{3})+$/;
/** The first group of a longer number, and the next one. */
const FIRST_GROUP = /^[0-9]{1,3}$/;
const NEXT_GROUP = /^[0-9]{3}$/;

/** A first line such as `sep=;`, with which some spreadsheets name their delimiter. */
export const separatorLine = (text: string): string | undefined => /^"?sep=([^\s"]|\t)"?$/i.exec(text)?.[1];

/** The delimiter that stands most often outside quotes. */
export function delimiterOf(row: string): string {
  const bare = row.replaceAll(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length - 1);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/**
 * Find the column of the ids from the first row that is not empty.
 *
 * @returns `isHeader`: the row names its columns and holds no id
 * @throws {ListFileError} if there is no such column
 */
export function layoutOf(
  row: readonly string[],
  delimiter: string,
  wanted: ListFileOptions["column"],
): Readonly<{ layout: CsvLayout; isHeader: boolean }> {
  const cells = row.map((cell) => cell.trim());
  const layout = (column: number, isGuess = false): CsvLayout => ({
    ...{ delimiter, column, columns: cells.length, isGuess },
  });
  if (typeof wanted === "string") return { layout: layout(namedColumn(cells, wanted)), isHeader: true };
  if (wanted !== undefined) {
    if (wanted > cells.length) {
      throw new ListFileError(because("no-column-number", { column: wanted, columns: cells.length }));
    }
    return { layout: layout(wanted - 1), isHeader: isName(cells[wanted - 1]) };
  }
  const lower = cells.map((cell) => cell.toLowerCase());
  const isNamed = lower.includes(DEFAULT_COLUMN);
  const isHeader = isNamed || isName(cells[0]);
  const number = isHeader ? cells.find((cell) => LOOKS_LIKE_ID.test(cell)) : undefined;
  if (number !== undefined) {
    const shown = number.slice(0, 40).toWellFormed();
    throw new ListFileError(because("names-and-number", { text: shown }));
  }
  return { layout: isNamed ? layout(namedColumn(lower, DEFAULT_COLUMN)) : layout(0, cells.length > 1), isHeader };
}

/** Nothing of it may get lost as the name of a column: a whole number in any script. */
const LOOKS_LIKE_ID = /^\p{Nd}+$/u;

/** As it is written, else in any case. */
function namedColumn(cells: readonly string[], wanted: string): number {
  const same = placesOf(cells, (cell) => cell === wanted);
  const found = same.length > 0 ? same : placesOf(cells, (cell) => cell.toLowerCase() === wanted.toLowerCase());
  if (found.length === 1) return found[0] ?? 0;
  const names = cells.slice(0, NAMES_SHOWN).join(", ").slice(0, 200).toWellFormed();
  if (found.length > 0)
    throw new ListFileError(because("column-twice", { column: wanted, count: found.length, names }));
  throw new ListFileError(because("no-column", { column: wanted, names }));
}

const placesOf = (cells: readonly string[], isIt: (cell: string) => boolean): number[] =>
  cells.flatMap((cell, i) => (isIt(cell) ? [i] : []));

/** What begins like a number is meant as one, right or wrong; so is what has as many digits as an id, or no letter beside them. */
const isName = (cell = ""): boolean =>
  !/^[0-9+\-.='"]|\p{Nd}{5}|\p{Cc}/u.test(cell) && (!/\p{Nd}/u.test(cell) || /\p{L}/u.test(cell));

/**
 * The id's text in a row, or why it cannot be told. `undefined`: the row is empty, as spreadsheets leave some.
 *
 * A row with more fields than the first is not cut as its writer meant it: grouped digits, or several rows in one.
 */
export function valueIn(row: readonly string[], layout: CsvLayout): Readonly<{ value: string }> | Reason | undefined {
  const { column, columns, delimiter, isGuess } = layout;
  const cells = row.map((cell) => cell.trim());
  if (cells.every((cell) => cell === "")) return undefined;
  if (cells.slice(columns).some((cell) => cell !== "")) {
    return because("more-fields", { count: cells.length, columns });
  }
  const value = cells[column] ?? "";
  const isSplit = delimiter === "," && FIRST_GROUP.test(value) && NEXT_GROUP.test(cells[column + 1] ?? "");
  if (isSplit || GROUPED.test(cells.join(","))) return because("may-be-groups");
  if (isGuess && cells.filter((cell) => typeof toId(cell) === "bigint").length > 1) {
    return because("more-numbers");
  }
  return { value };
}
