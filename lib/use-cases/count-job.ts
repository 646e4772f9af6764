import { PARTS } from "../domain/attempt-result.ts";
import { resultsOf } from "../domain/batch-rows.ts";
import { ListDamaged } from "../domain/errors.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import { hasEnded } from "../domain/job-state.ts";
import { type Counts, countOf, countsOf, type JobCounts, NO_COUNTS, plus } from "../domain/outcome.ts";
import { numbersIn } from "../domain/ranges.ts";
import { batchesInShares } from "../domain/shares.ts";
import { tallyOf, totalOf } from "../domain/tally.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Tallies } from "../ports/tallies.ts";
import type { ReadList } from "./read-list.ts";

export type CountJobPorts = Readonly<{
  rows: Pick<BatchRowStore, "read">;
  tallies: Pick<Tallies, "all">;
  readList: Pick<ReadList, "manifest">;
}>;

/**
 * Batches in shares whose rows are read for exact counts. Ten times what the default quota has queued; a job that has more
 * is counted by its tallies alone, so that its unfinished batches are pending until they are finished.
 */
const MOST_OPEN_BATCHES = 500;

/**
 * Count the outcomes of a job, exactly: what is recorded, and for everybody else what the job's state implies. Where the
 * list is damaged nobody can name the rows of open batches: they are pending until it is whole again.
 */
export function makeCountJob({ rows, tallies, readList }: CountJobPorts): (job: Job) => Promise<JobCounts> {
  return async function countJob(job) {
    const counts = await recorded(job);
    const rest = job.receivers - countOf(counts);
    const ended = hasEnded(job.state);
    return { ...counts, pending: ended ? 0 : rest, canceled: ended ? rest : 0 };
  };

  async function recorded(job: Job): Promise<Counts> {
    if (job.cursor === 0) return NO_COUNTS;
    if (isOneBatch(job)) return countRows(job, [[0, 1]], () => undefined);
    const all = await tallies.all(job.run);
    const counted = totalOf(all.values());
    if (hasEnded(job.state)) return counted;
    const isCounted = (n: number) => all.get(tallyOf(n))?.counted.has(n) ?? false;
    const open = [...numbersIn(batchesInShares(job.shares))].filter((n) => !isCounted(n));
    if (open.length === 0 || open.length > MOST_OPEN_BATCHES) return counted;
    const ranges = open.map((n) => [n, n + 1] as const);
    try {
      return plus(counted, await countRows(job, ranges, (n) => all.get(tallyOf(n))?.late));
    } catch (error) {
      if (error instanceof ListDamaged) return counted;
      throw error;
    }
  }

  /** What is recorded of batches that are not counted yet. */
  async function countRows(
    job: Job,
    ranges: readonly (readonly [number, number])[],
    lateOf: (batch: number) => Readonly<Record<string, string>> | undefined,
  ): Promise<Counts> {
    const manifest = await readList.manifest(job);
    const batches = [...numbersIn(ranges)];
    const read = await rows.read(
      job.run,
      batches.map((n) => String(manifest[n] ?? 0)),
    );
    return read.reduce((sum, batch, i) => {
      const results = resultsOf(batch);
      if (results.length === 0) return sum;
      // Everybody whom any result names: an unclear attempt may have been answered late.
      const ids = results.flatMap((result) => PARTS.flatMap((part) => Object.keys(result[part])));
      return plus(sum, countsOf([...new Set(ids)], results, lateOf(batches[i] ?? 0) ?? batch.retry.late));
    }, NO_COUNTS);
  }
}
