import { pause } from "./retrying-fetch.ts";
import type { Call, Job, JobStatus } from "./types.ts";

export type WaitOptions = Call &
  Readonly<{
    /** What is waited for. Default: the job has ended. */
    until?: (job: Job) => boolean;
    /** How often the job is asked for. @default 1000 */
    everyMs?: number;
    /** Told of the job each time it is read; waited for. What it throws ends the wait. */
    onProgress?: (job: Job) => void | Promise<void>;
  }>;

const ENDED: ReadonlySet<JobStatus> = new Set(["done", "canceled", "expired", "rejected"]);

/** Nothing happens to the job any more. */
export const hasEnded = ({ Status }: Pick<Job, "Status">): boolean => ENDED.has(Status);

/** Read a job again and again until what is waited for holds. @throws the reason of `signal` */
export async function waitFor(
  read: () => Promise<Job>,
  { until = hasEnded, everyMs = 1_000, onProgress, signal }: WaitOptions,
): Promise<Job> {
  for (;;) {
    const job = await read();
    await onProgress?.(job);
    if (until(job)) return job;
    await pause(everyMs, signal);
  }
}
