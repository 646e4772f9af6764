import type { BatchRows } from "../domain/batch-rows.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import type { Message } from "../domain/message.ts";
import type { LateAnswers } from "../domain/outcome.ts";
import { mayHaveLateAnswers } from "../domain/remaining.ts";
import { tallyOf } from "../domain/tally.ts";
import { firstOf, type Task } from "../domain/task.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Tallies } from "../ports/tallies.ts";

/** A task's job and batch as they were read. */
export type Seen = Readonly<{
  job: Job | undefined;
  message: Message | undefined;
  rows: BatchRows;
  late: LateAnswers;
  /** 0 also where the late answers were not read: then none can matter. */
  lateVersion: number;
  /** When the read of the job was issued, not answered: a read that took long may show what has changed since. */
  readAtMs: number;
}>;

export type ReadBatchPorts = Readonly<{
  rows: Pick<BatchRowStore, "look">;
  tallies: Pick<Tallies, "read">;
  clock: Clock;
}>;

/** Messages one process keeps: they never change, so a worker reads each once. */
const MESSAGES_KEPT = 50;

/** Read a task's job, the batch's two rows and the message in one read; late answers only where they can matter. */
export function makeReadBatch({ rows, tallies, clock }: ReadBatchPorts): (task: Task) => Promise<Seen> {
  const messages = new Map<string, Message>();

  return async function readBatch(task) {
    const readAtMs = clock.now();
    const known = messages.get(task.run);
    const look = await rows.look({
      job: task.job,
      run: task.run,
      first: firstOf(task),
      withMessage: known === undefined,
    });
    const message = known ?? look.message?.message;
    if (message && !known) keep(task.run, message);
    const { job } = look;
    const facts = { job, message, rows: look.rows, readAtMs };
    if (job === undefined || isOneBatch(job)) return { ...facts, late: look.rows.retry.late, lateVersion: 0 };
    if (!mayHaveLateAnswers(look.rows)) return { ...facts, late: {}, lateVersion: 0 };
    const [tally] = await tallies.read(task.run, [tallyOf(task.batch)]);
    return { ...facts, late: tally?.late ?? {}, lateVersion: tally?.lateVersion ?? 0 };
  };

  function keep(run: string, message: Message): void {
    const [oldest] = messages.keys();
    if (messages.size >= MESSAGES_KEPT && oldest !== undefined) messages.delete(oldest);
    messages.set(run, message);
  }
}
