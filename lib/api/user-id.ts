import { LosslessNumber } from "lossless-json";
import type { Text } from "../domain/text.ts";
import { MAX_ID } from "../volcengine/limits.ts";

const OUT_OF_RANGE: Text = `must be from 1 to ${MAX_ID}`;
/** Digits of the largest id. BigInt() of a megabyte of digits takes seconds. */
const MAX_DIGITS = String(MAX_ID).length;

/**
 * Read one user id, as it may stand in a body or in a path: a JSON whole number or a decimal string, written plainly.
 *
 * @param value as `parseJson` returns it: `number` and `bigint` are exact, a `LosslessNumber` is written in another form
 * @returns the id, or what is wrong with it as half a sentence
 */
export function toUserId(value: unknown): bigint | Text {
  if (typeof value === "bigint") return value > 0n && value <= MAX_ID ? value : OUT_OF_RANGE;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) return "must be a whole number, exact to the last digit";
    return value > 0 ? BigInt(value) : OUT_OF_RANGE;
  }
  const text = value instanceof LosslessNumber ? value.value : value;
  if (typeof text !== "string") return "must be a whole number or a decimal string";
  if (/^-[0-9]+$/.test(text) || text === "0") return OUT_OF_RANGE;
  if (!/^[1-9][0-9]*$/.test(text)) return "must be written as plain decimal digits without leading zeros";
  if (text.length > MAX_DIGITS) return OUT_OF_RANGE;
  const id = BigInt(text);
  return id <= MAX_ID ? id : OUT_OF_RANGE;
}
