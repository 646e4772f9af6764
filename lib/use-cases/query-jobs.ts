import { resultsOf } from "../domain/batch-rows.ts";
import { assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { NotFound } from "../domain/errors.ts";
import { isOneBatch, type Job } from "../domain/job.ts";
import { impliedBy } from "../domain/job-state.ts";
import { batchOf } from "../domain/manifest.ts";
import type { Message } from "../domain/message.ts";
import { type JobCounts, type Outcome, outcomeOf } from "../domain/outcome.ts";
import { tallyOf } from "../domain/tally.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobFilter, JobIndex } from "../ports/job-index.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { ReportLinks } from "../ports/report-links.ts";
import type { Tallies } from "../ports/tallies.ts";
import { makeCountJob } from "./count-job.ts";
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

/** `reportLink`: a link to the report on the bad lines of its list. */
export type JobView = Readonly<{ job: Job; message: Message | undefined; counts: JobCounts; reportLink?: string }>;

/**
 * Answers about jobs. The job is read first, then its rows: an outcome is what is recorded, or else what the job's state
 * implied at that moment.
 *
 * @throws {NotFound | Forbidden} from its functions
 */
export function makeQuery(ports: QueryPorts) {
  const { jobs, index, messages, rows, tallies, readList, links, clock } = ports;
  const listOutcomes = makeListOutcomes(ports);
  const countJob = makeCountJob(ports);
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
    const [stored, counts] = await Promise.all([messages.read(found.run), countJob(found)]);
    const report = found.import?.report;
    const link = report === undefined ? {} : { reportLink: await links.to(report, "bad-lines.ndjson") };
    return { job: found, message: stored?.message, counts, ...link };
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
