import type { FailedBatches } from "../ports/failed-batches.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryFailedBatches(table: MemoryTable): FailedBatches {
  return {
    async list(run, { from, to }, limit) {
      const firsts: bigint[] = [];
      for (const [first, { failed }] of table.rows.get(run) ?? []) {
        const id = BigInt(first);
        if (failed && id >= BigInt(from) && (to === undefined || id < BigInt(to))) firsts.push(id);
      }
      return firsts
        .sort((a, b) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(String);
    },
  };
}
