import { ListFileError, type ListFormat } from "./list-file.ts";
import { because, type ReasonCode } from "./reasons.ts";
import { unpack } from "./unpack.ts";

/** Far more than any list, unpacked. */
const MAX_UNPACKED = 64 * 2 ** 30;
const FORMATS: Readonly<Record<string, ListFormat>> = {
  ...{ csv: "csv", tsv: "csv", tab: "csv" },
  ...{ ndjson: "ndjson", jsonl: "ndjson", txt: "txt", text: "txt" },
};
/** How files begin that are no text, and what to do about them. */
const NO_TEXT: readonly Readonly<{ beginning: readonly number[]; reason: ReasonCode }>[] = [
  { beginning: [0x50, 0x4b, 0x03, 0x04], reason: "archive" },
  { beginning: [0xd0, 0xcf, 0x11, 0xe0], reason: "workbook" },
];
/** @see RFC 1952 section 2.3.1 */
const GZIP: readonly number[] = [0x1f, 0x8b];
const MARK = "\uFEFF";

export type OpenList = Readonly<{ format: ListFormat; bytes: AsyncIterable<Uint8Array> }>;

/**
 * Find out how a list file is written: by what its name ends with, `.gz` aside; where that says nothing, objects make it NDJSON
 * and anything else CSV. Gzip is told by its first bytes, whatever the name; a name that ends with `.gz` promises it.
 *
 * @throws {ListFileError} if it is no text, or not gzip where its name says so
 */
export async function openList(
  name: string,
  packed: AsyncIterable<Uint8Array>,
  format?: ListFormat,
): Promise<OpenList> {
  const raw = await begun(packed, 4);
  const wrong = NO_TEXT.find(({ beginning }) => startsWith(raw.first, beginning));
  if (wrong) throw new ListFileError(because(wrong.reason));
  const isPacked = startsWith(raw.first, GZIP) || /\.gz$/i.test(name);
  const { first, all } = isPacked ? await begun(unpack(raw.all, MAX_UNPACKED), 1) : raw;
  const ending = /\.(\w+)$/.exec(name.replace(/\.gz$/i, ""))?.[1]?.toLowerCase() ?? "";
  return { format: format ?? FORMATS[ending] ?? formatIn(first), bytes: all };
}

function formatIn(first: Uint8Array): ListFormat {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(first.subarray(0, 1_024)).replace(MARK, "");
  return text.trimStart().startsWith("{") ? "ndjson" : "csv";
}

/** The same bytes, and the first of them: at least `length`, as far as there are any. */
async function begun(chunks: AsyncIterable<Uint8Array>, length: number) {
  const iterator = chunks[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  let isEnd = false;
  while (first.length < length && !isEnd) {
    const next = await iterator.next();
    if (next.done) isEnd = true;
    else first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      while (!isEnd) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}

const startsWith = (bytes: Uint8Array, beginning: readonly number[]): boolean =>
  beginning.every((byte, i) => bytes[i] === byte);
