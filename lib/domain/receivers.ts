import { LosslessNumber } from "lossless-json";
import type { Fault } from "./errors.ts";
import { sortIds } from "./sort-ids.ts";

/** A job's receivers, sorted ascending, each once. 64-bit integers sort and print faster than doubles do, and are exact. */
export type Receivers = BigUint64Array;

export type ReceiverList =
  | Readonly<{ kind: "list"; receivers: Receivers; duplicatesDropped: number }>
  | Readonly<{ kind: "faulty"; faults: readonly Fault[]; total: number }>;

/** The vendor's user ids are int64. @see https://www.volcengine.com/docs/6348/914736 */
export const MAX_ID = 9_223_372_036_854_775_807n;
const MAX_FAULTS = 100;
const TWO_32 = 2 ** 32;

/**
 * Read a list of user ids: JSON whole numbers or decimal strings, 1 to 2^63-1, written plainly.
 *
 * @param list as `parseJson` returns it: `number` and `bigint` are exact, `LosslessNumber` is one written otherwise
 * @returns the sorted list without duplicates, or the first 100 faults by index and how many there are in all
 */
export function readReceivers(list: readonly unknown[]): ReceiverList {
  const ids = new BigUint64Array(list.length);
  const halves = new Uint32Array(ids.buffer); // low word first: every platform Node runs on is little-endian
  const faults: Fault[] = [];
  let total = 0;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
      halves[2 * i] = value >>> 0; // the common case without making a BigInt: a third of the time
      halves[2 * i + 1] = value / TWO_32;
      continue;
    }
    const id = toId(value);
    if (typeof id === "bigint") {
      ids[i] = id;
    } else if (++total <= MAX_FAULTS) {
      faults.push({ pointer: `/Receiver/${i}`, detail: id });
    }
  }
  return total > 0 ? { kind: "faulty", faults, total } : { kind: "list", ...sortOut(ids) };
}

/**
 * Read one user id, as it may stand in a body or in a path.
 *
 * @returns the id, or what is wrong with it as half a sentence
 */
export function toId(value: unknown): bigint | string {
  if (typeof value === "bigint") return value > 0n && value <= MAX_ID ? value : OUT_OF_RANGE;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) return "must be a whole number, exact to the last digit";
    return value > 0 ? BigInt(value) : OUT_OF_RANGE;
  }
  const text = value instanceof LosslessNumber ? value.value : value;
  if (typeof text !== "string") return "must be a whole number or a decimal string";
  if (/^-[0-9]+$/.test(text) || text === "0") return OUT_OF_RANGE;
  if (!/^[1-9][0-9]*$/.test(text)) return "must be written as plain decimal digits without leading zeros";
  if (text.length > 19) return OUT_OF_RANGE;
  const id = BigInt(text);
  return id <= MAX_ID ? id : OUT_OF_RANGE;
}

const OUT_OF_RANGE = `must be from 1 to ${MAX_ID}`;

/** @param ids as they come; used up */
export function sortOut(ids: Receivers): Readonly<{ receivers: Receivers; duplicatesDropped: number }> {
  const sorted = sortIds(ids);
  let kept = 0; // the copies are closed up in place
  for (let i = 0; i < sorted.length; i++) {
    const id = sorted[i];
    if (id === undefined || (i > 0 && id === sorted[i - 1])) continue;
    sorted[kept++] = id;
  }
  return { receivers: sorted.subarray(0, kept), duplicatesDropped: sorted.length - kept };
}
