import { parse } from "csv-parse/sync";
import { MAX_LINE_BYTES } from "./list-file.ts";
import { CR, LF } from "./sink.ts";

const QUOTE = 0x22;

/** Where a record ends. `isClean`: every quote in it stands where RFC 4180 has quotes. */
export type RecordEnd = Readonly<{ end: number; isClean: boolean }>;

/**
 * Find the line feed that ends the record which begins at `from`: one that stands in no quotes.
 *
 * @returns `undefined` if there is none in `bytes`; "open" if the quotes hold more than a line may have
 * @see RFC 4180 section 2
 */
export function recordEnd(bytes: Uint8Array, from: number, delimiter: number): RecordEnd | "open" | undefined {
  let isQuoted = false;
  let isStart = true; // of a field
  let isClean = true;
  const limit = Math.min(bytes.length, from + MAX_LINE_BYTES + 1);
  for (let i = from; i < limit; i++) {
    const byte = bytes[i];
    if (isQuoted) {
      if (byte !== QUOTE) continue;
      if (bytes[i + 1] === QUOTE) i++;
      else {
        isQuoted = false;
        const next = bytes[i + 1];
        if (next !== delimiter && next !== LF && !(next === CR && bytes[i + 2] === LF)) isClean = false;
      }
    } else if (byte === LF) return { end: i, isClean };
    else if (byte === QUOTE) {
      if (isStart) isQuoted = true;
      else isClean = false;
    }
    isStart = byte === delimiter && !isQuoted;
  }
  return limit === from + MAX_LINE_BYTES + 1 ? "open" : undefined;
}

/** Rows of records that have no line feed behind them. `undefined` where a record is not one row. */
export function parseRecords(records: readonly Uint8Array[], delimiter: string): (readonly string[] | undefined)[] {
  const rows = records.length === 0 ? [] : tryParse(joined(records), delimiter);
  if (rows?.length === records.length) return rows;
  return records.map((record) => {
    const alone = tryParse(record, delimiter);
    return alone?.length === 1 ? alone[0] : undefined;
  });
}

function tryParse(bytes: Uint8Array, delimiter: string): string[][] | undefined {
  try {
    return parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
    });
  } catch {
    return undefined;
  }
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  const feed = Uint8Array.of(LF);
  return Buffer.concat(records.flatMap((record) => [record, feed]));
}
