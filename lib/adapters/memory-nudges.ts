import type { Nudge, Nudges } from "../ports/nudges.ts";
import { type MemoryQueue, memoryQueue } from "./memory-queue.ts";

/** The queues of nudges of one process. */
export type MemoryNudges = Nudges &
  Readonly<{ dispatches: MemoryQueue<Nudge>; imports: MemoryQueue<JobNudge>; events: MemoryQueue<JobNudge> }>;
type JobNudge = Readonly<{ job: string }>;

/** @param visibilityMs how long a received message hides */
export function memoryNudges(now: () => number, visibilityMs: number): MemoryNudges {
  const dispatches = memoryQueue<Nudge>(now, visibilityMs);
  const imports = memoryQueue<JobNudge>(now, visibilityMs);
  const events = memoryQueue<JobNudge>(now, visibilityMs);
  return {
    dispatches,
    imports,
    events,
    async dispatch(nudge, delaySeconds) {
      dispatches.put(nudge, delaySeconds);
    },
    async import(job) {
      imports.put({ job }, 0);
    },
    async publish(job) {
      events.put({ job }, 0);
    },
  };
}
