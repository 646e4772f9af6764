import { csvLines } from "./csv-lines.ts";
import { withLineFeeds } from "./line-ends.ts";
import { ListFileError, type ListFileOptions, type ListPiece, type ListPlace, MAX_LINE_BYTES } from "./list-file.ts";
import { ndjsonLines } from "./ndjson-lines.ts";
import { because, REASONS, reasonIn } from "./reasons.ts";
import { LF, makeSink, type Sink, TOO_LONG } from "./sink.ts";
import type { TakeLines } from "./take-lines.ts";
import { takeTxtLines } from "./txt-lines.ts";

const START: ListPlace = { offset: 0, lines: 0 };
const FEED = Uint8Array.of(LF);
/** Of a line that is too long, what is kept to show. */
const SHOWN_BYTES = 1_024;

/**
 * Read a file of user ids as it comes, in memory that does not grow with it. However the file is cut into chunks, the same
 * ids and the same bad lines come out.
 *
 * @param chunks the file's bytes from `from.offset` on, unpacked
 * @param from a place that an earlier piece named, to go on from there
 * @returns a piece for each chunk that ends a line
 * @throws {ListFileError} if nothing in the file can be trusted: it is UTF-16, or its first row has no such column
 */
export async function* readListFile(
  chunks: AsyncIterable<Uint8Array>,
  options: ListFileOptions,
  from: ListPlace = START,
): AsyncGenerator<ListPiece> {
  const { take, layout } = linesOf(options, from);
  const sink = makeSink(from.lines, options.sayReason ?? ((reason) => reasonIn(REASONS, reason)));
  let offset = from.offset; // where `rest` begins in the file
  let rest: Uint8Array = new Uint8Array();
  let isBegun = offset > 0;
  let skipped: Readonly<{ beginning: Uint8Array; length: number }> | undefined;

  for await (const chunk of withLineFeeds(chunks)) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isBegun) {
      if (bytes.length < 3) {
        rest = bytes.slice();
        continue;
      }
      isBegun = true;
      const mark = markLength(bytes);
      bytes = bytes.subarray(mark);
      offset += mark;
    }
    if (skipped) {
      const feed = bytes.indexOf(LF);
      if (feed === -1) {
        skipped = { ...skipped, length: skipped.length + bytes.length };
        rest = new Uint8Array();
        continue;
      }
      endLong(sink, skipped.beginning);
      offset += skipped.length + feed + 1;
      bytes = bytes.subarray(feed + 1);
      skipped = undefined;
    }
    const taken = take(bytes, sink, false);
    offset += taken;
    rest = bytes.slice(taken); // a copy: the chunk need not stay
    if (rest.length > MAX_LINE_BYTES + 1 && rest.indexOf(LF) === -1) {
      skipped = { beginning: rest.slice(0, SHOWN_BYTES), length: rest.length };
      rest = new Uint8Array();
    }
    yield piece();
  }

  if (!isBegun) {
    const mark = markLength(rest);
    rest = rest.subarray(mark);
    offset += mark;
  }
  if (skipped) {
    endLong(sink, skipped.beginning);
    offset += skipped.length;
  } else {
    while (rest.length > 0) {
      const whole = rest.at(-1) === LF ? rest : Buffer.concat([rest, FEED]);
      const taken = take(whole, sink, true);
      offset += Math.min(taken, rest.length);
      rest = whole.subarray(taken);
    }
  }
  yield piece();

  function piece(): ListPiece {
    const known = layout();
    return { ...sink.flush(), place: { offset, lines: sink.linesRead(), ...(known && { layout: known }) } };
  }
}

type Lines = Readonly<{ take: TakeLines; layout: () => ListPlace["layout"] }>;

function linesOf({ format, column }: ListFileOptions, { layout }: ListPlace): Lines {
  if (format === "csv") return csvLines(column, layout);
  const take = format === "txt" ? takeTxtLines : ndjsonLines(String(column ?? "UserId"));
  return { take, layout: () => undefined };
}

function endLong(sink: Sink, beginning: Uint8Array): void {
  sink.nextLine();
  sink.refuseBytes(beginning, TOO_LONG);
}

/** Bytes of the byte order mark. @throws {ListFileError} if it is one of UTF-16 */
function markLength(bytes: Uint8Array): number {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new ListFileError(because("utf-16"));
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}
