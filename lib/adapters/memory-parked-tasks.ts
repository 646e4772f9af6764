import { batchName, type Task } from "../domain/batches.ts";
import type { ParkedTasks } from "../use-cases/control-job.ts";
import { itemsOf, type MemoryTable } from "./memory-table.ts";

const PAGE = 100;

export function memoryParkedTasks(table: MemoryTable): ParkedTasks {
  return {
    async park(tasks) {
      for (const task of tasks) itemsOf(table, task.job).parked.set(keyOf(task), task);
    },

    async *list(jobId) {
      const tasks = [...itemsOf(table, jobId).parked.values()];
      for (let from = 0; from < tasks.length; from += PAGE) yield tasks.slice(from, from + PAGE);
    },

    async remove(tasks) {
      for (const task of tasks) itemsOf(table, task.job).parked.delete(keyOf(task));
    },
  };
}

/** The first and a later attempt of a batch may wait side by side. */
const keyOf = (task: Task): string => `${batchName(task.batch)}.${task.attempt}`;
