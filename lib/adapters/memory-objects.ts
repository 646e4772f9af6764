import type { ListObjects } from "./receiver-lists-on.ts";

/** A bucket in one process. */
export const memoryObjects = (objects: Map<string, Uint8Array>): ListObjects => ({
  async put(key, bytes) {
    objects.set(key, bytes);
  },
  async get(key, { start, end }) {
    const bytes = objects.get(key);
    if (bytes === undefined || start >= bytes.length) return undefined;
    return { bytes: bytes.subarray(start, end), totalBytes: bytes.length };
  },
  async putParts(key, parts) {
    const held: Uint8Array[] = [];
    for await (const part of parts) held.push(part.slice());
    objects.set(key, Buffer.concat(held));
  },
});
