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

/** Some of the receivers, and the batch to go on with. */
export type RetryPage = Readonly<{ ids: Receivers; nextBatch: number }>;

export type CollectFailed = ReturnType<typeof makeCollectFailed>;

const PER_PAGE = 1_000;

/** Whom a retry of an ended job goes to: its failed receivers, and those whose outcome is unknown if asked for. */
export function makeCollectFailed(ports: CollectFailedPorts) {
  const { rows, tallies, readList } = ports;
  const failedOutcomes = makeFailedOutcomes(ports);
  const listOutcomes = makeListOutcomes(ports);
  return { count, collect, pages };

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
    const found: bigint[] = [];
    for await (const { ids } of pages(job, include, 0)) found.push(...ids);
    return BigUint64Array.from(found);
  }

  /**
   * A page after the other, each a bounded amount.
   *
   * @param fromBatch where to begin: the `nextBatch` of an earlier page
   */
  async function* pages(job: Job, include: RetrySource["include"], fromBatch: number): AsyncGenerator<RetryPage> {
    const idsOf = (outcomes: readonly Outcome[]): Receivers => {
      const wanted = outcomes.filter(
        ({ status }) => status === "failed" || (status === "unknown" && include.includes("unknown")),
      );
      return BigUint64Array.from(wanted, ({ userId }) => BigInt(userId));
    };
    if (isOneBatch(job)) {
      if (fromBatch === 0) yield { ids: idsOf((await listOutcomes(job, { limit: PER_PAGE })).outcomes), nextBatch: 1 };
      return;
    }
    for (let from: number | undefined = fromBatch; from !== undefined && from < job.batches; ) {
      const page = await failedOutcomes(job, from);
      yield { ids: idsOf(page.outcomes), nextBatch: page.nextBatch ?? job.batches };
      from = page.nextBatch;
    }
  }
}
