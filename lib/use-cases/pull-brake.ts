import { whyPause } from "../domain/failure-brake.ts";
import { isGone, isOneBatch, type Job, withEntry } from "../domain/job.ts";
import type { Counts } from "../domain/outcome.ts";
import { totalOf } from "../domain/tally.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Tallies } from "../ports/tallies.ts";

export type PullBrakePorts = Readonly<{ tallies: Pick<Tallies, "all">; jobs: JobStore; clock: Clock }>;

/** How often the write is tried: others may change the job at the same time. */
const TRIES = 6;

/**
 * Pause a job if too many of its receivers failed: by one conditional write, so that it never overwrites what somebody did to
 * the job, and what somebody did to it is judged first. The worker that counts a failure asks for it; should it die, dispatch
 * does.
 *
 * @returns a function that says whether the job was paused. @param known counts of the whole job, where they were read already
 */
export function makePullBrake({ tallies, jobs, clock }: PullBrakePorts) {
  return async function pullBrake(seen: Job, known?: Counts): Promise<boolean> {
    if (!seen.pauseAfterFailures || isOneBatch(seen)) return false; // a job of one batch has nobody left to spare
    const counts = known ?? totalOf((await tallies.all(seen.run)).values());
    let job: Job | undefined = seen;
    for (let tries = 0; tries < TRIES; tries++) {
      const nowMs = clock.now();
      if (!job || job.run !== seen.run || isGone(job, nowMs) || nowMs >= job.expiresAtMs) return false;
      const reason = whyPause(job, counts);
      if (reason === undefined) return false;
      const history = withEntry(job.history, { atMs: nowMs, event: "pause", by: "volley" });
      if (await jobs.write(job, { state: "paused", reason, dueAtMs: job.expiresAtMs, history })) return true;
      job = await jobs.find(seen.id);
    }
    return false;
  };
}
