import type { ReportFiles } from "../ports/report-files.ts";

type MemoryUpload = Readonly<{ key: string; parts: Map<number, Readonly<{ receipt: string; bytes: Uint8Array }>> }>;

/** A bucket of files in one process. `objects`: those that are complete, by key. `lose` forgets every upload. */
export type MemoryReportFiles = ReportFiles & Readonly<{ objects: Map<string, Uint8Array>; lose(): void }>;

export function memoryReportFiles(): MemoryReportFiles {
  const objects = new Map<string, Uint8Array>();
  const uploads = new Map<string, MemoryUpload>();
  let drawn = 0;
  return {
    objects,
    lose: () => uploads.clear(),

    async put({ key }, bytes) {
      objects.set(key, bytes);
    },

    async begin({ key }) {
      const id = `upload${++drawn}`;
      uploads.set(id, { key, parts: new Map() });
      return id;
    },

    async part(_, id, number, bytes) {
      const receipt = `receipt${++drawn}`;
      const parts = uploads.get(id)?.parts;
      return parts?.set(number, { receipt, bytes }) && receipt;
    },

    async complete({ key }, id, receipts) {
      const upload = uploads.get(id);
      if (upload === undefined) return objects.has(key);
      const parts = receipts.map((receipt, i) => ({ receipt, part: upload.parts.get(i + 1) }));
      if (parts.some(({ receipt, part }) => part?.receipt !== receipt)) return false;
      objects.set(key, Buffer.concat(parts.flatMap(({ part }) => (part ? [part.bytes] : []))));
      return uploads.delete(id);
    },

    async abort(_, id) {
      uploads.delete(id);
    },
  };
}
