import type { Lane } from "../lib/domain/job.ts";
import type { Task } from "../lib/domain/task.ts";
import type { TaskQueue } from "../lib/ports/task-queue.ts";
import type { Fleet } from "./simulated-fleet.ts";

export type Message = { readonly lane: Lane; readonly task: Task; readonly orderMs: number; visibleAtMs: number };

/** Both queues, with the little disorder that a standard queue of SQS has. */
export type SimulatedQueue = TaskQueue &
  Readonly<{
    /** Up to `most` visible messages; they hide until they are deleted or hidden anew. */
    receive(lane: Lane, most: number): Message[];
    remove(message: Message): void;
    /** Lose everything. */
    purge(): void;
    count(lane: Lane): number;
    /** What was ever put. */
    put: { tasks: number; bytes: number };
  }>;

/** Messages come in the order in which they were put, each as if it had been put up to this much later, ms. */
const DISORDER_MS = 5_000;

export function simulatedQueue(
  now: () => number,
  random: () => number,
  fleets: Readonly<Record<Lane, Pick<Fleet, "visibilityMs">>>,
): SimulatedQueue {
  let messages: Message[] = []; // in the order in which they were put
  const put = { tasks: 0, bytes: 0 };
  return {
    put,

    async enqueue(lane, tasks, { delaySeconds }) {
      put.tasks += tasks.length;
      for (const task of tasks) put.bytes += 150 + task.receivers.length; // the rest of the JSON is as long as that
      const visibleAtMs = now() + delaySeconds * 1_000;
      for (const task of tasks)
        messages.push({ lane, task, visibleAtMs, orderMs: visibleAtMs + random() * DISORDER_MS });
    },

    receive(lane, most) {
      const visible = messages.filter((one) => one.lane === lane && one.visibleAtMs <= now());
      const taken = visible.sort((a, b) => a.orderMs - b.orderMs).slice(0, most);
      for (const one of taken) one.visibleAtMs = now() + fleets[lane].visibilityMs;
      return taken;
    },

    remove(message) {
      messages = messages.filter((one) => one !== message);
    },

    purge() {
      messages = [];
    },

    count: (lane) => messages.filter((one) => one.lane === lane).length,
  };
}
