import { DISPATCH_AHEAD_MS, scheduledDueMs } from "./control.ts";
import type { Job, JobChange } from "./job.ts";
import { union } from "./ranges.ts";
import { isShut, startsAtMs } from "./send-window.ts";
import type { Reviewed } from "./shares.ts";

/** Its window is closed, and does not open before the next run either. */
export const isClosedNow = (job: Job, nowMs: number): boolean =>
  isShut(job, nowMs) && startsAtMs(job, nowMs) > nowMs + DISPATCH_AHEAD_MS;

/**
 * The window of a running job has closed, and no call of it can be on its way any more: it waits for the next opening as a
 * scheduled job waits for its time. Whatever was queued is owed, so that no task of today is valid tomorrow. `undefined`: it
 * goes on, or everything in it is counted already.
 *
 * @param graceMs how long after a job was stopped a call may still be on its way
 */
export function closing(
  job: Job,
  { queued, owed }: Reviewed,
  { nowMs, graceMs, drawId }: Readonly<{ nowMs: number; graceMs: number; drawId: () => string }>,
): JobChange | undefined {
  if (job.state !== "running" || !isClosedNow(job, nowMs) || !isShut(job, nowMs - graceMs)) return undefined;
  const left = union([...queued.map(({ batches }) => batches), owed]);
  if (left.length === 0 && job.cursor === job.batches) return undefined;
  return {
    state: "scheduled",
    shares: left.length > 0 ? [{ id: drawId(), batches: left }] : [],
    dueAtMs: scheduledDueMs(startsAtMs(job, nowMs), job.expiresAtMs),
  };
}

/**
 * When a job goes on that its window holds back, epoch ms. `undefined`: its window is open, it has none, or it is not its
 * window alone that it waits for.
 */
export function resumesAtMs(job: Job, nowMs: number): number | undefined {
  if (!job.sendWindow || (job.state !== "scheduled" && job.state !== "running")) return undefined;
  const startMs = startsAtMs(job, nowMs);
  return startMs > nowMs && startMs < job.expiresAtMs ? startMs : undefined;
}
