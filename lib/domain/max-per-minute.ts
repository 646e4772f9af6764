import type { Job } from "./job.ts";
import { numbersIn, type Ranges } from "./ranges.ts";
import { startsAtMs } from "./send-window.ts";
import { receiversInBatch } from "./shares.ts";

/** What of a job says how fast it may be dispatched. */
type Paced = Pick<Job, "maxPerMinute" | "pacedUntilMs" | "batches" | "notBeforeMs" | "sendWindow">;

/** Dispatch looks after a job once a minute: so much of its part is queued at a time, each batch delayed until its turn. */
const AHEAD_MS = 75_000;
const MINUTE_MS = 60_000;

/** A job of one batch is one call: there is nothing to spread. */
const rateOf = ({ maxPerMinute, batches }: Pick<Job, "maxPerMinute" | "batches">): number | undefined =>
  maxPerMinute === undefined || batches === 1 ? undefined : maxPerMinute / MINUTE_MS;

/**
 * How many receivers of a job may be queued at `nowMs`; the last batch may exceed it by a part of itself. What waits in the
 * queue counts, so that a job that was held up does not send all of it at once.
 *
 * @param open uncounted receivers in its queued shares
 */
export function allowance(job: Paced, open: number, nowMs: number): number {
  const rate = rateOf(job);
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  const startMs = startsAtMs(job, nowMs);
  const aheadMs = startMs + AHEAD_MS - Math.max(startMs, job.pacedUntilMs ?? 0);
  return Math.max(0, Math.min(aheadMs * rate, AHEAD_MS * rate - open));
}

/** When each batch of a share is to be sent, and when the next one may follow them; epoch ms. */
export type Pace = Readonly<{ startsAtMs: ReadonlyMap<number, number>; pacedUntilMs: number }>;

/** Spread batches so that no more receivers than `maxPerMinute` fall on a minute. `undefined`: the job has no such limit. */
export function paceOf(
  job: Paced & Pick<Job, "receivers" | "batchSize">,
  batches: Ranges,
  nowMs: number,
): Pace | undefined {
  const rate = rateOf(job);
  if (rate === undefined) return undefined;
  let atMs = Math.max(startsAtMs(job, nowMs), job.pacedUntilMs ?? 0);
  const starts = new Map<number, number>();
  for (const n of numbersIn(batches)) {
    starts.set(n, Math.floor(atMs));
    atMs += receiversInBatch(job, n) / rate;
  }
  return { startsAtMs: starts, pacedUntilMs: Math.ceil(atMs) };
}

/** The most receivers of a batch: a job that is to be slower than a batch a minute has smaller ones. */
export const pacedBatchSize = ({ maxPerMinute }: Pick<Job, "maxPerMinute">, batchSize: number): number =>
  Math.min(batchSize, maxPerMinute ?? batchSize);
