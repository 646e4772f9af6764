import type { Task } from "../domain/batches.ts";
import { BadRequest } from "../domain/errors.ts";
import type { Job, JobState, Lane } from "../domain/job.ts";
import { assertMay, type Steering, TRANSITIONS } from "../domain/steering.ts";
import type { TaskQueue } from "./record-attempt.ts";

/** Job items, as steering needs them. */
export interface SteerStore {
  job(id: string): Promise<Job | undefined>;
  /** Move the job on, if it still is in one of `from`. False: it is not any more. */
  move(id: string, from: readonly JobState[], to: JobState): Promise<boolean>;
}

/** Batches of jobs that wait, kept in the table: off the queue they cost nothing while they wait. */
export interface ParkedTasks {
  park(tasks: readonly Task[]): Promise<void>;
  /** A few at a time, until none is left. Those that were not removed come again. */
  list(jobId: string): AsyncIterable<readonly Task[]>;
  remove(tasks: readonly Task[]): Promise<void>;
}

export type Steer = Readonly<{ jobs: SteerStore; parked: ParkedTasks; queue: TaskQueue }>;

export function makeSteer({ jobs, parked, queue }: Steer) {
  /**
   * Pause, resume or cancel. The new state counts before the next send: every worker looks at the job first. What was
   * parked goes back to the queue, to be sent or to be written down as canceled.
   *
   * @returns the job in its new state
   * @throws {BadRequest} 404, or 409 naming the present state
   */
  return async function steer(id: string, action: Exclude<Steering, "retry">): Promise<Job> {
    const job = await jobs.job(id);
    if (!job) throw new BadRequest(404, `there is no job ${id}`);
    assertMay(action, job.state);
    const { from, to = job.state } = TRANSITIONS[action];
    if (!(await jobs.move(id, from, to))) {
      throw new BadRequest(409, `job ${id} changed its state at this very moment; ask again`);
    }
    if (to !== "paused") await unpark({ parked, queue }, id, job.lane, 0);
    return { ...job, state: to };
  };
}

/** Queue a job's parked batches again. Safe to repeat: a batch that is queued twice is sent once. */
export async function unpark(
  { parked, queue }: Pick<Steer, "parked" | "queue">,
  jobId: string,
  lane: Lane,
  delaySeconds: number,
): Promise<number> {
  let count = 0;
  for await (const tasks of parked.list(jobId)) {
    await queue.enqueue(lane, tasks, delaySeconds);
    await parked.remove(tasks);
    count += tasks.length;
  }
  return count;
}
