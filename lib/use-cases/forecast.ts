import { TooLate } from "../domain/errors.ts";
import { forecastOf, stoppedBy, whyLate } from "../domain/forecast.ts";
import type { EstimateLimits, Job } from "../domain/job.ts";
import { sends } from "../domain/job-state.ts";
import type { Clock } from "../ports/clock.ts";
import type { DueJobs } from "../ports/due-jobs.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import { inParallel } from "./in-parallel.ts";
import type { CreateJobSettings } from "./plan-job.ts";
import { readLimits } from "./plan-job.ts";

export type ForecastPorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  due: DueJobs;
  quota: QuotaReader;
  clock: Clock;
  settings: Pick<CreateJobSettings, "cutOf">;
  /** The limits that hold for an account. Absent: those of the settings. */
  limitsOf?: (account: string) => Promise<EstimateLimits>;
}>;

/** Jobs that are looked at: as many as one dispatch run looks after. */
const MOST_JOBS = 2_000;
const AT_ONCE = 16;

/**
 * Hold a job that is to be made against its ExpiresAt.
 *
 * @returns a function that throws {@link TooLate}: with the estimate, if the job could not end before; without, while a person
 *   has to do something before anything is sent
 */
export function makeAssertInTime(ports: ForecastPorts): (job: Job) => Promise<void> {
  const { jobs, due, quota, clock } = ports;
  const limitsOf = readLimits(ports);

  return async function assertInTime(job) {
    const nowMs = clock.now();
    const { account } = job;
    const [usage, limits, others] = await Promise.all([quota.usage(account), limitsOf(account), othersOf(job, nowMs)]);
    const stopped = stoppedBy(usage);
    if (stopped) throw new TooLate(whyLate(job.expiresAtMs, stopped, usage));
    const forecast = forecastOf(job, { nowMs, others, usage, limits });
    if (forecast.endsAtMs > job.expiresAtMs) throw new TooLate(whyLate(job.expiresAtMs, forecast, usage), forecast);
  };

  /** A job that runs is due all the time. */
  async function othersOf({ account, lane }: Job, nowMs: number): Promise<Job[]> {
    if (lane === "express") return [];
    const ids = (await due.due("bulk", nowMs, MOST_JOBS)).filter((one) => one.account === account);
    const found = await inParallel(AT_ONCE, ids, ({ id }) => jobs.find(id));
    return found.flatMap((one) => (one && sends(one.state) ? [one] : []));
  }
}
