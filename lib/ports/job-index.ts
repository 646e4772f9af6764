import type { Job } from "../domain/job.ts";
import type { JobState } from "../domain/job-state.ts";

export type JobFilter = Readonly<{
  clientId: string;
  appId?: number;
  state?: JobState;
  label?: string;
  /** Each as `key:value`; a job has to have all of them. */
  tags?: readonly string[];
  limit: number;
  /** The `next` of an earlier page. */
  after?: string;
}>;

/** What a list of jobs shows. */
export type JobSummary = Pick<
  Job,
  "id" | "appId" | "state" | "lane" | "receivers" | "duplicatesDropped" | "batches" | "createdAtMs" | "label" | "tags"
>;

/** A client's jobs. An index: it may trail the items by seconds. */
export interface JobIndex {
  /**
   * Newest first. It reads a bounded number of items, so a page may hold fewer than `limit` although more follow: `next`
   * tells.
   */
  list(filter: JobFilter): Promise<{ jobs: JobSummary[]; next?: string }>;
}
