import { isUtf8 } from "node:buffer";
import { delimiterOf, layoutOf, separatorLine, valueIn } from "./csv-layout.ts";
import { type CsvLayout, ListFileError, type ListFileOptions, MAX_LINE_BYTES } from "./list-file.ts";
import { parseRecords, recordEnd } from "./quoted-records.ts";
import { because } from "./reasons.ts";
import { CR, LF, type Sink, toLine, withoutCr } from "./sink.ts";
import type { TakeLines } from "./take-lines.ts";

const QUOTE = 0x22;
const FIRST_TOO_LONG = because("first-too-long", { max: MAX_LINE_BYTES });
/** A number this short may be the first group of a longer one: such a row is looked at whole. */
const GROUP_DIGITS = 3;
/** Records that are parsed together. */
const TOGETHER = 1_000;

type CsvRecord = Readonly<{ bytes: Uint8Array; line: number; isClean: boolean }>;

/**
 * CSV as spreadsheets save it. Where no quote stands the column is cut out by its bytes; from the first quote of a piece to
 * its last csv-parse reads the records.
 *
 * @param layout what the first row said, if it is read already
 */
export function csvLines(wanted: ListFileOptions["column"], layout: CsvLayout | undefined) {
  let known = layout;

  const take: TakeLines = (bytes, sink, isLast) => {
    const start = known ? 0 : takeFirst(bytes, sink, isLast);
    if (known === undefined) return isLast ? bytes.length : start; // a file without rows
    let from = start;
    const firstQuote = bytes.indexOf(QUOTE, from);
    if (firstQuote === -1) return takePlain(bytes, from, bytes.length, sink, known);
    from = takePlain(bytes, from, bytes.lastIndexOf(LF, firstQuote) + 1, sink, known);
    const lastQuote = bytes.lastIndexOf(QUOTE);
    from = takeQuoted(bytes, from, lastQuote, sink, known, isLast);
    return from <= lastQuote ? from : takePlain(bytes, from, bytes.length, sink, known);
  };
  return { take, layout: () => known };

  /**
   * The first row that is not empty says how the file is laid out. If it holds an id it is read once more, as a row.
   *
   * @returns where the rows begin; while there is no first row yet, where the lines begin that are still needed for it
   */
  function takeFirst(bytes: Uint8Array, sink: Sink, isLast: boolean): number {
    let separator: string | undefined;
    let from = 0;
    for (let at = 0, lines = 0; ; ) {
      const feed = bytes.indexOf(LF, at);
      if (feed === -1) return from;
      const line = toLine(withoutCr(bytes.subarray(at, feed)));
      const isTooLong = feed - from > MAX_LINE_BYTES;
      if (line === undefined || isTooLong)
        throw new ListFileError(isTooLong ? FIRST_TOO_LONG : because("first-not-utf8"));
      const named = separator === undefined ? separatorLine(line) : undefined;
      separator ??= named;
      lines++;
      if (named === undefined && line.trim() !== "") {
        const found = firstRow(bytes, at, separator ?? delimiterOf(line), isLast);
        if (found === undefined) return from;
        const { layout: first, isHeader } = layoutOf(found.row, found.delimiter, wanted);
        known = first;
        sink.skipLines(isHeader ? lines + found.feeds : lines - 1);
        return isHeader ? found.end + 1 : at;
      }
      at = feed + 1;
      if (separator !== undefined) continue; // needed until the first row is there
      sink.skipLines(lines);
      lines = 0;
      from = at;
    }
  }
}

function firstRow(bytes: Uint8Array, at: number, delimiter: string, isLast: boolean) {
  const found = recordEnd(bytes, at, delimiter.charCodeAt(0));
  if (found === undefined && !isLast) return undefined;
  if (found === undefined || found === "open") throw new ListFileError(because("first-open-quote"));
  const record = withoutCr(bytes.subarray(at, found.end));
  const [row] = isUtf8(record) ? parseRecords([record], delimiter) : [];
  if (row === undefined) throw new ListFileError(because("first-unreadable"));
  return { row, delimiter, end: found.end, feeds: feedsIn(record) };
}

