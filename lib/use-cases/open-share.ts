import { closing } from "../domain/close-window.ts";
import { opening } from "../domain/dispatch-plan.ts";
import { ListDamaged } from "../domain/errors.ts";
import type { BrakeBase } from "../domain/failure-brake.ts";
import { type Job, toDelaySeconds, withEntry } from "../domain/job.ts";
import { filter, lengthOf, type Ranges } from "../domain/ranges.ts";
import { startsAtMs } from "../domain/send-window.ts";
import type { Given, Reviewed } from "../domain/shares.ts";
import { TASK_VERSION, type Task } from "../domain/task.ts";
import { type JobNames, namesOfJob } from "../domain/trace.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import type { ReadList } from "./read-list.ts";

/** What happened to a job's batches; an operator reads these. */
export type ShareEvent =
  | (JobNames & Readonly<{ event: "requeued"; batches: number; numbers: Ranges }>)
  | (JobNames & Readonly<{ event: "list-damaged"; what: string }>);

export type OpenSharePorts = Readonly<{
  jobs: Pick<JobStore, "write">;
  queue: TaskQueue;
  readList: Pick<ReadList, "batches">;
  clock: Clock;
  drawId: () => string;
  report: (event: ShareEvent) => void;
  shareAgeMs: number;
  /** How long after a job was stopped a call may still be on its way. */
  graceMs: number;
}>;

/** A job that was looked through, before it is given batches. `brakeBase`: from where its failures count, if that is not written yet. */
export type Planned = Readonly<{ job: Job; reviewed: Reviewed; brakeBase?: BrakeBase | undefined }>;

/** Tasks that are to be sent at different times are queued in groups, each delayed by so many seconds more. */
const DELAY_STEP_S = 5;

/** Give a job the batches that it was given of the room: open a share of them, and queue its tasks. */
export function makeOpenShare(ports: OpenSharePorts) {
  const { jobs, queue, readList, clock, drawId, report, shareAgeMs, graceMs } = ports;
  return openShare;

  /** First the write, then the tasks: a run that dies between the two costs a delay. @returns how many tasks were queued */
  async function openShare({ job, reviewed, brakeBase }: Planned, given: Given, heldSinceMs?: number): Promise<number> {
    const nowMs = clock.now();
    const rest = closing(job, reviewed, { nowMs, graceMs, drawId });
    if (rest) {
      await jobs.write(job, rest);
      return 0;
    }
    const made = opening(job, reviewed, given, { nowMs, shareAgeMs, drawId, heldSinceMs, brakeBase });
    if (!made) return 0;
    const lists = made.share ? await readWhole(job, made.share.batches) : undefined;
    if (made.share && !lists) return 0;
    if (!(await jobs.write(job, made.change)) || !made.share || !lists) return 0;
    const again = filter(made.share.batches, (batch) => batch < job.cursor);
    if (again.length > 0) {
      report({ event: "requeued", ...namesOfJob(job), batches: lengthOf(again), numbers: again });
    }
    const share = made.share.id;
    const trace = job.trace === undefined ? {} : { trace: job.trace };
    const names = { v: TASK_VERSION, job: job.id, run: job.run, share, ...trace } as const;
    const tasks = [...lists].map(([batch, receivers]): Task => ({ ...names, batch, receivers }));
    const startMs = startsAtMs(job, clock.now());
    const delayOf = ({ batch }: Task): number => {
      const seconds = toDelaySeconds((made.startsAtMs?.get(batch) ?? startMs) - clock.now());
      return made.startsAtMs ? seconds - (seconds % DELAY_STEP_S) : seconds;
    };
    const group = job.lane === "express" ? job.clientId : job.id;
    for (const [delaySeconds, some] of Map.groupBy(tasks, delayOf)) {
      await queue.enqueue(job.lane, some, { group, delaySeconds });
    }
    return tasks.length;
  }

  /** The receivers of the batches that are to be queued. A damaged list stops its job: nothing is sent from it. */
  async function readWhole(job: Job, batches: Given["queue"]): Promise<Map<number, string> | undefined> {
    try {
      return await readList.batches(job, batches);
    } catch (error) {
      if (!(error instanceof ListDamaged)) throw error;
      report({ event: "list-damaged", ...namesOfJob(job), what: error.message });
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
