import { PARTS } from "../domain/attempt-result.ts";
import { resultsOf } from "../domain/batch-rows.ts";
import { assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { NotFound } from "../domain/errors.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import { hasEnded, impliedBy } from "../domain/job-state.ts";
import { batchOf } from "../domain/manifest.ts";
import type { Message } from "../domain/message.ts";
import { type Counts, countOf, countsOf, NO_COUNTS, type Outcome, outcomeOf, plus } from "../domain/outcome.ts";
import { numbersIn } from "../domain/ranges.ts";
import { batchesInShares } from "../domain/shares.ts";
import { tallyOf, totalOf } from "../domain/tally.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobFilter, JobIndex } from "../ports/job-index.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { ReportLinks } from "../ports/report-links.ts";
import type { Tallies } from "../ports/tallies.ts";
import { type ListOutcomesPorts, makeListOutcomes, type OutcomePage, type Outcomes } from "./list-outcomes.ts";

export type QueryPorts = ListOutcomesPorts &
  Readonly<{
    jobs: JobStore;
    index: JobIndex;
    messages: Pick<MessageStore, "read">;
    tallies: Tallies;
    links: ReportLinks;
    clock: Clock;
  }>;

/** Which jobs are asked for; those of another client need the scope `admin`. */
export type JobQuery = Omit<JobFilter, "clientId"> & Readonly<{ clientId?: string }>;

/** Exact counts: they add up to the job's receivers. */
export type JobCounts = Counts & Readonly<{ pending: number; canceled: number }>;

/** `reportLink`: a link to the report on the bad lines of its list. */
export type JobView = Readonly<{ job: Job; message: Message | undefined; counts: JobCounts; reportLink?: string }>;

/**
 * Batches in shares whose rows are read for exact counts. Ten times what the default quota has queued; a job that has more
 * is counted by its tallies alone, so that its unfinished batches are pending until they are finished.
 */
const MOST_OPEN_BATCHES = 500;

/**
 * Answers about jobs. The job is read first, then its rows: an outcome is what is recorded, or else what the job's state
 * implied at that moment.
 *
 * @throws {NotFound | Forbidden} from its functions
 */
export function makeQuery(ports: QueryPorts) {
  const { jobs, index, messages, rows, tallies, readList, links, clock } = ports;
  const listOutcomes = makeListOutcomes(ports);
  return { job, jobs: list, outcome, outcomes };

  async function find(caller: Caller, id: string): Promise<Job> {
    assertScope(caller, "read");
    return assertVisible(caller, id, await jobs.find(id), clock.now());
  }

  async function list(caller: Caller, filter: JobQuery): ReturnType<JobIndex["list"]> {
    assertScope(caller, "read");
    const { clientId = caller.clientId } = filter;
    if (clientId !== caller.clientId) assertScope(caller, "admin");
    return index.list({ ...filter, clientId });
  }

  async function job(caller: Caller, id: string): Promise<JobView> {
    const found = await find(caller, id);
    const [stored, counts] = await Promise.all([messages.read(found.run), countsFor(found)]);
    const rest = found.receivers - countOf(counts);
    const ended = hasEnded(found.state);
    const report = found.import?.report;
    return {
      ...(report !== undefined && { reportLink: await links.to(report, "bad-lines.ndjson") }),
      job: found,
      message: stored?.message,
      counts: { ...counts, pending: ended ? 0 : rest, canceled: ended ? rest : 0 },
    };
  }

  async function countsFor(found: Job): Promise<Counts> {
    if (found.cursor === 0) return NO_COUNTS;
    if (isOneBatch(found)) return countRows(found, [[0, 1]], () => undefined);
    const all = await tallies.all(found.run);
    const counted = totalOf(all.values());
    if (hasEnded(found.state)) return counted;
    const isCounted = (n: number) => all.get(tallyOf(n))?.counted.has(n) ?? false;
    const open = [...numbersIn(batchesInShares(found.shares))].filter((n) => !isCounted(n));
    if (open.length === 0 || open.length > MOST_OPEN_BATCHES) return counted;
    const ranges = open.map((n) => [n, n + 1] as const);
    return plus(counted, await countRows(found, ranges, (n) => all.get(tallyOf(n))?.late));
  }

  /** What is recorded of batches that are not counted yet. */
  async function countRows(
    found: Job,
    ranges: readonly (readonly [number, number])[],
    lateOf: (batch: number) => Readonly<Record<string, string>> | undefined,
  ): Promise<Counts> {
    const manifest = await readList.manifest(found);
    const batches = [...numbersIn(ranges)];
    const read = await rows.read(
      found.run,
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

  async function outcomes(caller: Caller, id: string, page: OutcomePage): Promise<Outcomes> {
    return listOutcomes(await find(caller, id), page);
  }

  /**
   * The outcome of one receiver: at most three reads and two ranged reads of the list.
   *
   * @param userId canonical decimal id
   * @throws {NotFound} if there is no such job, or the receiver is not in its list
   */
  async function outcome(caller: Caller, id: string, userId: string): Promise<Outcome> {
    const found = await find(caller, id);
    const batch = batchOf(await readList.manifest(found), BigInt(userId));
    const lists = batch === undefined ? undefined : await readList.batches(found, [[batch, batch + 1]]);
    const list = lists?.get(batch ?? 0)?.split(",") ?? [];
    if (batch === undefined || !list.includes(userId)) throw new NotFound(`receiver ${userId} is not in job ${id}`);
    const [row] = await rows.read(found.run, list.slice(0, 1));
    const [tally] = isOneBatch(found) ? [] : await tallies.read(found.run, [tallyOf(batch)]);
    return outcomeOf(userId, row ? resultsOf(row) : [], tally?.late ?? row?.retry.late ?? {}, impliedBy(found.state));
  }
}
