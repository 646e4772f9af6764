import { type JobState, may } from "./job-state.ts";
import { type Counts, countOf } from "./outcome.ts";

/** Pause a job once `percent` or more of at least `of` counted receivers have failed. */
export type FailureBrake = Readonly<{
  /** 1 to 100. */
  percent: number;
  /** At least 1. */
  of: number;
}>;

/** What was counted when the job began, or went on: failures count anew from there. */
export type BrakeBase = Readonly<{ failed: number; counted: number }>;

export const baseOf = (counts: Counts): BrakeBase => ({ failed: counts.failed, counted: countOf(counts) });

type Braked = Readonly<{ state: JobState; pauseAfterFailures?: FailureBrake; brakeBase?: BrakeBase }>;

/**
 * Why a job has to pause, for a person. `undefined`: it may go on. Before dispatch has written where to count from, nothing of
 * it can be under way, so nothing is asked.
 *
 * @param counts of the whole job, as they were read
 */
export function whyPause(job: Braked, counts: Counts): string | undefined {
  const { pauseAfterFailures: brake, brakeBase: base } = job;
  if (!brake || !base || !may("pause", job.state)) return undefined;
  const failed = counts.failed - base.failed;
  const counted = countOf(counts) - base.counted;
  if (counted < brake.of || failed * 100 < brake.percent * counted) return undefined;
  return `${failed} of ${counted} receivers failed; PauseAfterFailures is ${brake.percent} percent of at least ${brake.of}`;
}
