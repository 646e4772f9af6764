import { type BatchState, type CountedChange, toRetry, untried } from "../domain/batch-state.ts";
import { batchName, type Task } from "../domain/batches.ts";
import { type Job, type Lane, MAX_QUEUE_DELAY_MS, receiversInTally, tallyOf } from "../domain/job.ts";
import { type Counts, countChange, countOf, makeTry, type Try } from "../domain/outcome.ts";

/** What recording needs of the batch items. */
export interface RecordStore {
  look(task: Task): Promise<{ job?: Job; batch: BatchState }>;
  /** Append one try, on condition that the batch is still at `batch.rev`. False: somebody else changed it first. */
  record(task: Task, batch: BatchState, entry: BatchRecord): Promise<boolean>;
}

export type BatchRecord = Readonly<{
  try: Try;
  nextAttempt: number;
  change: CountedChange;
  covers: number;
  /** The highest receiver this item answers for. */
  last: string;
  /** Whether the claim that stands on the item is the one this try answers. */
  endsClaim: boolean;
}>;

/** A job's exact counts. */
export interface Tallies {
  /**
   * Add a change once, however often it is asked to.
   *
   * @returns the tally's counts after it, or `undefined` if it was counted before
   */
  add(job: Job, tally: number, change: CountedChange): Promise<Counts | undefined>;
  /** The whole job's counts. */
  read(job: Pick<Job, "id">): Promise<Counts>;
  /** Mark the job done. */
  finish(job: Job): Promise<void>;
}

export interface TaskQueue {
  /** @param delaySeconds 0 to 900, SQS's own limit */
  enqueue(lane: Lane, tasks: readonly Task[], delaySeconds: number): Promise<void>;
}

/** SQS takes whole seconds, at most 15 minutes; a message that comes early is put back again. */
export const toDelay = (ms: number): number => Math.ceil(Math.min(MAX_QUEUE_DELAY_MS, Math.max(0, ms)) / 1000);

export type Recording = Readonly<{ batches: RecordStore; tallies: Tallies; queue: TaskQueue }>;

/** After the worst of what may slow a worker down that knows it is late. */
const LATE_DELAY_S = 30;
/** Before the second and the third attempt. */
const RETRY_DELAYS_S = [2, 5] as const;

/** Write down what one attempt came to, and see to what follows from it. */
export function makeRecord({ batches, tallies, queue }: Recording) {
  return { record, recordIfUnchanged, follow };

  /**
   * Write down what the upstream said, count it, and send on what is left. If the batch changed meanwhile (this worker
   * was slow and another gave it up), the try still joins: what is known to be sent outweighs `unknown`.
   *
   * @param receivers those the try speaks of, ascending
   */
  async function record(
    job: Job,
    task: Task,
    seen: BatchState,
    receivers: readonly string[],
    made: Try,
  ): Promise<void> {
    if (await recordIfUnchanged(job, task, seen, receivers, made)) return;
    // Whoever gave this worker up may have deleted its message: should it die now, another one sees to what follows.
    await queue.enqueue(job.lane, [task], LATE_DELAY_S);
    for (;;) {
      const { batch } = await batches.look(task);
      const again = task.attempt > 1 ? [] : toRetry(batch);
      if (again.length > 0) {
        await recordLate(job, task, again, made);
        return follow(job, task, batch); // it may have been this very try, and its answer got lost
      }
      const endsClaim = batch.claim?.id === seen.claim?.id;
      if (await recordIfUnchanged(job, task, batch, receivers, made, endsClaim)) return;
    }
  }

  /**
   * A first attempt that was given up and is sent again. Its receivers are counted with the later attempts now, and only
   * what is known to be sent is news to them.
   */
  async function recordLate(job: Job, task: Task, again: readonly string[], made: Try): Promise<void> {
    const { atMs, attempt, requestId } = made;
    const sent = Object.fromEntries(Object.entries(made.sent).filter(([id]) => again.includes(id)));
    if (Object.keys(sent).length === 0) return;
    const facts = { atMs, attempt, maybeTwice: true, ...(requestId === undefined ? {} : { requestId }) } as const;
    const late = makeTry({ ...facts, sent });
    const later = { ...task, attempt: task.attempt + 1, receivers: again.join(","), maybeTwice: true } as const;
    for (;;) {
      const { batch } = await batches.look(later);
      if (await recordIfUnchanged(job, later, batch, again, late, false)) return;
    }
  }

  /** Write down a try and what follows from it, or return false: the batch changed since it was seen. */
  async function recordIfUnchanged(
    job: Job,
    task: Task,
    batch: BatchState,
    receivers: readonly string[],
    made: Try,
    endsClaim = true,
  ): Promise<boolean> {
    if (batch.change) await count(job, task, batch.change);
    const covers = task.attempt === 1 ? batch.covers || receivers.length : batch.covers;
    const tries = [...batch.tries, made];
    const tag = `${batchName(task.batch)}.${task.attempt === 1 ? "" : "again"}${tries.length}`;
    const change = { tag, counts: countChange(batch.tries, made) };
    const leftOver = untried(task, { ...batch, covers, tries }).length > 0;
    const nextAttempt = Math.max(batch.attempt, leftOver ? task.attempt : task.attempt + 1);
    const last = receivers.at(-1) ?? "";
    const entry = { try: made, nextAttempt, change, covers, last, endsClaim };
    if (!(await batches.record(task, batch, entry))) return false;
    await follow(job, task, { ...batch, attempt: nextAttempt, covers, tries, change });
    return true;
  }

  /** What comes after a record, safe to repeat: count it, queue the next attempt, queue what the quota split off. */
  async function follow(job: Job, task: Task, batch: BatchState): Promise<void> {
    if (batch.change) await count(job, task, batch.change);
    const splits = batch.attempt === task.attempt; // the quota gave a later attempt less than it asked for
    const again = splits ? untried(task, batch) : toRetry(batch);
    if (again.length > 0) {
      const delay = splits ? 0 : (RETRY_DELAYS_S[batch.attempt - 2] ?? RETRY_DELAYS_S[1]);
      const maybeTwice = task.maybeTwice === true || batch.tries.some((one) => one.unclear === true);
      const next = { ...task, attempt: batch.attempt, receivers: again.join(","), ...(maybeTwice && { maybeTwice }) };
      await queue.enqueue(job.lane, [next], delay);
    }
    const rest = task.attempt === 1 ? task.receivers.split(",").slice(batch.covers) : [];
    const [first] = rest;
    if (first === undefined) return;
    const part = { n: task.batch.n, part: task.batch.part + 1, first };
    await queue.enqueue(job.lane, [{ ...task, batch: part, receivers: rest.join(",") }], 0);
  }

  async function count(job: Job, task: Task, change: CountedChange): Promise<void> {
    const tally = tallyOf(task.batch.n);
    const counts = await tallies.add(job, tally, change);
    if (counts && countOf(counts) < receiversInTally(job, tally)) return;
    const all = counts && tallyOf(job.batches - 1) === 0 ? counts : await tallies.read(job);
    if (countOf(all) === job.receivers) await tallies.finish(job);
  }
}
