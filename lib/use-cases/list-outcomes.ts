import { NO_ROWS, resultsOf } from "../domain/batch-rows.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import { impliedBy } from "../domain/job-state.ts";
import { batchOf } from "../domain/manifest.ts";
import { type Outcome, type OutcomeStatus, outcomesIn } from "../domain/outcome.ts";
import { BATCHES_PER_TALLY, isFull, NO_TALLY, type Tally, tallyOf } from "../domain/tally.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Tallies } from "../ports/tallies.ts";
import { type FailedOutcomesPorts, makeFailedOutcomes } from "./failed-outcomes.ts";
import type { ReadList } from "./read-list.ts";

/** What of a job's outcomes is asked for. `after`: only receivers above this id. */
export type OutcomePage = Readonly<{ status?: OutcomeStatus; code?: string; limit: number; after?: string }>;

/** `next`: the `after` of the next page, absent at the end. A page may be short, or empty, although there is a next one. */
export type Outcomes = Readonly<{ outcomes: readonly Outcome[]; next?: string }>;

export type ListOutcomesPorts = FailedOutcomesPorts &
  Readonly<{
    rows: Pick<BatchRowStore, "read">;
    tallies: Pick<Tallies, "read">;
    readList: ReadList;
  }>;

/** Batches read together. */
const AT_ONCE = 10;
/** Batches one request reads at the most beyond what it needs for its limit: 0.6 MB of rows. */
const MOST_BATCHES = 40;
/** Tallies of finished batches that one request skips at most. */
const MOST_TALLIES = 100;

/** A job's outcomes in ascending order of receivers, of one status or of all. Every request reads a bounded amount. */
export function makeListOutcomes(ports: ListOutcomesPorts): (job: Job, page: OutcomePage) => Promise<Outcomes> {
  const { rows, tallies, readList } = ports;
  const failedOutcomes = makeFailedOutcomes(ports);

  return async function listOutcomes(job, page) {
    const manifest = await readList.manifest(job);
    if (manifest.length === 0) return { outcomes: [] }; // its list is still to be imported
    // The batch that the next id above it would be in: a page that ended with its batch begins with the one behind.
    const from = page.after === undefined ? 0 : (batchOf(manifest, BigInt(page.after) + 1n) ?? 0);
    const onlyFailures = page.status === "failed" || page.status === "unknown";
    if (onlyFailures && !isOneBatch(job)) return listFailures(job, page, from);
    return listAll(job, page, from);
  };

  async function listFailures(job: Job, page: OutcomePage, from: number): Promise<Outcomes> {
    const found: Outcome[] = [];
    const { outcomes, nextBatch } = await failedOutcomes(job, from);
    for (const one of outcomes) {
      if (!isWanted(one, page)) continue;
      if (found.length === page.limit) return { outcomes: found, next: found.at(-1)?.userId ?? "0" };
      found.push(one);
    }
    if (nextBatch === undefined || nextBatch >= job.batches) return { outcomes: found };
    const first = (await readList.manifest(job))[nextBatch];
    return { outcomes: found, next: String((first ?? 1n) - 1n) };
  }

  async function listAll(job: Job, page: OutcomePage, from: number): Promise<Outcomes> {
    const found: Outcome[] = [];
    const mostBatches = Math.max(MOST_BATCHES, Math.ceil(page.limit / job.batchSize) + 1);
    let next = from;
    for (let read = 0; read < mostBatches; read += AT_ONCE) {
      if (read === 0 || next % BATCHES_PER_TALLY === 0) next = await passOverFinished(job, page, next);
      const upTo = Math.min(next + AT_ONCE, job.batches, (tallyOf(next) + 1) * BATCHES_PER_TALLY);
      const batches = Array.from({ length: upTo - next }, (_, i) => next + i);
      if (batches.length === 0) return { outcomes: found };
      for (const outcome of await readOutcomes(job, batches)) {
        if (!isWanted(outcome, page)) continue;
        if (found.length === page.limit) return { outcomes: found, next: found.at(-1)?.userId ?? "0" };
        found.push(outcome);
      }
      next += batches.length;
      if (found.length === page.limit) break; // a page of whole batches reads none for nothing
    }
    if (next >= job.batches) return { outcomes: found };
    const first = (await readList.manifest(job))[next];
    return { outcomes: found, next: String((first ?? 1n) - 1n) };
  }

  /** Nobody is pending in a counted batch: full tallies are skipped without reading a row. */
  async function passOverFinished(job: Job, { status }: OutcomePage, from: number): Promise<number> {
    if (status !== "pending" || isOneBatch(job)) return from;
    const first = tallyOf(from);
    const numbers = Array.from(
      { length: Math.min(MOST_TALLIES, tallyOf(job.batches - 1) - first + 1) },
      (_, i) => first + i,
    );
    const found = await tallies.read(job.run, numbers);
    const unfinished = found.findIndex((tally, i) => !isFull(tally, job.batches, first + i));
    if (unfinished === 0) return from;
    return unfinished === -1
      ? Math.min(job.batches, (first + numbers.length) * BATCHES_PER_TALLY)
      : (first + unfinished) * BATCHES_PER_TALLY;
  }

  /** The outcomes of some batches in a row: what is recorded, or else what the job's state, read before, implies. */
  async function readOutcomes(job: Job, batches: readonly number[]): Promise<Outcome[]> {
    const [from = 0] = batches;
    const lists = await readList.batches(job, [[from, from + batches.length]]);
    const texts = batches.map((n) => lists.get(n) ?? "");
    const begun = batches.filter((n) => n < job.cursor); // nothing is recorded of the others
    const numbers = isOneBatch(job) ? [] : [...new Set(begun.map(tallyOf))];
    const read = await tallies.read(job.run, numbers);
    const byNumber = new Map<number, Tally>(numbers.map((n, i) => [n, read[i] ?? NO_TALLY]));
    const found = await rows.read(
      job.run,
      texts.slice(0, begun.length).map((text) => text.split(",", 1)[0] ?? ""),
    );
    const implied = impliedBy(job.state);
    return texts.flatMap((text, i) => {
      const batch = found[i] ?? NO_ROWS;
      const results = resultsOf(batch);
      const late = isOneBatch(job) ? batch.retry.late : (byNumber.get(tallyOf(from + i))?.late ?? {});
      return text.split(",").map(outcomesIn(results, late, implied));
    });
  }
}

function isWanted({ userId, status, code }: Outcome, page: OutcomePage): boolean {
  if (page.after !== undefined && BigInt(userId) <= BigInt(page.after)) return false;
  if (page.status !== undefined && status !== page.status) return false;
  return page.code === undefined || code === page.code;
}
