import { checkAtMs, type Job, tallyOf } from "../domain/job.ts";
import { countOf } from "../domain/outcome.ts";
import { type ParkedTasks, type SteerStore, unpark } from "./control-job.ts";
import type { BatchRow, ResultReader } from "./query-jobs.ts";
import type { Tallies, TaskQueue } from "./record-attempt.ts";

/** Jobs that somebody has to look at, by when. */
export interface DueJobs {
  /** Ids of jobs due until `untilMs`, the longest due first. */
  due(untilMs: number, limit: number): Promise<string[]>;
  /** Nobody is to expect anything of this intake any more. False: it ended, or somebody took it over since. */
  abandon(job: Job): Promise<boolean>;
  /** Look at this job again at `atMs`; `undefined`: never, it needs nobody. */
  lookAgain(id: string, atMs: number | undefined): Promise<void>;
}

/** What the sweeper did or found; an operator reads these. */
export type SweepEvent =
  | Readonly<{ event: "started" | "intake-died" | "finished"; job: string }>
  | Readonly<{ event: "unparked"; job: string; batches: number }>
  | Readonly<{ event: "stuck"; job: string; pending: number; claimsRunOut: readonly string[] }>;

export type Sweeping = Readonly<{
  jobs: DueJobs & SteerStore;
  results: Pick<ResultReader, "batches">;
  tallies: Tallies;
  parked: ParkedTasks;
  queue: TaskQueue;
  now: () => number;
  report: (event: SweepEvent) => void;
}>;

/** The sweeper runs once a minute: jobs due before its next run are started now, their messages delayed. */
const AHEAD_MS = 60_000;
/** Jobs to one run; the rest is longer due at the next. */
const JOBS_PER_RUN = 100;
const ROWS_PER_PAGE = 60;
/** A job that has stopped moving is looked at this often. */
const STUCK_AGAIN_MS = 60 * 60_000;

/**
 * Look after jobs nobody else looks after: start those whose time has come, repair what a worker that died left half
 * done, name what cannot be repaired. Running it twice changes nothing more.
 */
export function makeSweep({ jobs, results, tallies, parked, queue, now, report }: Sweeping) {
  return async function sweep(): Promise<void> {
    const failures: unknown[] = [];
    for (const id of await jobs.due(now() + AHEAD_MS, JOBS_PER_RUN)) {
      await lookAfter(id).catch((error: unknown) => failures.push(error)); // the next one's time has come too
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
  };

  async function lookAfter(id: string): Promise<void> {
    const job = await jobs.job(id);
    if (job) await look(job);
  }

  async function look(job: Job): Promise<void> {
    switch (job.state) {
      case "scheduled":
        return start(job);
      case "accepting":
        return now() <= job.acceptingUntilMs ? undefined : abandon(job);
      case "running":
      case "canceled":
        return repair(job);
      default:
        return jobs.lookAgain(job.id, undefined);
    }
  }

  async function start(job: Job): Promise<void> {
    if (!(await jobs.move(job.id, ["scheduled"], "running"))) return;
    report({ event: "started", job: job.id });
    const delaySeconds = Math.max(0, Math.ceil(((job.notBeforeMs ?? 0) - now()) / 1000));
    await unpark({ parked, queue }, job.id, job.lane, delaySeconds);
    await jobs.lookAgain(job.id, checkAtMs(job, now()));
  }

  /** Nothing was sent, nor will be; the same request under the same key may still resume it. */
  async function abandon(job: Job): Promise<void> {
    if (await jobs.abandon(job)) report({ event: "intake-died", job: job.id });
  }

  async function repair(job: Job): Promise<void> {
    const batches = await unpark({ parked, queue }, job.id, job.lane, 0);
    if (batches > 0) report({ event: "unparked", job: job.id, batches });
    const claimsRunOut = await countAgain(job);
    const pending = job.receivers - countOf(await tallies.read(job));
    if (pending === 0) {
      await tallies.finish(job);
      report({ event: "finished", job: job.id });
      return jobs.lookAgain(job.id, undefined);
    }
    const byMs = checkAtMs(job, job.movedAtMs ?? job.createdAtMs); // what was paused for a week has its time still
    if (now() <= byMs) return jobs.lookAgain(job.id, byMs);
    // What is left waits on the queue or in the dead-letter queue: only there its receivers are named.
    report({ event: "stuck", job: job.id, pending, claimsRunOut });
    await jobs.lookAgain(job.id, now() + STUCK_AGAIN_MS);
  }

  /** Count every batch's last change again, which does nothing where it was counted. Returns batches with a dead claim. */
  async function countAgain(job: Job): Promise<string[]> {
    const claimsRunOut: string[] = [];
    let from: string | undefined;
    do {
      const page = await results.batches(job.id, {
        onlyFailures: false,
        limit: ROWS_PER_PAGE,
        ...(from !== undefined && { from }),
      });
      for (const row of page.rows) {
        for (const change of [row.change, row.laterChange]) {
          if (change) await tallies.add(job, tallyOf(row.n), change);
        }
        if (claimRanOut(row, now())) claimsRunOut.push(row.first);
      }
      from = page.next;
    } while (from !== undefined);
    return claimsRunOut;
  }
}

const claimRanOut = ({ claim }: BatchRow, nowMs: number): boolean => claim !== undefined && claim.untilMs < nowMs;
