import { estimateSeconds, isOneBatch, type Job, type Lane } from "../domain/job.ts";
import { sends } from "../domain/job-state.ts";
import { countOf } from "../domain/outcome.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import type { Usage } from "../domain/quota/usage.ts";
import { totalOf } from "../domain/tally.ts";
import type { Clock } from "../ports/clock.ts";
import type { DueJobs } from "../ports/due-jobs.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Tallies } from "../ports/tallies.ts";
import { inParallel } from "./in-parallel.ts";

export type CountWaitingPorts = Readonly<{
  due: DueJobs;
  jobs: Pick<JobStore, "find">;
  tallies: Pick<Tallies, "all">;
  clock: Clock;
  shareAgeMs: number;
}>;

/** What of a lane runs and is not done. `isPart`: there are more jobs than are looked at. `endsAtMs`: unless it is paused. */
export type Waiting = Readonly<{ jobs: number; receivers: number; isPart: boolean; endsAtMs?: number }>;

/** Jobs of one lane that are looked at, those of other accounts included. */
const MOST_JOBS = 100;
const AT_ONCE = 16;

/**
 * What waits for an account's quota, lane by lane, and when it has been sent if nothing else comes: express goes first. A
 * batch counts until it is finished. The index of running jobs may trail by seconds.
 */
export function makeCountWaiting({ due, jobs, tallies, clock, shareAgeMs }: CountWaitingPorts) {
  return async function countWaiting(
    account: string,
    policy: QuotaPolicy,
    usage: Usage,
  ): Promise<Readonly<Record<Lane, Waiting>>> {
    const [express, bulk] = await Promise.all([lane("express", account), lane("bulk", account)]);
    const { pausedAtMs, heldUntilMs = 0, capacity } = usage;
    const fromMs = Math.max(clock.now(), heldUntilMs);
    const limits = { ...policy, messages: capacity };
    const ends = (receivers: number) =>
      receivers === 0 || pausedAtMs !== undefined
        ? {}
        : { endsAtMs: fromMs + 1_000 * estimateSeconds(receivers, limits, { batches: 1 }) };
    return {
      express: { ...express, ...ends(express.receivers) },
      bulk: { ...bulk, ...(bulk.receivers > 0 && ends(express.receivers + bulk.receivers)) },
    };
  };

  async function lane(name: Lane, account: string): Promise<Waiting> {
    // A running express job is due when its share is old, a bulk job at any time.
    const found = await due.due(name, clock.now() + shareAgeMs, MOST_JOBS);
    const mine = found.filter((one) => one.account === account);
    const left = await inParallel(AT_ONCE, mine, async ({ id }) => {
      const job = await jobs.find(id);
      return job && sends(job.state) ? waitingOf(job) : 0;
    });
    const waiting = left.filter((receivers) => receivers > 0);
    const receivers = waiting.reduce((sum, one) => sum + one, 0);
    return { jobs: waiting.length, receivers, isPart: found.length >= MOST_JOBS };
  }

  async function waitingOf(job: Job): Promise<number> {
    if (isOneBatch(job) || job.cursor === 0) return job.receivers;
    return job.receivers - countOf(totalOf((await tallies.all(job.run)).values()));
  }
}
