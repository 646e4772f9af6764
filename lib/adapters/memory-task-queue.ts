import type { Lane } from "../domain/job.ts";
import type { Task } from "../domain/task.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import { assertDelay, type MemoryQueue, memoryQueue } from "./memory-queue.ts";

export type QueuedTask = Readonly<{ id: number; lane: Lane; task: Task }>;

/** Both queues of one process. Without a lane, `receive` means either. */
export type MemoryTaskQueue = TaskQueue &
  Pick<MemoryQueue<Task>, "remove" | "hide" | "nextAtMs" | "purge"> &
  Readonly<{ receive(lane?: Lane): QueuedTask | undefined }>;

/** @param visibilityMs how long a received message hides */
export function memoryTaskQueue(now: () => number, visibilityMs: number): MemoryTaskQueue {
  const queue = memoryQueue<Readonly<{ lane: Lane; task: Task }>>(now, visibilityMs);
  const { remove, hide, purge, nextAtMs } = queue;
  return {
    async enqueue(lane, tasks, { delaySeconds }) {
      assertDelay(delaySeconds);
      for (const task of tasks) queue.put({ lane, task }, delaySeconds);
    },

    receive(lane) {
      const got = queue.receive((body) => lane === undefined || body.lane === lane);
      return got && { id: got.id, ...got.body };
    },

    remove,
    hide,
    purge,
    nextAtMs,
  };
}
