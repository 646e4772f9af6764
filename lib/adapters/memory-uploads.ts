import { createHash } from "node:crypto";
import type { Uploads } from "../ports/uploads.ts";

/** @param objects what clients have uploaded, by key */
export function memoryUploads(objects: Map<string, Uint8Array>, now: () => number): Uploads {
  const etagOf = (bytes: Uint8Array): string => `"${createHash("md5").update(bytes).digest("hex")}"`;
  return {
    async link(key, { contentType, maxBytes, seconds }) {
      const fields = { key, "Content-Type": contentType };
      return { method: "POST", url: "memory:", fields, expiresAtMs: now() + 1_000 * seconds, maxBytes };
    },
    async stat(key) {
      const bytes = objects.get(key);
      return bytes && { bytes: bytes.length, etag: etagOf(bytes) };
    },
    async read(key, etag, { start, end }) {
      const bytes = objects.get(key);
      if (bytes === undefined) return "gone";
      return etagOf(bytes) === etag ? bytes.subarray(start, end) : "changed";
    },
  };
}
