import type { Task } from "../domain/batches.ts";
import type { Lane } from "../domain/job.ts";
import type { TaskQueue } from "../use-cases/record-attempt.ts";

export type QueuedTask = Readonly<{ id: number; lane: Lane; task: Task }>;

/** Both queues of one process, with what SQS does about a message that nobody deletes. */
export type MemoryTaskQueue = TaskQueue &
  Readonly<{
    /** The message that has been visible the longest; it hides for a while and comes again unless it is removed. */
    receive(lane?: Lane): QueuedTask | undefined;
    remove(id: number): void;
    /** When the next message can be seen. `undefined`: there is none. */
    nextAtMs(): number | undefined;
  }>;

/** @param visibilityMs how long a received message hides */
export function memoryTaskQueue(now: () => number, visibilityMs: number): MemoryTaskQueue {
  const queued = new Map<number, QueuedTask & { visibleAtMs: number }>();
  let made = 0;
  const inOrder = () => [...queued.values()].sort((a, b) => a.visibleAtMs - b.visibleAtMs || a.id - b.id);

  return {
    async enqueue(lane, tasks, delaySeconds) {
      if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
        throw new RangeError(`SQS takes a delay of 0 to 900 whole seconds, not ${delaySeconds}`);
      }
      for (const task of tasks) {
        const id = ++made;
        queued.set(id, { id, lane, task, visibleAtMs: now() + delaySeconds * 1000 });
      }
    },

    receive(lane) {
      const found = inOrder().find((one) => one.visibleAtMs <= now() && (lane === undefined || one.lane === lane));
      if (!found) return undefined;
      found.visibleAtMs = now() + visibilityMs;
      const { id, lane: on, task } = found;
      return { id, lane: on, task };
    },

    remove(id) {
      queued.delete(id);
    },

    nextAtMs: () => inOrder()[0]?.visibleAtMs,
  };
}
