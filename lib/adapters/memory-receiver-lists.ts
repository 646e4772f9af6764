import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { receiverListsOn } from "./receiver-lists-on.ts";

/** @param objects the lists by the name of their object, for whoever wants to look at them or to damage them */
export function memoryReceiverLists(objects: Map<string, Uint8Array> = new Map()): ReceiverLists {
  return receiverListsOn({
    async put(key, bytes) {
      objects.set(key, bytes);
    },
    async get(key, { start, end }) {
      const bytes = objects.get(key);
      if (bytes === undefined || start >= bytes.length) return undefined;
      return { bytes: bytes.subarray(start, end), totalBytes: bytes.length };
    },
  });
}
