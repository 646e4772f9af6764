import type { Task } from "./batches.ts";
import { type Job, MAX_QUEUE_DELAY_MS } from "./job.ts";
import { type Counts, outcomeOf, outcomesOf, type Try } from "./outcome.ts";

/** A batch's item as a worker needs it. A batch nobody touched yet is {@link UNTOUCHED}. */
export type BatchState = Readonly<{
  /** Counts the writes: every change is conditional on it. 0: no item yet. */
  rev: number;
  /** The attempt that comes next. A message of an earlier one is a repetition. */
  attempt: number;
  /** Receivers this item answers for: the first claim may take fewer than the message holds. 0: not known yet. */
  covers: number;
  /** A request that may be on its way. Without a try for it after `untilMs`, nobody knows whether it arrived. */
  claim?: Readonly<{ id: string; count: number; untilMs: number }>;
  tries: readonly Try[];
  /** What the last try changed, by its name in the tally: counted again without harm. */
  change?: CountedChange;
}>;

export type CountedChange = Readonly<{ tag: string; counts: Counts }>;

export const UNTOUCHED: BatchState = { rev: 0, attempt: 1, covers: 0, tries: [] };

/** What a worker does with a message, having seen the job and the batch. */
export type Step =
  | Readonly<{ do: "send"; receivers: readonly string[] }>
  /** The claim ran out without a record: what it covered may have arrived. `again`: send it again all the same. */
  | Readonly<{ do: "give-up"; again: boolean }>
  /** What is not sent yet will not be, for the reason in `code`. */
  | Readonly<{ do: "cancel"; code: string }>
  /** The job is paused, or its time is far: keep the message in the table, off the queue. */
  | Readonly<{ do: "park" }>
  /** Nothing to send: see that what follows a record has happened. */
  | Readonly<{ do: "finish" }>
  | Readonly<{ do: "look-again"; afterMs: number }>
  | Readonly<{ do: "drop"; why: "NoSuchJob" | "IntakeDied" }>;

const ACCEPTING_POLL_MS = 1_000;

/** Decide what to do with one message. Pure: `nowMs` is the caller's clock. */
export function nextStep(job: Job | undefined, batch: BatchState, task: Task, nowMs: number): Step {
  if (!job) return { do: "drop", why: "NoSuchJob" };
  if (job.state === "abandoned") return { do: "drop", why: "IntakeDied" };
  if (job.state === "accepting") {
    // Intake sets the job running after its last batch; an intake that died is repeated whole, or never.
    return nowMs > job.acceptingUntilMs
      ? { do: "drop", why: "IntakeDied" }
      : { do: "look-again", afterMs: ACCEPTING_POLL_MS };
  }
  if (batch.attempt > task.attempt) return { do: "finish" };
  const expired = job.expiresAtMs !== undefined && nowMs >= job.expiresAtMs;
  const stopped = job.state === "canceled" || expired;
  if (batch.claim) {
    if (nowMs < batch.claim.untilMs) return { do: "look-again", afterMs: batch.claim.untilMs - nowMs };
    return { do: "give-up", again: job.delivery === "at-least-once" && !stopped };
  }
  if (stopped) return { do: "cancel", code: job.state === "canceled" ? "Canceled" : "Expired" };
  const aheadMs = (job.notBeforeMs ?? nowMs) - nowMs;
  if (job.state === "paused" || aheadMs > MAX_QUEUE_DELAY_MS) return { do: "park" };
  if (aheadMs > 0) return { do: "look-again", afterMs: aheadMs };
  const receivers = untried(task, batch);
  return receivers.length > 0 ? { do: "send", receivers } : { do: "finish" }; // a slow worker's answer came in after all
}

/**
 * The receivers of a message this batch item has still to try in the message's attempt: all of them at first; after a
 * crash in the middle those that have no outcome of this attempt yet, nor a final one from a worker that was slow.
 */
export function untried(task: Task, batch: BatchState): string[] {
  const receivers = task.receivers.split(",");
  const own = batch.covers > 0 && task.attempt === 1 ? receivers.slice(0, batch.covers) : receivers;
  if (batch.tries.length === 0) return own;
  const done = batch.tries.filter((one) => one.attempt >= task.attempt);
  return own.filter((id) => {
    const { status } = outcomeOf(id, batch.tries) ?? { status: "pending" };
    return status === "pending" && outcomeOf(id, done) === undefined;
  });
}

/** The receivers that wait for the attempt the batch is at. */
export function toRetry(batch: BatchState): string[] {
  const refused = batch.tries.some((one) => Object.keys(one.retry).length > 0);
  if (!refused) return []; // nearly always, and 500 outcomes need not be merged to see it
  const tried = batch.tries.filter((one) => one.attempt >= batch.attempt);
  const pending = outcomesOf(batch.tries).filter(({ status }) => status === "pending");
  return pending.map(({ userId }) => userId).filter((id) => outcomeOf(id, tried) === undefined);
}
