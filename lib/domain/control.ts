import { type Job, type JobChange, withEntry } from "./job.ts";
import { type Action, assertMay } from "./job-state.ts";
import { startsAtMs } from "./send-window.ts";
import { batchesInShares } from "./shares.ts";

/** What ending a job early needs to know. `graceMs`: how long after it a call may still leave and be recorded. */
export type Settings = Readonly<{ nowMs: number; by: string; graceMs: number; drawId: () => string }>;

/** Jobs that start within this time are dispatched now, their tasks delayed. */
export const DISPATCH_AHEAD_MS = 60_000;

/** A claim counts only if its write is answered this soon after the read of the job was issued. */
export const CLAIM_WINDOW_MS = 2_000;
/** More time, until a call that was under way is recorded. */
const GRACE_EXTRA_MS = 3_000;

/** Until this long after a job was stopped a call may still leave and be recorded; after it, every open claim is dead. */
export const graceMs = (leaseMs: number): number => CLAIM_WINDOW_MS + leaseMs + GRACE_EXTRA_MS;

/**
 * What an action changes on the job item, and on nothing else: shares stay as they are on pause and cancel; resume turns
 * all of them into one owed share, so that every older task is void.
 *
 * @throws {Conflict} naming the present state
 */
export function control(job: Job, action: Exclude<Action, "retry">, settings: Settings): JobChange {
  assertMay(action, job.state);
  switch (action) {
    case "pause":
      return { state: "paused", dueAtMs: job.expiresAtMs, ...entry(job, "pause", settings) };
    case "resume":
      return resume(job, settings);
    case "cancel":
      return stop(job, "cancel", settings);
  }
}

function resume(job: Job, settings: Settings): JobChange {
  const { nowMs, drawId } = settings;
  const owed = batchesInShares(job.shares);
  const startMs = startsAtMs(job, nowMs);
  const isEarly = startMs > nowMs;
  return {
    state: isEarly ? "scheduled" : "running",
    shares: owed.length > 0 ? [{ id: drawId(), batches: owed }] : [],
    dueAtMs: isEarly ? scheduledDueMs(startMs, job.expiresAtMs) : nowMs,
    reason: undefined,
    ...(job.brakeBase && { brakeBase: undefined }), // failures count anew
    ...entry(job, "resume", settings),
  };
}

/**
 * End a job early, because a client cancels it or its time is over. Where nothing was ever queued it ends at once;
 * otherwise it waits until no call can be on its way any more.
 */
export function stop(job: Job, why: "cancel" | "expire", settings: Settings): JobChange {
  const [during, after] = why === "cancel" ? (["canceling", "canceled"] as const) : (["expiring", "expired"] as const);
  if (job.cursor === 0) {
    return {
      state: after,
      shares: [],
      canceled: job.receivers,
      dueAtMs: undefined,
      ...entry(job, why, settings),
    };
  }
  const endsAtMs = settings.nowMs + settings.graceMs;
  return { state: during, endsAtMs, dueAtMs: endsAtMs, ...entry(job, why, settings) };
}

/** When dispatch first has to look at a job that starts later. */
export const scheduledDueMs = (startMs: number, expiresAtMs: number): number =>
  Math.min(startMs - DISPATCH_AHEAD_MS, expiresAtMs);

const entry = ({ history }: Job, event: string, { nowMs, by }: Settings) => ({
  history: withEntry(history, { atMs: nowMs, event, by }),
});
