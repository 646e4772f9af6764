import type { Nudge, Nudges } from "../ports/nudges.ts";
import { type MemoryQueue, memoryQueue } from "./memory-queue.ts";

/** The queues of nudges of one process. */
export type MemoryNudges = Nudges &
  Readonly<{ dispatches: MemoryQueue<Nudge>; imports: MemoryQueue<Readonly<{ job: string }>> }>;

/** @param visibilityMs how long a received message hides */
export function memoryNudges(now: () => number, visibilityMs: number): MemoryNudges {
  const dispatches = memoryQueue<Nudge>(now, visibilityMs);
  const imports = memoryQueue<Readonly<{ job: string }>>(now, visibilityMs);
  return {
    dispatches,
    imports,
    async dispatch(nudge, delaySeconds) {
      dispatches.put(nudge, delaySeconds);
    },
    async import(job) {
      imports.put({ job }, 0);
    },
  };
}
