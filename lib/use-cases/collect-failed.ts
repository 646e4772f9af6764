import { resultsOf } from "../domain/batch-rows.ts";
import { isOneBatch, type Job, type RetrySource } from "../domain/job.ts";
import { type Counts, countsOf, NO_COUNTS, type Outcome } from "../domain/outcome.ts";
import type { Receivers } from "../domain/receivers.ts";
import { totalOf } from "../domain/tally.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Tallies } from "../ports/tallies.ts";
import { type FailedOutcomesPorts, makeFailedOutcomes } from "./failed-outcomes.ts";
import { makeListOutcomes } from "./list-outcomes.ts";
import type { ReadList } from "./read-list.ts";

export type CollectFailedPorts = FailedOutcomesPorts &
  Readonly<{ rows: Pick<BatchRowStore, "read">; tallies: Tallies; readList: ReadList }>;

/** The receivers of a retry, or how many there will be. */
export type RetryReceivers = Readonly<{ receivers: Receivers }> | Readonly<{ expected: number }>;

export type CollectFailed = ReturnType<typeof makeCollectFailed>;

const PER_PAGE = 1_000;

/** Whom a retry of an ended job goes to: its failed receivers, and those whose outcome is unknown if asked for. */
export function makeCollectFailed(ports: CollectFailedPorts) {
  const { rows, tallies, readList } = ports;
  const failedOutcomes = makeFailedOutcomes(ports);
  const listOutcomes = makeListOutcomes(ports);
  return { count, collect };

  /** How many there are, by the counts. */
  async function count(job: Job, include: RetrySource["include"]): Promise<number> {
    const { failed, unknown } = await countsOfJob(job);
    return failed + (include.includes("unknown") ? unknown : 0);
  }

  async function countsOfJob(job: Job): Promise<Counts> {
    if (!isOneBatch(job)) return totalOf((await tallies.all(job.run)).values());
    const list = (await readList.batches(job, [[0, 1]])).get(0)?.split(",") ?? [];
    const [found] = await rows.read(job.run, list.slice(0, 1));
    return found ? countsOf(list, resultsOf(found), found.retry.late) : NO_COUNTS;
  }

  /** All of them, ascending. @param job has ended */
  async function collect(job: Job, include: RetrySource["include"]): Promise<Receivers> {
    const ids: bigint[] = [];
    const take = (outcomes: readonly Outcome[]): void => {
      for (const { userId, status } of outcomes) {
        if (status === "failed" || (status === "unknown" && include.includes("unknown"))) ids.push(BigInt(userId));
      }
    };
    if (isOneBatch(job)) take((await listOutcomes(job, { limit: PER_PAGE })).outcomes);
    for (let from: number | undefined = isOneBatch(job) ? undefined : 0; from !== undefined; ) {
      const page = await failedOutcomes(job, from);
      take(page.outcomes);
      from = page.nextBatch;
    }
    return BigUint64Array.from(ids);
  }
}
