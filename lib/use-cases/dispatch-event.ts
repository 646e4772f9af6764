import type { Lane } from "../domain/job.ts";
import type { JobNames } from "../domain/trace.ts";
import type { ShareEvent } from "./open-share.ts";

/** What dispatch did or found; an operator reads these. */
export type DispatchEvent =
  | Readonly<{
      event: "dispatch-run";
      account: string;
      jobs: number;
      queued: number;
      room: number;
      held: boolean;
      /** Messages of the last window, and how many there may be now. */
      used: number;
      capacity: number;
      /** Shares whose tasks are on the queue. */
      shares: number;
      /** Receivers that are not counted yet, and how long they take at this capacity. */
      waiting: number;
      secondsLeft: number;
      /** By lane: for how long the oldest task that is not done has been queued. Of a lane without tasks: absent. */
      oldestMs: Partial<Record<Lane, number>>;
    }>
  /** Where it could not be read nobody knows its run. */
  | (Pick<JobNames, "job"> & Partial<JobNames> & Readonly<{ event: "job-failed"; error: unknown }>)
  | ShareEvent;
