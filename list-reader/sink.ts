import { isUtf8 } from "node:buffer";
import { toId } from "./id-text.ts";
import { type BadLine, MAX_DETAILS, MAX_LINE_BYTES } from "./list-file.ts";
import { because, type Reason } from "./reasons.ts";

const ZERO = 0x30;
/** So many digits are added up in one double; up to nine more in another. */
const FIRST_DIGITS = 10;
const POWERS = Float64Array.from({ length: 10 }, (_, n) => 10 ** n);
const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
/** Characters of a bad line that are kept, and the bytes they may take in UTF-8. */
const TEXT_CHARS = 200;
const TEXT_BYTES = 4 * TEXT_CHARS;

export const LF = 0x0a;
export const CR = 0x0d;

/** What is read of one piece. Ids are kept as halves of 32 bits: a BigInt for each would take three times as long. */
export type Sink = ReturnType<typeof makeSink>;

/** @param line lines that are read already */
export function makeSink(line: number, say: (reason: Reason) => string) {
  let halves = new Uint32Array(2 * 4096); // low word first: every platform Node runs on is little-endian
  let length = 0;
  let bad: BadLine[] = [];
  let badCount = 0;
  let lines = line;
  return { digits, commit, nextLine, textOf, takeId, refuse, refuseBytes, skipLines, linesRead, flush };

  /**
   * Read the digits from `at` on as the next id, without taking it yet.
   *
   * @returns where the digits end; -1 if they are not an id as it is plainly written
   */
  function digits(bytes: Uint8Array, at: number): number {
    let digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 1 || digit > 9) return -1;
    let end = at;
    let first = 0;
    const firstEnd = at + FIRST_DIGITS;
    while (digit >= 0 && digit <= 9 && end < firstEnd) {
      first = first * 10 + digit;
      digit = (bytes[++end] ?? 0) - ZERO;
    }
    let rest = 0;
    while (digit >= 0 && digit <= 9 && end < firstEnd + 9) {
      rest = rest * 10 + digit;
      digit = (bytes[++end] ?? 0) - ZERO;
    }
    if (digit >= 0 && digit <= 9) return -1; // 20 digits
    if (length + 2 > halves.length) grow();
    if (end <= firstEnd) {
      halves[length] = first >>> 0;
      halves[length + 1] = first / TWO_32;
      return end;
    }
    // first * power + rest, without a double that loses digits: first = upper * 2^16 + lower
    const power = POWERS[end - firstEnd] ?? 1;
    const upper = Math.floor(first / TWO_16);
    const low = (first - upper * TWO_16) * power + rest;
    const high = upper * power;
    const highest = Math.floor(high / TWO_16);
    const lowest = (high - highest * TWO_16) * TWO_16 + (low % TWO_32);
    const word = highest + Math.floor(low / TWO_32) + (lowest >= TWO_32 ? 1 : 0);
    if (word > 0x7fff_ffff) return -1; // beyond int64
    halves[length] = lowest % TWO_32;
    halves[length + 1] = word;
    return end;
  }

  /** Take the id that {@link digits} has read. */
  function commit(): void {
    length += 2;
  }

  function grow(): void {
    const larger = new Uint32Array(2 * halves.length);
    larger.set(halves);
    halves = larger;
  }

  function nextLine(): void {
    lines++;
  }

  /** The text of a line that is neither too long nor broken. `undefined`: it is refused. */
  function textOf(bytes: Uint8Array, at = lines): string | undefined {
    const text = bytes.length > MAX_LINE_BYTES ? undefined : toLine(withoutCr(bytes));
    if (text === undefined) refuseBytes(bytes, bytes.length > MAX_LINE_BYTES ? TOO_LONG : NOT_UTF8, at);
    return text;
  }

  /** Take an id, or refuse its line for what is wrong with it. */
  function takeId(value: string, text: string, at = lines): void {
    const id = toId(value);
    if (typeof id !== "bigint") {
      refuse(text, id, at);
      return;
    }
    if (length + 2 > halves.length) grow();
    halves[length] = Number(id & 0xffff_ffffn);
    halves[length + 1] = Number(id >> 32n);
    length += 2;
  }

  /** The line that was begun last is bad. @param at its number, if it is another */
  function refuse(text: string, reason: Reason, at = lines): void {
    if (badCount++ >= MAX_DETAILS) return;
    bad.push({ line: at, text: text.slice(0, TEXT_CHARS).toWellFormed(), reason: say(reason) });
  }

  function refuseBytes(bytes: Uint8Array, reason: Reason, at = lines): void {
    refuse(badCount < MAX_DETAILS ? toText(bytes) : "", reason, at);
  }

  /** @param by may be negative: lines that will be read again */
  function skipLines(by: number): void {
    lines += by;
  }

  function linesRead(): number {
    return lines;
  }

  /** What was read since the last time. */
  function flush(): Readonly<{ ids: BigUint64Array; bad: readonly BadLine[]; badCount: number }> {
    const ids = new BigUint64Array(halves.slice(0, length).buffer);
    const flushed = { ids, bad, badCount };
    length = 0;
    bad = [];
    badCount = 0;
    return flushed;
  }
}

const lenient = new TextDecoder();

/** The beginning of a line as it can be shown; what is not UTF-8 shows as `�`. */
const toText = (bytes: Uint8Array): string => lenient.decode(withoutCr(bytes).subarray(0, TEXT_BYTES));

const NOT_UTF8 = because("not-utf8");
export const TOO_LONG = because("too-long", { max: MAX_LINE_BYTES });

/** The text of a line, or `undefined` if it is not UTF-8. */
export const toLine = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8") : undefined;

export const withoutCr = (bytes: Uint8Array): Uint8Array => (bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes);
