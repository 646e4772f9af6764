import { opening } from "../domain/dispatch-plan.ts";
import { ListDamaged } from "../domain/errors.ts";
import { type Job, toDelaySeconds, withEntry } from "../domain/job.ts";
import { filter, lengthOf, type Ranges } from "../domain/ranges.ts";
import type { Given, Reviewed } from "../domain/shares.ts";
import { TASK_VERSION, type Task } from "../domain/task.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import type { ReadList } from "./read-list.ts";

/** What happened to a job's batches; an operator reads these. */
export type ShareEvent =
  | Readonly<{ event: "requeued"; job: string; run: string; batches: number; numbers: Ranges }>
  | Readonly<{ event: "list-damaged"; job: string; run: string; what: string }>;

export type OpenSharePorts = Readonly<{
  jobs: Pick<JobStore, "write">;
  queue: TaskQueue;
  readList: Pick<ReadList, "batches">;
  clock: Clock;
  drawId: () => string;
  report: (event: ShareEvent) => void;
  shareAgeMs: number;
}>;

/** A job that was looked through, before it is given batches. */
export type Planned = Readonly<{ job: Job; reviewed: Reviewed }>;

/** Give a job the batches that it was given of the room: open a share of them, and queue its tasks. */
export function makeOpenShare({ jobs, queue, readList, clock, drawId, report, shareAgeMs }: OpenSharePorts) {
  return openShare;

  /** First the write, then the tasks: a run that dies between the two costs a delay. @returns how many tasks were queued */
  async function openShare({ job, reviewed }: Planned, given: Given, heldSinceMs?: number): Promise<number> {
    const made = opening(job, reviewed, given, { nowMs: clock.now(), shareAgeMs, drawId, heldSinceMs });
    if (!made) return 0;
    const lists = made.share ? await readWhole(job, made.share.batches) : undefined;
    if (made.share && !lists) return 0;
    if (!(await jobs.write(job, made.change)) || !made.share || !lists) return 0;
    const again = filter(made.share.batches, (batch) => batch < job.cursor);
    if (again.length > 0) {
      report({ event: "requeued", job: job.id, run: job.run, batches: lengthOf(again), numbers: again });
    }
    const share = made.share.id;
    const trace = job.trace === undefined ? {} : { trace: job.trace };
    const names = { v: TASK_VERSION, job: job.id, run: job.run, share, ...trace } as const;
    const tasks = [...lists].map(([batch, receivers]): Task => ({ ...names, batch, receivers }));
    const delaySeconds = toDelaySeconds((job.notBeforeMs ?? 0) - clock.now());
    await queue.enqueue(job.lane, tasks, { group: job.lane === "express" ? job.clientId : job.id, delaySeconds });
    return tasks.length;
  }

  /** The receivers of the batches that are to be queued. A damaged list stops its job: nothing is sent from it. */
  async function readWhole(job: Job, batches: Given["queue"]): Promise<Map<number, string> | undefined> {
    try {
      return await readList.batches(job, batches);
    } catch (error) {
      if (!(error instanceof ListDamaged)) throw error;
      report({ event: "list-damaged", job: job.id, run: job.run, what: error.message });
      const reason = "its receiver list is damaged";
      const history = withEntry(job.history, { atMs: clock.now(), event: "list damaged", by: "volley" });
      await jobs.write(
        job,
        job.cursor === 0
          ? { state: "rejected", reason, canceled: job.receivers, shares: [], dueAtMs: undefined, history }
          : { state: "paused", reason, dueAtMs: job.expiresAtMs, history },
      );
      return undefined;
    }
  }
}
