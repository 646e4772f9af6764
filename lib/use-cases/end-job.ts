import { makeResult, WORKER_LOST } from "../domain/attempt-result.ts";
import { openClaim, resultsOf, rowForNextClaim } from "../domain/batch-rows.ts";
import { ListDamaged } from "../domain/errors.ts";
import { isOneBatch, type Job, withEntry } from "../domain/job.ts";
import { countOf, countsOf, own } from "../domain/outcome.ts";
import { numbersIn, type Ranges } from "../domain/ranges.ts";
import { remaining } from "../domain/remaining.ts";
import { batchesInShares } from "../domain/shares.ts";
import { tallyOf, totalOf } from "../domain/tally.ts";
import type { JobStore } from "../ports/job-store.ts";
import { type CountPorts, makeCountBatch } from "./count-batch.ts";
import type { ReadList } from "./read-list.ts";
import { type Batch, makeRecordAttempt, type RecordPorts, rowKey } from "./record-attempt.ts";

export type EndJobPorts = RecordPorts &
  CountPorts &
  Readonly<{ jobs: JobStore; readList: Pick<ReadList, "batches" | "manifest"> }>;

/** How often a batch is read again: the last workers may still write its rows. */
const TRIES = 6;

/**
 * End a job that is `canceling` or `expiring`: of the few batches in shares, record dead claims as `unknown`, likewise
 * whoever may have got an earlier attempt; count them as they are; then write the end state with the number of everybody
 * else, who is `canceled`.
 *
 * @returns a function that is safe to repeat; it does not end the job while a claim is live
 */
export function makeEndJob(ports: EndJobPorts): (job: Job) => Promise<void> {
  const { rows, tallies, jobs, clock, readList } = ports;
  const { resolve } = makeRecordAttempt(ports);
  const { countAsIs } = makeCountBatch(ports);

  return async function endJob(job) {
    const open = batchesInShares(job.shares);
    const lists = await readLists(job, open);
    for (const batch of lists ? numbersIn(open) : []) {
      const task = { run: job.run, batch, receivers: lists?.get(batch) ?? "" };
      if (!(await settle({ job, task }))) return;
    }
    const state = job.state === "canceling" ? "canceled" : "expired";
    const canceled = job.receivers - (await recorded(job, lists?.get(0)));
    const history = withEntry(job.history, { atMs: clock.now(), event: state, by: "volley" });
    await jobs.write(job, { state, canceled, shares: [], dueAtMs: undefined, endsAtMs: undefined, history });
  };

  /** Without its list nobody can name the rows of a batch, now or later: then the job ends by what is counted. */
  async function readLists(job: Job, open: Ranges): Promise<Map<number, string> | undefined> {
    try {
      return await readList.batches(job, open);
    } catch (error) {
      if (error instanceof ListDamaged) return undefined;
      throw error;
    }
  }

  /** @returns false: a claim is live, or the rows changed every time; the next run goes on */
  async function settle(batch: Batch): Promise<boolean> {
    const { job, task } = batch;
    const [first = ""] = task.receivers.split(",", 1);
    for (let tries = 0; tries < TRIES; tries++) {
      const [tally] = isOneBatch(job) ? [] : await tallies.read(job.run, [tallyOf(task.batch)]);
      if (tally?.counted.has(task.batch)) return true;
      const [found] = await rows.read(job.run, [first]);
      if (!found) return false;
      const claim = openClaim(found);
      if (claim) {
        if (clock.now() < claim.claim.untilMs) return false;
        await resolve(batch, { rows: found }, claim, true);
        continue;
      }
      const late = tally?.late ?? found.retry.late;
      const doubtful = remaining(task.receivers.split(","), found, late).filter(({ mayHaveArrived }) => mayHaveArrived);
      if (doubtful.length > 0) {
        const results = resultsOf(found);
        const whyOf = (userId: string) =>
          results.flatMap(({ unclear }) => own(unclear, userId) ?? []).at(-1) ?? WORKER_LOST;
        const unknown = Object.fromEntries(doubtful.map(({ userId }) => [userId, whyOf(userId)]));
        const on = rowForNextClaim(found);
        await rows.append(rowKey(batch, on), found[on], makeResult({ atMs: clock.now(), unknown }));
        continue;
      }
      if (isOneBatch(job) || resultsOf(found).length === 0) return true; // nothing to count
      return countAsIs(batch, { rows: found, late, lateVersion: tally?.lateVersion ?? 0 });
    }
    return false;
  }

  /** Receivers with a recorded outcome. */
  async function recorded(job: Job, list: string | undefined): Promise<number> {
    if (!isOneBatch(job)) return countOf(totalOf((await tallies.all(job.run)).values()));
    const receivers = list?.split(",") ?? [];
    const [found] = await rows.read(job.run, receivers.slice(0, 1));
    return found ? countOf(countsOf(receivers, resultsOf(found), found.retry.late)) : 0;
  }
}