/** Lines without a quote, up to `to`. @returns where the first line begins that is not whole */
function takePlain(bytes: Uint8Array, start: number, to: number, sink: Sink, layout: CsvLayout): number {
  const { column, columns, isGuess } = layout;
  const delimiter = layout.delimiter.charCodeAt(0);
  let from = start;
  while (from < to) {
    let at = from;
    let fields = 0;
    let bits = 0;
    for (; fields < column && at < to; at++) {
      const byte = bytes[at] ?? LF;
      if (byte === LF) break;
      bits |= byte;
      if (byte === delimiter) fields++;
    }
    let end = fields === column ? sink.digits(bytes, at) : -1;
    if (end !== -1 && bytes[end] === delimiter && !isGuess && end - at > GROUP_DIGITS) {
      for (; end < to && bytes[end] !== LF; end++) {
        bits |= bytes[end] ?? 0;
        if (bytes[end] === delimiter) fields++;
      }
    } else if (end !== -1 && bytes[end] === CR) end++;
    const isPlain =
      end !== -1 &&
      bytes[end] === LF &&
      fields < columns &&
      end - from <= MAX_LINE_BYTES &&
      (bits < 0x80 || isUtf8(bytes.subarray(from, end)));
    if (isPlain) sink.commit();
    else end = bytes.indexOf(LF, end === -1 ? from : end);
    if (end === -1 || end >= to) return from;
    sink.nextLine();
    if (!isPlain) takeLine(bytes.subarray(from, end), sink, layout);
    from = end + 1;
  }
  return from;
}

function takeLine(bytes: Uint8Array, sink: Sink, layout: CsvLayout): void {
  const text = sink.textOf(bytes);
  if (text === undefined) return;
  takeRow(text.split(layout.delimiter), text, sink, layout);
}

function takeRow(row: readonly string[], text: string, sink: Sink, layout: CsvLayout, line?: number): void {
  const found = valueIn(row, layout);
  if (found === undefined) return;
  if ("code" in found) sink.refuse(text, found, line);
  else sink.takeId(found.value, text, line);
}

/** Records from `from` on, as long as one begins at or before `lastQuote`. @returns where the next one begins */
function takeQuoted(
  bytes: Uint8Array,
  start: number,
  lastQuote: number,
  sink: Sink,
  layout: CsvLayout,
  isLast: boolean,
): number {
  const delimiter = layout.delimiter.charCodeAt(0);
  let records: CsvRecord[] = [];
  let from = start;
  const flush = (): void => {
    takeRecords(records, sink, layout);
    records = [];
  };
  while (from <= lastQuote) {
    const feed = bytes.indexOf(LF, from);
    if (feed === -1) break;
    const found = feed - from > MAX_LINE_BYTES ? { end: feed, isClean: true } : recordEnd(bytes, from, delimiter);
    if (found === undefined && !isLast) break;
    sink.nextLine();
    const line = sink.linesRead();
    if (found === undefined || found === "open") {
      flush(); // bad lines come in the order of the file
      sink.refuseBytes(bytes.subarray(from, feed), because("open-quote"));
      from = feed + 1;
      continue;
    }
    const record = bytes.subarray(from, found.end);
    records.push({ bytes: record, line, isClean: found.isClean });
    sink.skipLines(feedsIn(record));
    from = found.end + 1;
    if (records.length >= TOGETHER) flush();
  }
  flush();
  return from;
}

function takeRecords(records: readonly CsvRecord[], sink: Sink, layout: CsvLayout): void {
  const isRead = ({ bytes, isClean }: CsvRecord) => isClean && bytes.length <= MAX_LINE_BYTES && isUtf8(bytes);
  const clean = parseRecords(
    records.filter(isRead).map(({ bytes }) => withoutCr(bytes)),
    layout.delimiter,
  );
  let next = 0;
  for (const record of records) {
    const { bytes, line, isClean } = record;
    const text = sink.textOf(bytes, line);
    if (text === undefined) continue;
    const row = isClean ? clean[next++] : parseRecords([withoutCr(bytes)], layout.delimiter)[0];
    if (row === undefined) sink.refuse(text, because("bad-quotes"), line);
    else takeRow(row, text, sink, layout, line);
  }
}

/** Line feeds inside a record's quotes: lines of the file all the same. */
function feedsIn(record: Uint8Array): number {
  let feeds = 0;
  for (let at = record.indexOf(LF); at !== -1; at = record.indexOf(LF, at + 1)) feeds++;
  return feeds;
}
