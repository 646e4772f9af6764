import { TooLate } from "../domain/errors.ts";
import { forecastOf } from "../domain/forecast.ts";
import type { Job } from "../domain/job.ts";
import { sends } from "../domain/job-state.ts";
import type { Clock } from "../ports/clock.ts";
import type { DueJobs } from "../ports/due-jobs.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import { inParallel } from "./in-parallel.ts";

export type ForecastPorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  due: DueJobs;
  quota: QuotaReader;
  clock: Clock;
  settings: Readonly<{ quota: Readonly<{ windowMs: number; marginMs: number }> }>;
}>;

/** Jobs that are looked at: as many as one dispatch run looks after. */
const MOST_JOBS = 2_000;
const AT_ONCE = 16;

/**
 * Hold a job that is to be made against its ExpiresAt.
 *
 * @returns a function that throws {@link TooLate} with the estimate, if the job could not end before
 */
export function makeAssertInTime({ jobs, due, quota, clock, settings }: ForecastPorts): (job: Job) => Promise<void> {
  return async function assertInTime(job) {
    const nowMs = clock.now();
    const [usage, others] = await Promise.all([quota.usage(job.account), othersOf(job, nowMs)]);
    const { endsAtMs, seconds } = forecastOf(job, { nowMs, others, usage, window: settings.quota });
    if (endsAtMs > job.expiresAtMs) throw new TooLate(job.expiresAtMs, { endsAtMs, seconds });
  };

  /** A job that runs is due all the time. */
  async function othersOf({ account, lane }: Job, nowMs: number): Promise<Job[]> {
    if (lane === "express") return [];
    const ids = (await due.due("bulk", nowMs, MOST_JOBS)).filter((one) => one.account === account);
    const found = await inParallel(AT_ONCE, ids, ({ id }) => jobs.find(id));
    return found.flatMap((one) => (one && sends(one.state) ? [one] : []));
  }
}
