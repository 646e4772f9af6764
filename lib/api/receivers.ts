import type { Fault } from "../domain/errors.ts";
import { type Receivers, sortOut } from "../domain/receivers.ts";
import { toUserId } from "./user-id.ts";

export type ReceiverList =
  | Readonly<{ kind: "list"; receivers: Receivers; duplicatesDropped: number }>
  | Readonly<{ kind: "faulty"; faults: readonly Fault[]; total: number }>;

/** Faults that an answer lists; it tells how many there are in all. */
export const MAX_FAULTS = 100;
const TWO_32 = 2 ** 32;

/**
 * Read a list of user ids, each as {@link toUserId} takes it.
 *
 * @param list as `parseJson` returns it
 * @param pointer where it stands in the body
 * @returns the sorted list without duplicates, or the first faults by index and how many there are in all
 */
export function readReceivers(list: readonly unknown[], pointer = "/Receiver"): ReceiverList {
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
    const id = toUserId(value);
    if (typeof id === "bigint") {
      ids[i] = id;
    } else if (++total <= MAX_FAULTS) {
      faults.push({ pointer: `${pointer}/${i}`, detail: id });
    }
  }
  return total > 0 ? { kind: "faulty", faults, total } : { kind: "list", ...sortOut(ids) };
}
