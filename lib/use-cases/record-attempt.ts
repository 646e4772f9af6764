import { MAX_ATTEMPTS, makeResult, WORKER_LOST } from "../domain/attempt-result.ts";
import { claimedBy, type OpenClaim, resultsOf } from "../domain/batch-rows.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import { finalOf, type LateAnswers, own, standingsIn } from "../domain/outcome.ts";
import { remaining } from "../domain/remaining.ts";
import { MOST_LATE_ANSWERS, tallyOf } from "../domain/tally.ts";
import { firstOf, type Task } from "../domain/task.ts";
import type { BatchRowStore, RowKey } from "../ports/batch-row-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Tallies } from "../ports/tallies.ts";
import type { TokenBucket } from "../ports/token-bucket.ts";
import { persist } from "./persist.ts";
import type { Seen } from "./read-batch.ts";

export type RecordPorts = Readonly<{
  rows: BatchRowStore;
  tallies: Tallies;
  bucket: Pick<TokenBucket, "moveLate">;
  clock: Clock;
}>;

/** A batch under work. */
export type Batch = Readonly<{ job: Job; task: Pick<Task, "run" | "batch" | "receivers"> }>;

/** How often late answers are written anew because the tally changed meanwhile. */
const LATE_TRIES = 6;

export const rowKey = ({ job, task }: Batch, on: RowKey["on"]): RowKey => ({
  run: task.run,
  first: firstOf(task),
  on,
  goneAtMs: job.goneAtMs,
});

/** Record the results of attempts: those of lost workers, and answers that come late. */
export function makeRecordAttempt({ rows, tallies, bucket, clock }: RecordPorts) {
  return { resolve, addLateAnswer };

  /**
   * End a claim whose lease is over without a result: the request may have arrived. Its receivers become `unknown`, or get
   * another attempt if the job is at-least-once and goes on. Its tokens move too: it may have been counted until its lease ended.
   *
   * @param forGood the job ends: nobody will send again
   */
  async function resolve(batch: Batch, { rows: seen }: Pick<Seen, "rows">, open: OpenClaim, forGood: boolean) {
    const { on, claim } = open;
    const list = batch.task.receivers.split(",");
    const covered = new Set(claimedBy(open, list));
    const unknown: Record<string, string> = {};
    const unclear: Record<string, string> = {};
    // Also of those whose earlier attempt was answered late since: this one may have arrived too.
    const withoutLate = { ...seen, retry: { ...seen.retry, late: {} } };
    for (const { userId, attempts } of remaining(list, withoutLate)) {
      if (!covered.has(userId)) continue;
      const again = !forGood && batch.job.delivery === "at-least-once" && attempts + 1 < MAX_ATTEMPTS;
      (again ? unclear : unknown)[userId] = WORKER_LOST;
    }
    const atMs = clock.now();
    const { slotMs, count, untilMs } = claim;
    await bucket.moveLate(batch.job.account, { slotMs, count, answeredAtMs: Math.min(atMs, untilMs) });
    const result = makeResult({ atMs, unknown, unclear });
    await rows.record(rowKey(batch, on), seen[on], claim.id, result);
  }

  /**
   * An answer that came after its worker was given up: message ids are proof, so `unknown` becomes `sent`. It stands in
   * the tally together with the correction of the counts; in a job of one batch, which has no tally, on its retry row.
   */
  async function addLateAnswer(batch: Batch, claimId: string, sent: LateAnswers, untilMs: number): Promise<void> {
    if (Object.keys(sent).length === 0) return;
    await persist(clock, untilMs, () =>
      isOneBatch(batch.job) ? rows.addLate(rowKey(batch, "retry"), sent) : correctTally(batch, claimId, sent),
    );
  }

  async function correctTally({ job, task }: Batch, claimId: string, messageIds: LateAnswers): Promise<void> {
    const key = { run: task.run, tally: tallyOf(task.batch), goneAtMs: job.goneAtMs };
    for (let tries = 0; tries < LATE_TRIES; tries++) {
      const [tally] = await tallies.read(key.run, [key.tally]);
      const [found] = await rows.read(key.run, [firstOf(task)]);
      if (!tally || !found || tally.lateVersion >= MOST_LATE_ANSWERS) return;
      const counted = tally.counted.has(task.batch);
      const standingOf = standingsIn(resultsOf(found));
      const wasUnknown = (id: string) => finalOf(standingOf(id), own(tally.late, id)) === "unknown";
      const corrected = counted ? Object.keys(messageIds).filter(wasUnknown).length : 0;
      const seen = { counted, lateVersion: tally.lateVersion };
      if (await tallies.addLate(key, { batch: task.batch, claimId, messageIds, corrected, seen })) return;
    }
    throw new Error(`the tally of batch ${task.batch} of run ${task.run} changes all the time`);
  }
}
