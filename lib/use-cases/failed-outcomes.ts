import { resultsOf } from "../domain/batch-rows.ts";
import type { Job } from "../domain/job.ts";
import { hasEnded, impliedBy } from "../domain/job-state.ts";
import { batchOf } from "../domain/manifest.ts";
import type { LateAnswers, Outcome } from "../domain/outcome.ts";
import { outcomesIn } from "../domain/outcome.ts";
import type { Receivers } from "../domain/receivers.ts";
import { BATCHES_PER_TALLY, type Tally, tallyOf } from "../domain/tally.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { FailedBatches } from "../ports/failed-batches.ts";
import type { Tallies } from "../ports/tallies.ts";
import type { ReadList } from "./read-list.ts";

export type FailedOutcomesPorts = Readonly<{
  rows: Pick<BatchRowStore, "read">;
  tallies: Pick<Tallies, "read">;
  failed: FailedBatches;
  readList: Pick<ReadList, "manifest">;
}>;

/** Failed and unknown receivers of some batches, ascending, and where to go on. */
export type FailedPage = Readonly<{ outcomes: readonly Outcome[]; nextBatch?: number }>;

/** Batches to a page while the job runs: a third of a megabyte. */
const BATCHES_PER_PAGE = 20;
/** Tallies looked at for one page: the ones without failures cost nothing more. */
const TALLIES_PER_PAGE = 50;

/**
 * The receivers of a job of several batches that are `failed` or `unknown`, read from the index of failures.
 *
 * While the job runs the index may trail by seconds. Once it has ended the tallies say how many there are: where the index
 * gives fewer, all batches of that tally are read.
 *
 * @returns a function of the job and the batch to begin with; each page reads a bounded amount
 */
export function makeFailedOutcomes({ rows, tallies, failed, readList }: FailedOutcomesPorts) {
  return async function failedOutcomes(job: Job, fromBatch: number): Promise<FailedPage> {
    const manifest = await readList.manifest(job);
    if (!hasEnded(job.state)) return whileRunning(job, manifest, fromBatch);
    return whenEnded(job, manifest, fromBatch);
  };

  async function whileRunning(job: Job, manifest: Receivers, fromBatch: number): Promise<FailedPage> {
    const from = manifest[fromBatch];
    if (from === undefined) return { outcomes: [] };
    const firsts = await failed.list(job.run, { from: String(from) }, BATCHES_PER_PAGE);
    const batches = firsts.map((first) => batchOf(manifest, BigInt(first)) ?? 0);
    const numbers = [...new Set(batches.map(tallyOf))];
    const found = await tallies.read(job.run, numbers);
    const late = Object.assign({}, ...found.map((tally) => tally.late));
    const outcomes = await readOutcomes(job, firsts, late);
    const last = batches.at(-1);
    return firsts.length < BATCHES_PER_PAGE || last === undefined ? { outcomes } : { outcomes, nextBatch: last + 1 };
  }

  /** The first tally from here on that counts failures. */
  async function whenEnded(job: Job, manifest: Receivers, fromBatch: number): Promise<FailedPage> {
    const last = tallyOf(job.batches - 1);
    const first = tallyOf(fromBatch);
    const numbers = Array.from({ length: Math.min(TALLIES_PER_PAGE, last - first + 1) }, (_, i) => first + i);
    const found = await tallies.read(job.run, numbers);
    for (const [i, tally] of found.entries()) {
      const n = first + i;
      if (tally.counts.failed + tally.counts.unknown === 0) continue;
      const outcomes = await ofTally(job, manifest, n, tally);
      return n < last ? { outcomes, nextBatch: (n + 1) * BATCHES_PER_TALLY } : { outcomes };
    }
    const next = first + numbers.length;
    return next <= last ? { outcomes: [], nextBatch: next * BATCHES_PER_TALLY } : { outcomes: [] };
  }

  async function ofTally(job: Job, manifest: Receivers, n: number, { counts, late }: Tally): Promise<Outcome[]> {
    const [from, to] = [n * BATCHES_PER_TALLY, (n + 1) * BATCHES_PER_TALLY];
    const range = {
      from: String(manifest[from] ?? 0),
      ...(manifest[to] !== undefined && { to: String(manifest[to]) }),
    };
    const indexed = await readOutcomes(job, await failed.list(job.run, range, BATCHES_PER_TALLY), late);
    if (indexed.length === counts.failed + counts.unknown) return indexed;
    return readOutcomes(job, [...manifest.subarray(from, to)].map(String), late);
  }

  async function readOutcomes(job: Job, firsts: readonly string[], late: LateAnswers): Promise<Outcome[]> {
    const implied = impliedBy(job.state);
    const found = await rows.read(job.run, firsts);
    return found.flatMap((batch) => {
      const results = resultsOf(batch);
      const ids = new Set(
        results.flatMap(({ failed: refused, unknown }) => [...Object.keys(refused), ...Object.keys(unknown)]),
      );
      const sorted = [...ids].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
      return sorted
        .map(outcomesIn(results, late, implied))
        .filter(({ status }) => status === "failed" || status === "unknown");
    });
  }
}
