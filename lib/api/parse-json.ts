import { LosslessNumber, parse } from "lossless-json";
import { Malformed } from "../domain/errors.ts";

/** A double holds every whole number of so many digits exactly. */
const EXACT_DIGITS = 15;
const EXACT_BELOW = 10 ** EXACT_DIGITS;

/** Longer runs of digits cannot be an int64, and BigInt() of a megabyte of digits takes seconds. */
const INT64_DIGITS = 19;

/**
 * Parse JSON without losing a digit. Plain whole numbers below 10^15 come back as `number`, longer ones up to 19
 * digits as `bigint`, and everything else (fractions, exponents, negatives, longer still) as a `LosslessNumber` that
 * keeps the text as it stood.
 *
 * The native parser does it where no number can have lost anything, five times faster. A version number inside a string
 * only sends the text the slower way: the result is the same.
 *
 * @throws {SyntaxError} if it is not JSON or is nested too deep; of a key given twice the last value stands
 * @see RFC 8259 section 6 on the precision of numbers
 */
export function parseJson(text: string): unknown {
  try {
    if (hasOnlyPlainNumbers(text)) {
      const value: unknown = JSON.parse(text);
      if (isExact(value)) return value;
    }
    return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError("nested too deep"); // both parsers recurse
    throw error;
  }
}

/**
 * Parse a request body.
 *
 * @throws {Malformed} if it is not JSON
 */
export function parseBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Malformed(`the body is not JSON: ${error.message}`);
    throw error;
  }
}

/** Whether nothing in the text looks like a fraction, an exponent or a negative number. */
function hasOnlyPlainNumbers(text: string): boolean {
  return (
    !some(text, ".", (at) => isDigit(text, at - 1)) &&
    !some(text, "e", (at) => isDigit(text, at - 1)) &&
    !some(text, "E", (at) => isDigit(text, at - 1)) &&
    !some(text, "-", (at) => isDigit(text, at + 1))
  );
}

/** indexOf runs at memory speed; a regular expression for the same takes longer than the parse. */
function some(text: string, char: string, matches: (at: number) => boolean): boolean {
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) {
    if (matches(at)) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function isExact(value: unknown): boolean {
  if (typeof value === "number") return value < EXACT_BELOW;
  if (Array.isArray(value)) return value.every(isExact);
  return typeof value !== "object" || value === null || Object.values(value).every(isExact);
}

/** @param text a number as JSON writes it: without leading zeros, so its length tells how large it is */
function exactNumber(text: string): number | bigint | LosslessNumber {
  if (text.length > INT64_DIGITS || !/^[0-9]+$/.test(text)) return new LosslessNumber(text);
  return text.length <= EXACT_DIGITS ? Number(text) : BigInt(text);
}
