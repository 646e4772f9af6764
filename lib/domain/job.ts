import type { Message } from "./message.ts";
import { type Counts, countOf } from "./outcome.ts";

/** `express`: overtakes. `bulk`: spreads over the quota. */
export type Lane = "express" | "bulk";

/** What to do about a request that may have arrived: leave it `unknown`, or send again and maybe twice. */
export type Delivery = "at-most-once" | "at-least-once";

/**
 * - `accepting`: intake is writing; nothing is sent before it ends.
 * - `abandoned`: intake died and nothing was sent; the same request under the same key resumes it.
 * - `scheduled`: waits for its `notBeforeMs`.
 * - `running`, `paused`: as they say.
 * - `canceled`: what was not sent yet will not be.
 * - `done`: every receiver has its final outcome.
 */
export const JOB_STATES = ["accepting", "abandoned", "scheduled", "running", "paused", "canceled", "done"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** One accepted request. Times are epoch ms. */
export type Job = Readonly<{
  id: string;
  message: Message;
  lane: Lane;
  delivery: Delivery;
  state: JobState;
  receivers: number;
  duplicatesDropped: number;
  batches: number;
  /** Receivers in every batch but the last. */
  batchSize: number;
  /** The highest receiver id: with the manifest it bounds the list. */
  lastReceiver: string;
  estimatedSeconds: number;
  createdAtMs: number;
  /** When it last was paused, resumed, canceled or, being due, started. */
  movedAtMs?: number;
  /** Until then another intake of the same job keeps its hands off. */
  acceptingUntilMs: number;
  /** SHA-256 of the request: tells a repetition from another request under the same key. */
  requestHash: string;
  /** Who asked: the caller's ARN on AWS. */
  owner: string;
  notBeforeMs?: number;
  expiresAtMs?: number;
}>;

/** The state as its readers see it: done with the last outcome, even if nobody came to write `done` down yet. */
export const stateWith = ({ state, receivers }: Pick<Job, "state" | "receivers">, counts: Counts): JobState =>
  (state === "running" || state === "scheduled") && countOf(counts) === receivers ? "done" : state;

/** The longest a message can be delayed on the queue. @see SQS SendMessage, DelaySeconds */
export const MAX_QUEUE_DELAY_MS = 900_000;

/** Batches that share one tally item: few enough that its set of counted attempts stays below 1 KB. */
export const BATCHES_PER_TALLY = 100;

export const tallyOf = (batchNumber: number): number => Math.floor(batchNumber / BATCHES_PER_TALLY);

/** How many receivers tally item `tally` counts when everything is final. */
export function receiversInTally(job: Pick<Job, "receivers" | "batchSize">, tally: number): number {
  const from = tally * BATCHES_PER_TALLY * job.batchSize;
  return Math.max(0, Math.min(BATCHES_PER_TALLY * job.batchSize, job.receivers - from));
}

/** Seconds a list of this length takes when the whole quota is its own. */
export function estimateSeconds(receivers: number, quota: Readonly<{ messages: number; windowMs: number }>): number {
  return Math.max(1, Math.ceil((receivers * quota.windowMs) / quota.messages / 1000));
}

/** Slack for retries and a busy queue before a running job is looked at by the sweeper. */
const CHECK_SLACK_MS = 15 * 60_000;

/** When to see whether a job that runs is done: past twice the time it should take. Epoch ms. */
export const checkAtMs = ({ estimatedSeconds }: Pick<Job, "estimatedSeconds">, nowMs: number): number =>
  nowMs + 2 * estimatedSeconds * 1000 + CHECK_SLACK_MS;
