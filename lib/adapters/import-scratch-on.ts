import { createHash } from "node:crypto";
import { decodeIds, encodeIds } from "../domain/list-format.ts";
import type { ImportScratch } from "../ports/import-scratch.ts";
import type { ListObjects } from "./receiver-lists-on.ts";

const ID_BYTES = 8;
/** Before the ids of an object stand so many bytes, so that none is empty: S3 reads no range of an empty object. */
const HEAD_BYTES = 8;
/** Longer than any text here. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** On any object store. */
export function importScratchOn(objects: ListObjects): ImportScratch {
  return {
    writeIds: (key, ids) => put(key, Buffer.concat([new Uint8Array(HEAD_BYTES), encodeIds(ids)])),

    async readIds(key, from, to) {
      const found = await objects.get(key, { start: HEAD_BYTES + ID_BYTES * from, end: HEAD_BYTES + ID_BYTES * to });
      if (found) return decodeIds(found.bytes);
      return (await objects.get(key, { start: 0, end: HEAD_BYTES })) ? new BigUint64Array() : undefined; // at its end
    },

    writeText: (key, text) => put(key, Buffer.from(text)),

    async readText(key) {
      const found = await objects.get(key, { start: 0, end: MAX_TEXT_BYTES });
      return found && Buffer.from(found.bytes).toString("utf8");
    },
  };

  async function put(key: string, bytes: Uint8Array): Promise<void> {
    await objects.put(key, bytes, createHash("sha256").update(bytes).digest("base64"));
  }
}
