import { exportId, type OutcomeExport } from "../domain/outcome-export.ts";
import type { ExportStore } from "../ports/export-store.ts";

export function memoryExportStore(): ExportStore {
  const stored = new Map<string, OutcomeExport>();
  return {
    async find(run, request) {
      return stored.get(`${run} ${exportId(request)}`);
    },

    async write(next, standing) {
      const key = `${next.run} ${exportId(next.request)}`;
      if (stored.get(key)?.version !== standing?.version) return false;
      stored.set(key, next);
      return true;
    },
  };
}
