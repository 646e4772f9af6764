import { DISPATCH_AHEAD_MS, type Settings, stop } from "./control.ts";
import { isGone, type Job, type JobChange, withEntry } from "./job.ts";
import { hasEnded } from "./job-state.ts";
import { lengthOf } from "./ranges.ts";
import { type Candidate, type Given, isQueued, type Reviewed, receiversIn, type Share } from "./shares.ts";

/** What dispatch does with a job that is due, before it gives out the room. */
export type Duty =
  /** Nothing is to be done now: the index trailed behind the item. */
  | Readonly<{ do: "nothing" }>
  /** Its list is still to be imported, or it is time to look whether its file has come. */
  | Readonly<{ do: "import" }>
  /** Its time is over. */
  | Readonly<{ do: "expire"; change: JobChange }>
  /** No call can be on its way any more. */
  | Readonly<{ do: "end" }>
  /** It wants batches queued. */
  | Readonly<{ do: "dispatch" }>;

/** Decide what a due job needs. */
export function dutyOf(job: Job | undefined, settings: Settings): Duty {
  const { nowMs } = settings;
  if (!job || hasEnded(job.state) || isGone(job, nowMs)) return { do: "nothing" };
  if (job.state === "canceling" || job.state === "expiring") {
    return nowMs >= (job.endsAtMs ?? 0) ? { do: "end" } : { do: "nothing" };
  }
  if (nowMs >= job.expiresAtMs) return { do: "expire", change: stop(job, "expire", settings) };
  if (job.state === "importing" || job.state === "awaiting-list") return { do: "import" };
  if (job.state === "paused") return { do: "nothing" };
  const isFar = job.state === "scheduled" && (job.notBeforeMs ?? 0) > nowMs + DISPATCH_AHEAD_MS;
  return isFar ? { do: "nothing" } : { do: "dispatch" };
}

/** A job with its shares looked through, as the room is given out. */
export const toCandidate = (job: Job, { queued, owed }: Reviewed): Candidate => ({
  sizes: job,
  open: queued.reduce((sum, { batches }) => sum + receiversIn(job, batches), 0),
  owed,
  cursor: job.cursor,
  servedAtMs: job.servedAtMs,
  takesRoom: job.lane === "bulk",
});

/** What dispatch writes of a job, and the share it opens by that write. */
export type Opening = Readonly<{ change: JobChange; share?: Share }>;

export type OpeningTimes = Readonly<{
  nowMs: number;
  shareAgeMs: number;
  drawId: () => string;
  /** When the hold began that the account is under. */
  heldSinceMs?: number | undefined;
}>;

/**
 * The write that gives a job its batches: the new share, and what is still owed. A job due within the next minute
 * becomes `running`. `undefined`: nothing changes, nothing is written.
 *
 * @param drawId called once for each share that is made
 */
export function opening(
  job: Job,
  reviewed: Reviewed,
  given: Given,
  { nowMs, shareAgeMs, drawId, heldSinceMs }: OpeningTimes,
): Opening | undefined {
  const startsNow = job.state === "scheduled";
  const queuedAtMs = Math.max(nowMs, job.notBeforeMs ?? 0);
  const share = given.queue.length > 0 ? { id: drawId(), batches: given.queue, queuedAtMs } : undefined;
  const alreadyOwed = job.shares.filter((one) => !isQueued(one));
  const sameOwed =
    lengthOf(given.owed) === lengthOf(reviewed.owed) && alreadyOwed.length <= 1 && !reviewed.changed
      ? alreadyOwed
      : undefined;
  const owed = sameOwed ?? (given.owed.length > 0 ? [{ id: drawId(), batches: given.owed }] : []);
  const shares = [...reviewed.queued, ...owed, ...(share ? [share] : [])];
  const isComplete = job.batches > 1 && given.cursor === job.batches && shares.length === 0;
  const heldAtMs = isComplete ? undefined : newHold(job, nowMs, heldSinceMs);
  if (!share && !reviewed.changed && !startsNow && !isComplete && heldAtMs === undefined) return undefined;
  const dueAtMs = job.lane === "express" && share ? queuedAtMs + shareAgeMs : startsNow ? nowMs : job.dueAtMs;
  const change: JobChange = {
    state: isComplete ? "done" : "running",
    cursor: given.cursor,
    shares,
    servedAtMs: share ? nowMs : job.servedAtMs,
    dueAtMs: isComplete ? undefined : dueAtMs,
    ...(heldAtMs !== undefined && { heldAtMs }),
    ...(isComplete && { history: withEntry(job.history, { atMs: nowMs, event: "done", by: "volley" }) }),
  };
  return { change, ...(share && { share }) };
}

/** The moment at which a hold is found that the job has not told of yet. Two clocks may differ: it never lies before the hold. */
function newHold({ events, heldAtMs }: Job, nowMs: number, heldSinceMs: number | undefined): number | undefined {
  if (!events || heldSinceMs === undefined || (heldAtMs ?? 0) >= heldSinceMs) return undefined;
  return Math.max(nowMs, heldSinceMs);
}
