import type { Job, JobChange } from "../domain/job.ts";

/** Job items. Every read is strongly consistent, every write conditional. */
export interface JobStore {
  /** The job, also one that is past its moment: the caller has to check. */
  find(id: string): Promise<Job | undefined>;
  /**
   * Write the job if none stands under its id, or only one that is gone at `nowMs`. The first wins: otherwise nothing is
   * changed.
   *
   * @returns `undefined` if it was written, also if that was told only by reading it again; else the job that stands there
   */
  create(job: Job, nowMs: number): Promise<Job | undefined>;
  /**
   * Change the job, on condition that run and version are still those of `job`. A write whose answer got lost is read
   * again: it counts as won if the item holds what was drawn for it.
   *
   * @returns the job as it stands now, its version one on; `undefined`: somebody else changed it first
   */
  write(job: Job, change: JobChange): Promise<Job | undefined>;
}
