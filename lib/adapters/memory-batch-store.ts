import { randomUUID } from "node:crypto";
import { type BatchState, UNTOUCHED } from "../domain/batch-state.ts";
import type { Task } from "../domain/batches.ts";
import type { BatchStore } from "../use-cases/deliver.ts";
import { type BatchItem, itemsOf, type MemoryTable } from "./memory-table.ts";

export function memoryBatchStore(table: MemoryTable): BatchStore {
  return {
    async look(task) {
      const { job } = itemsOf(table, task.job);
      return { ...(job && { job }), batch: toState(read(task)) };
    },

    async claim(task, batch, { receivers, untilMs }) {
      const claim = { id: randomUUID(), count: receivers.length, untilMs };
      const written = write(task, batch, (item) => ({ ...item, claim }));
      const attempt = batch.rev === UNTOUCHED.rev ? task.attempt : batch.attempt;
      return written ? { ...batch, rev: batch.rev + 1, attempt, claim } : undefined;
    },

    async release(task, batch) {
      write(task, batch, withoutClaim);
    },

    async record(task, batch, entry) {
      const { failed, unknown, retry } = entry.try;
      const failures = [failed, unknown, retry].some((part) => Object.keys(part).length > 0);
      return write(task, batch, (item) => ({
        ...(entry.endsClaim ? withoutClaim(item) : item),
        tries: [...item.tries, entry.try],
        attempt: entry.nextAttempt,
        covers: entry.covers,
        last: item.last || entry.last,
        change: entry.change,
        mayHaveFailures: item.mayHaveFailures || failures,
      }));
    },
  };

  function read(task: Task): BatchItem | undefined {
    return placeOf(task).get(task.batch.first);
  }

  /** One write, on condition that nobody wrote since `batch` was read. */
  function write(task: Task, batch: BatchState, change: (item: BatchItem) => BatchItem): boolean {
    const { n, first } = task.batch;
    const fresh = { ...UNTOUCHED, attempt: task.attempt, n, first, last: "", mayHaveFailures: false };
    const item = read(task) ?? fresh;
    if (item.rev !== batch.rev) return false;
    placeOf(task).set(first, { ...change(item), rev: item.rev + 1 });
    return true;
  }

  /** Later attempts have an item of their own. */
  function placeOf({ job, attempt }: Task): Map<string, BatchItem> {
    const { batches, again } = itemsOf(table, job);
    return attempt === 1 ? batches : again;
  }
}

function withoutClaim({ claim: _, ...item }: BatchItem): BatchItem {
  return item;
}

function toState(item: BatchItem | undefined): BatchState {
  if (item === undefined) return UNTOUCHED;
  const { n: _n, first: _first, last: _last, mayHaveFailures: _failures, ...state } = item;
  return state;
}
