import type { BatchState, CountedChange } from "../domain/batch-state.ts";
import { BadRequest } from "../domain/errors.ts";
import type { Job, JobState } from "../domain/job.ts";
import { type Counts, countOf, type Outcome, type OutcomeStatus, outcomeOf, outcomesOf } from "../domain/outcome.ts";

/** A batch as its readers need it: which piece of the job it is, and up to which receiver it answers. */
export type BatchRow = BatchState &
  Readonly<{
    n: number;
    first: string;
    last: string;
    /** As `change`, of its second and third attempt. */
    laterChange?: CountedChange;
  }>;

/** What answering questions needs of the results. */
export interface ResultReader {
  job(id: string): Promise<Job | undefined>;
  counts(jobId: string): Promise<Counts>;
  /** Newest first. `after` is the `next` of an earlier page. */
  jobs(filter: JobFilter): Promise<{ jobs: JobSummary[]; next?: string }>;
  /** The first receiver of every batch, ascending. */
  firsts(jobId: string): Promise<string[]>;
  /** The last batch written so far whose first receiver is not above `userId`. */
  batchAt(jobId: string, userId: string): Promise<BatchRow | undefined>;
  /** Batches from first receiver `from` on, ascending, at least one if there is any; `next` is where the rest begins. */
  batches(
    jobId: string,
    page: Readonly<{ from?: string; onlyFailures: boolean; limit: number }>,
  ): Promise<{ rows: BatchRow[]; next?: string }>;
}

export type JobFilter = Readonly<{ appId?: number; state?: JobState; limit: number; after?: string }>;

/** What a list of jobs shows. */
export type JobSummary = Readonly<{ appId: number }> &
  Pick<Job, "id" | "state" | "lane" | "receivers" | "duplicatesDropped" | "batches" | "createdAtMs">;

export type JobView = Readonly<{ job: Job; counts: Counts; pending: number }>;

/** Where a page of outcomes ended: in the batch that begins with `from`, at receiver `after`. */
export type OutcomePosition = Readonly<{ from: string; after: string }>;

export type OutcomePage = Readonly<{ outcomes: Outcome[]; next?: OutcomePosition }>;

/** Most outcomes a batch item holds, to know how many items a page may need. */
const PER_BATCH = 500;

export function makeAsk(results: ResultReader) {
  return { job, jobs: results.jobs, outcome, outcomes };

  /** @throws {BadRequest} 404 */
  async function job(id: string): Promise<JobView> {
    const [found, counts] = await Promise.all([results.job(id), results.counts(id)]);
    if (!found) throw noSuchJob(id);
    return { job: found, counts, pending: found.receivers - countOf(counts) };
  }

  /**
   * What became of one receiver: one read where its batch was tried, a second round where it was not yet.
   *
   * @param userId canonical decimal id
   * @returns `pending` also for an id that only might be in the job: before its batch is tried, the table knows the
   *   first receiver of every batch and not each of them
   * @throws {BadRequest} 404 if there is no such job, or the receiver was never in it
   */
  async function outcome(id: string, userId: string): Promise<Outcome> {
    const row = await results.batchAt(id, userId);
    const known = row && outcomeOf(userId, row.tries);
    if (known) return known;
    const [found, firsts] = await Promise.all([results.job(id), results.firsts(id)]);
    if (!found) throw noSuchJob(id);
    if (mayBePending(found, firsts, row, BigInt(userId))) return { userId, status: "pending" };
    throw new BadRequest(404, `receiver ${userId} is not in job ${id}`);
  }

  /** A page of outcomes in the order of receivers, of one status or of all. */
  async function outcomes(
    id: string,
    { status, limit, position }: { status?: OutcomeStatus; limit: number; position?: OutcomePosition },
  ): Promise<OutcomePage> {
    if (!(await results.job(id))) throw noSuchJob(id);
    const onlyFailures = status === "failed" || status === "unknown";
    const wanted: Outcome[] = [];
    let from = position?.from;
    do {
      const limitRows = Math.ceil((limit - wanted.length) / PER_BATCH) + 1;
      const page = await results.batches(id, {
        ...(from === undefined ? {} : { from }),
        onlyFailures,
        limit: limitRows,
      });
      for (const row of page.rows) {
        for (const one of outcomesOf(row.tries)) {
          if (row.first === position?.from && !isAfter(one.userId, position.after)) continue;
          if (status !== undefined && one.status !== status) continue;
          if (wanted.length === limit)
            return { outcomes: wanted, next: { from: row.first, after: wanted.at(-1)?.userId ?? "0" } };
          wanted.push(one);
        }
      }
      from = page.next;
    } while (from !== undefined);
    return { outcomes: wanted };
  }
}

/**
 * Whether a receiver without an outcome may still get one: it lies inside the list, and the batch it would be in has not
 * been tried whole.
 *
 * @param row the last batch written so far that begins at or before `id`
 */
function mayBePending(job: Job, firsts: readonly string[], row: BatchRow | undefined, id: bigint): boolean {
  if (job.state === "done" || id > BigInt(job.lastReceiver) || id < BigInt(firsts[0] ?? 0)) return false;
  const n = firsts.findLastIndex((first) => BigInt(first) <= id);
  if (row === undefined || row.n < n || row.tries.length === 0) return true; // its batch has no outcomes yet
  const size = Math.min(job.batchSize, job.receivers - n * job.batchSize);
  return id > BigInt(row.last) && row.covers < size; // split: the part it would be in may have no item yet
}

const isAfter = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

const noSuchJob = (id: string): BadRequest => new BadRequest(404, `there is no job ${id}`);
