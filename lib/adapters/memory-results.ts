import { memoryBatchRowStore } from "./memory-batch-row-store.ts";
import { memoryDispatchLock } from "./memory-dispatch-lock.ts";
import { memoryDueJobs } from "./memory-due-jobs.ts";
import { memoryDueOutboxes } from "./memory-due-outboxes.ts";
import { memoryFailedBatches } from "./memory-failed-batches.ts";
import { memoryJobIndex } from "./memory-job-index.ts";
import { memoryJobStore } from "./memory-job-store.ts";
import { memoryMessageStore } from "./memory-message-store.ts";
import { memoryTable } from "./memory-table.ts";
import { memoryTallies } from "./memory-tallies.ts";

/** Everything the results table does, in one process. @param now epoch ms */
export function memoryResults(now: () => number) {
  const table = memoryTable();
  return {
    table,
    jobs: memoryJobStore(table),
    due: memoryDueJobs(table),
    outboxes: memoryDueOutboxes(table),
    index: memoryJobIndex(table, now),
    messages: memoryMessageStore(table),
    rows: memoryBatchRowStore(table),
    failed: memoryFailedBatches(table),
    tallies: memoryTallies(table),
    lock: memoryDispatchLock(table),
  };
}
