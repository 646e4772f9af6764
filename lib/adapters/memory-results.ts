import { memoryBatchStore } from "./memory-batch-store.ts";
import { memoryJobStore } from "./memory-job-store.ts";
import { memoryParkedTasks } from "./memory-parked-tasks.ts";
import { memoryResultReader } from "./memory-result-reader.ts";
import type { MemoryTable } from "./memory-table.ts";
import { memoryTallies } from "./memory-tallies.ts";

/** Everything the results table does, in one process. */
export function memoryResults(now: () => number) {
  const table: MemoryTable = new Map();
  const tallies = memoryTallies(table);
  return {
    table,
    jobs: memoryJobStore(table, now),
    batches: memoryBatchStore(table),
    tallies,
    parked: memoryParkedTasks(table),
    results: memoryResultReader(table, tallies),
  };
}
