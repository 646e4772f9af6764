import { isOneBatch, type Job } from "../domain/job.ts";
import { TASK_VERSION, type Task } from "../domain/task.ts";
import { type JobNames, namesOfJob } from "../domain/trace.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import { type JobParts, makePlanJob, type PlanJobPorts } from "./plan-job.ts";

export type CreateJobPorts = PlanJobPorts &
  Readonly<{
    jobs: JobStore;
    messages: MessageStore;
    lists: Pick<ReceiverLists, "write">;
    queue: TaskQueue;
    nudges: Nudges;
    /** Tells an operator what could not be queued. Dispatch finds it by itself. */
    report: (event: JobNames & Readonly<{ event: "not-queued"; error: unknown }>) => void;
  }>;

/**
 * Write a job down: the list and the message under a run drawn for this try, then the job item that names it. From that
 * write on the job is accepted, whoever dies. A job of one batch opens its share in the same write.
 */
export function makeCreateJob(ports: CreateJobPorts) {
  const { jobs, messages, lists, queue, nudges, clock, report } = ports;
  return { plan: makePlanJob(ports), create, queueFirst };

  /**
   * @returns the job as it was written, or the one that is stored under its id already: then nothing was changed
   * @throws {Unavailable} if the list store is away: nothing is accepted
   */
  async function create(planned: Job, parts: JobParts): Promise<Readonly<{ job: Job; existing?: Job }>> {
    let job = planned;
    if ("receivers" in parts && !isOneBatch(planned)) {
      job = { ...planned, list: await lists.write(planned.run, parts.receivers, planned.batchSize) };
    }
    const text = "receivers" in parts && isOneBatch(planned) ? { receivers: parts.receivers.join(",") } : {};
    await messages.write(job.run, { message: parts.message, ...text }, job.goneAtMs);
    const existing = await jobs.create(job, job.createdAtMs);
    if (existing) return { job, existing };
    if (job.state === "importing") await orReport(job, nudges.import(job.id));
    else if (text.receivers !== undefined && job.cursor === 1) await queueFirst(job, text.receivers);
    else if ((job.dueAtMs ?? Number.POSITIVE_INFINITY) <= clock.now()) {
      await orReport(job, nudges.dispatch({ account: job.account, atMs: clock.now() }, NUDGE_DELAY_S));
    }
    return { job };
  }

  /** Queue the task of a job of one batch. It is accepted already: what fails here costs a delay. */
  async function queueFirst({ id, run, clientId, shares, trace, ...job }: Job, receivers: string): Promise<void> {
    const [share] = shares;
    if (!share) return;
    const task: Task = { v: TASK_VERSION, job: id, run, share: share.id, batch: 0, receivers, ...(trace && { trace }) };
    const queued = queue.enqueue(job.lane, [task], { group: clientId, delaySeconds: 0 });
    await orReport({ id, run, ...(trace && { trace }) }, queued);
  }

  async function orReport(job: Pick<Job, "id" | "run" | "trace">, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => report({ event: "not-queued", ...namesOfJob(job), error }));
  }
}

/** The index that dispatch reads trails the job item a little. */
const NUDGE_DELAY_S = 1;
