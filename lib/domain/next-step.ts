import { type BatchRows, type OpenClaim, openClaim } from "./batch-rows.ts";
import { DISPATCH_AHEAD_MS } from "./control.ts";
import { isGone, type Job } from "./job.ts";
import { sends } from "./job-state.ts";
import type { LateAnswers } from "./outcome.ts";
import { type Remaining, remaining } from "./remaining.ts";
import { isShut, opensAtMs } from "./send-window.ts";
import { isValidTask } from "./shares.ts";
import type { Task } from "./task.ts";

/** What a worker does with a task, having read the job and the batch's rows. */
export type Step =
  /** The task is void: delete it, write nothing. */
  | Readonly<{ do: "drop"; why: "NoSuchJob" | "OtherRun" | "NotRunning" | "Expired" | "OldShare" | "WindowClosed" }>
  /** Not before `atMs`: the task goes back for the time that remains. */
  | Readonly<{ do: "go-back"; atMs: number }>
  /** A claim ran out without a result: what it covers may have arrived. */
  | Readonly<{ do: "resolve"; claim: OpenClaim }>
  /** Every receiver has its final outcome: count the batch. */
  | Readonly<{ do: "count" }>
  /** Everybody left waits for the next attempt until `atMs`. */
  | Readonly<{ do: "wait"; atMs: number }>
  | Readonly<{ do: "send"; receivers: readonly Remaining[] }>;

/** Whether a worker may send for this task at all. `undefined`: it may. */
function whyVoid(job: Job | undefined, task: Task, nowMs: number): (Step & { do: "drop" })["why"] | undefined {
  if (!job || isGone(job, nowMs)) return "NoSuchJob";
  if (job.run !== task.run) return "OtherRun";
  if (!sends(job.state)) return "NotRunning";
  if (nowMs >= job.expiresAtMs) return "Expired";
  return isValidTask(job.shares, task.share, task.batch) ? undefined : "OldShare";
}

/** Whether nothing may be sent for this task now: it is void, or the job's window is closed. */
export const mayNotSend = (job: Job, task: Task, nowMs: number): boolean =>
  whyVoid(job, task, nowMs) !== undefined || isShut(job, nowMs);

/** Decide what to do with one task. Pure: `nowMs` is the caller's clock. */
export function nextStep(job: Job | undefined, rows: BatchRows, late: LateAnswers, task: Task, nowMs: number): Step {
  const why = whyVoid(job, task, nowMs);
  if (why !== undefined) return { do: "drop", why };
  const notBeforeMs = job?.notBeforeMs ?? 0;
  if (nowMs < notBeforeMs) return { do: "go-back", atMs: notBeforeMs };
  const claim = openClaim(rows);
  if (claim) {
    return nowMs < claim.claim.untilMs ? { do: "go-back", atMs: claim.claim.untilMs } : { do: "resolve", claim };
  }
  const left = remaining(task.receivers.split(","), rows, late);
  if (left.length === 0) return { do: "count" };
  const closed = untilOpen(job, nowMs);
  if (closed) return closed;
  const ready = left.filter(({ readyAtMs }) => readyAtMs <= nowMs);
  if (ready.length > 0) return { do: "send", receivers: ready };
  return { do: "wait", atMs: Math.min(...left.map(({ readyAtMs }) => readyAtMs)) };
}

/**
 * While its window is closed nothing is sent. A task that is a little early waits; any other is void: dispatch queues its batch
 * again when the window opens.
 */
function untilOpen(job: Job | undefined, nowMs: number): Step | undefined {
  if (!job?.sendWindow || !isShut(job, nowMs)) return undefined;
  const atMs = opensAtMs(job.sendWindow, nowMs);
  return atMs - nowMs <= DISPATCH_AHEAD_MS ? { do: "go-back", atMs } : { do: "drop", why: "WindowClosed" };
}
