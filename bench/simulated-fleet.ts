import type { Lane } from "../lib/domain/job.ts";
import type { Settled } from "../lib/domain/settled.ts";
import type { Task } from "../lib/domain/task.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Message, SimulatedQueue } from "./simulated-queue.ts";

/** Processes at once, messages to one of them, its time, how long a message hides, how soon a new one is taken at the latest. */
export type Fleet = Readonly<{
  processes: number;
  messages: number;
  workerMs: number;
  visibilityMs: number;
  pollMs: number;
}>;

/** As serverless.yml has them. */
export const FLEETS: Readonly<Record<Lane, Fleet>> = {
  express: { processes: 10, messages: 10, workerMs: 30_000, visibilityMs: 60_000, pollMs: 50 },
  bulk: { processes: 2, messages: 4, workerMs: 120_000, visibilityMs: 720_000, pollMs: 250 },
};

/** What fails comes again after this, ms. */
const AFTER_FAILURE_MS = 15_000;

/** `busyMs`: of all invocations together, from when it takes messages until all of them are settled. */
export type Worked = { invocations: number; messages: number; returned: number; busyMs: number };
export const newWorked = (): Worked => ({ invocations: 0, messages: 0, returned: 0, busyMs: 0 });

type Process = Readonly<{
  lane: Lane;
  fleet: Fleet;
  queue: SimulatedQueue;
  /** True time. */
  clock: Clock;
  /** The process's own. */
  own: Clock;
  random: () => number;
  deliver: (task: Task, deadlineMs: number) => Promise<Settled>;
  onFailure: (error: unknown) => void;
}>;

/** One worker process as Lambda has it: it takes the next messages once all of the last are settled. Counts into `worked`. */
export async function workForEver(
  { lane, fleet, queue, clock, own, random, deliver, onFailure }: Process,
  worked: Worked,
) {
  for (;;) {
    await clock.sleep(1 + random() * fleet.pollMs);
    const taken = queue.receive(lane, fleet.messages);
    if (taken.length === 0) continue;
    worked.invocations++;
    worked.messages += taken.length;
    const startedMs = clock.now();
    const deadlineMs = own.now() + fleet.workerMs;
    await Promise.all(taken.map((message) => settle(message, deadlineMs)));
    worked.busyMs += clock.now() - startedMs;
  }

  async function settle(message: Message, deadlineMs: number): Promise<void> {
    try {
      const settled = await deliver(message.task, deadlineMs);
      if (settled.kind === "delete") return queue.remove(message);
      worked.returned++;
      message.visibleAtMs = clock.now() + wholeSeconds(settled.atMs - own.now());
    } catch (error) {
      onFailure(error);
      message.visibleAtMs = clock.now() + AFTER_FAILURE_MS;
    }
  }
}

/** SQS counts in them. */
export const wholeSeconds = (ms: number): number => 1_000 * Math.ceil(Math.max(0, ms) / 1_000);
