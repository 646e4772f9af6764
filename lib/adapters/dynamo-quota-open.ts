import type { OpenCall, OpenCalls } from "../domain/quota/ledger.ts";
import { type Item, N, numberOf } from "./dynamo-attributes.ts";

/** Calls that are open, as a map: how long ago each slot and each id was by the last id, and its count, a byte or two each. */
export function toOpenMap({ lastId, calls }: OpenCalls): Item {
  const lastSlot = Math.max(0, ...calls.map(({ slotMs }) => slotMs));
  const numbers = calls.flatMap(({ id, slotMs, count }) => [lastId - id, lastSlot - slotMs, count]);
  return { lastId: N(lastId), lastSlot: N(lastSlot), calls: { B: toBytes(numbers) } };
}

export function fromOpenMap(map: Item): OpenCalls {
  const [lastId, lastSlot] = [numberOf(map, "lastId"), numberOf(map, "lastSlot")];
  const numbers = fromBytes(map["calls"]?.B);
  const calls: OpenCall[] = [];
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [idAgo = 0, slotAgo = 0, count = 0] = numbers.slice(at, at + 3);
    calls.push({ id: lastId - idAgo, slotMs: lastSlot - slotAgo, count });
  }
  return { lastId, calls };
}

/** Small whole numbers, mostly a byte each: seven bits to a byte, the lowest first, the eighth bit on all but the last. */
export function toBytes(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap((number) => {
      const bytes: number[] = [];
      let left = number;
      for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
      return [...bytes, left];
    }),
  );
}

export function fromBytes(bytes: Uint8Array = new Uint8Array()): readonly number[] {
  const numbers: number[] = [];
  let number = 0;
  let worth = 1;
  for (const byte of bytes) {
    number += (byte % 128) * worth;
    worth *= 128;
    if (byte > 127) continue;
    numbers.push(number);
    [number, worth] = [0, 1];
  }
  return numbers;
}
