import { isClosedNow } from "./close-window.ts";
import { DISPATCH_AHEAD_MS, type Settings, stop } from "./control.ts";
import type { BrakeBase } from "./failure-brake.ts";
import { isGone, type Job, type JobChange, withEntry } from "./job.ts";
import { hasEnded } from "./job-state.ts";
import { allowance, paceOf } from "./max-per-minute.ts";
import { lengthOf } from "./ranges.ts";
import { startsAtMs } from "./send-window.ts";
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
  const isFar = job.state === "scheduled" && startsAtMs(job, nowMs) > nowMs + DISPATCH_AHEAD_MS;
  return isFar ? { do: "nothing" } : { do: "dispatch" };
}

/** A job with its shares looked through, as the room is given out. */
export function toCandidate(job: Job, { queued, owed }: Reviewed, nowMs: number): Candidate {
  const open = queued.reduce((sum, { batches }) => sum + receiversIn(job, batches), 0);
  return {
    sizes: job,
    open,
    owed,
    cursor: job.cursor,
    servedAtMs: job.servedAtMs,
    takesRoom: job.lane === "bulk",
    most: isClosedNow(job, nowMs) ? 0 : allowance(job, open, nowMs),
  };
}

/** What dispatch writes of a job, and the share it opens by that write. `startsAtMs`: when its batches are to be sent, where they are spread. */
export type Opening = Readonly<{ change: JobChange; share?: Share; startsAtMs?: ReadonlyMap<number, number> }>;

export type OpeningTimes = Readonly<{
  nowMs: number;
  shareAgeMs: number;
  drawId: () => string;
  /** When the hold began that the account is under. */
  heldSinceMs?: number | undefined;
  /** From where its failures count, if that is not written yet. */
  brakeBase?: BrakeBase | undefined;
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
  { nowMs, shareAgeMs, drawId, heldSinceMs, brakeBase }: OpeningTimes,
): Opening | undefined {
  const startsNow = job.state === "scheduled";
  const queuedAtMs = startsAtMs(job, nowMs);
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
  const pace = share && paceOf(job, share.batches, nowMs);
  const change: JobChange = {
    state: isComplete ? "done" : "running",
    cursor: given.cursor,
    shares,
    servedAtMs: share ? nowMs : job.servedAtMs,
    dueAtMs: isComplete ? undefined : dueAtMs,
    ...(heldAtMs !== undefined && { heldAtMs }),
    ...(pace && { pacedUntilMs: pace.pacedUntilMs }),
    ...(share && brakeBase && { brakeBase }),
    ...(isComplete && { history: withEntry(job.history, { atMs: nowMs, event: "done", by: "volley" }) }),
  };
  return { change, ...(share && { share }), ...(pace && { startsAtMs: pace.startsAtMs }) };
}

/** The moment at which a hold is found that the job has not told of yet. Two clocks may differ: it never lies before the hold. */
function newHold({ events, heldAtMs }: Job, nowMs: number, heldSinceMs: number | undefined): number | undefined {
  if (!events || heldSinceMs === undefined || (heldAtMs ?? 0) >= heldSinceMs) return undefined;
  return Math.max(nowMs, heldSinceMs);
}

/** Receivers of a job that are not counted yet: still on the list, owed, or on the queue. */
export const waitingOf = ({ sizes, cursor, open, owed }: Candidate): number =>
  Math.max(0, sizes.receivers - cursor * sizes.batchSize) + receiversIn(sizes, owed) + open;
