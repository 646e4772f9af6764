import type { Lane } from "../domain/job.ts";

export type DueJob = Readonly<{ id: string; account: string }>;

/** Jobs that dispatch has to look at. An index: it may trail the items by seconds. */
export interface DueJobs {
  /** Jobs due until `untilMs`, the longest due first; at most `limit`. */
  due(lane: Lane, untilMs: number, limit: number): Promise<DueJob[]>;
}
