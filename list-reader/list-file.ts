import { REASONS, type Reason, reasonIn } from "./reasons.ts";

/** How a file of user ids is written. */
export type ListFormat = "csv" | "ndjson" | "txt";
export const LIST_FORMATS: readonly ListFormat[] = ["csv", "ndjson", "txt"];

/** How to read a file. */
export type ListFileOptions = Readonly<{
  format: ListFormat;
  /**
   * Where the ids stand. CSV: the column's name in the first row, or its number from 1; absent: the column `UserId` in any
   * case, else the first. NDJSON: the field of each object, `UserId` if absent. Text has none.
   */
  column?: string | number;
  /** How the reason of a bad line is written; in English if absent. */
  sayReason?: (reason: Reason) => string;
}>;

/** A line that holds no id that could be trusted. `text` is the line, cut to 200 characters. */
export type BadLine = Readonly<{ line: number; text: string; reason: string }>;

/** How the rows of a CSV file are laid out, as its first row says. */
export type CsvLayout = Readonly<{
  /** One character. */
  delimiter: string;
  /** Which field holds the id, from 0. */
  column: number;
  /** Fields of the first row. */
  columns: number;
  /** Nobody named the column: another number in a row makes it unclear which one is meant. */
  isGuess: boolean;
}>;

/** Where reading stands: everything before `offset` is read. Reading can go on from here, in another process too. */
export type ListPlace = Readonly<{
  /** Bytes, unpacked. */
  offset: number;
  /** Lines that are read. */
  lines: number;
  layout?: CsvLayout;
}>;

/** What one piece of the file held. */
export type ListPiece = Readonly<{
  /** As they come: neither sorted nor without duplicates. */
  ids: BigUint64Array;
  /** The first {@link MAX_DETAILS} bad lines of the piece. */
  bad: readonly BadLine[];
  /** How many there are in all. */
  badCount: number;
  place: ListPlace;
}>;

/** Bad lines that one piece describes; it counts all. */
export const MAX_DETAILS = 10_000;

/** Longer lines, and longer quoted records, are bad and are not kept. */
export const MAX_LINE_BYTES = 64 * 1024;

/** The file cannot be read as what it is said to be: nothing in it can be trusted. The message says why, in English. */
export class ListFileError extends Error {
  override readonly name = "ListFileError";
  readonly code = "LIST_FILE";
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reasonIn(REASONS, reason));
    this.reason = reason;
  }
}
