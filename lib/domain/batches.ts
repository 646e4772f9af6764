import type { Receivers } from "./receivers.ts";

/** The most receivers one BatchSendMessage call takes. @see https://www.volcengine.com/docs/6348/1164080 */
export const MAX_BATCH = 500;

/** Which piece of a job: batch `n` of its list (from 0), `part` of it (0 unless the quota split it), its first receiver. */
export type BatchId = Readonly<{ n: number; part: number; first: string }>;

/** One SQS message: what a worker needs besides the job item. `receivers` are ids joined by commas, ascending. */
export type Task = Readonly<{
  job: string;
  batch: BatchId;
  attempt: number;
  receivers: string;
  /** An earlier attempt may have arrived. */
  maybeTwice?: true;
}>;

/** Cut a sorted list into batches, lazily: a million receivers never stand in memory as text at once. */
export function* cutBatches(job: string, receivers: Receivers, size: number): Generator<Task> {
  for (let from = 0, n = 0; from < receivers.length; from += size, n++) {
    const first = String(receivers[from]);
    const list = receivers.subarray(from, from + size).join(",");
    yield { job, batch: { n, part: 0, first }, attempt: 1, receivers: list };
  }
}

/** First receiver of every batch, in order: the job's table of contents. */
export function firstReceivers(receivers: Receivers, size: number): bigint[] {
  const firsts: bigint[] = [];
  for (let from = 0; from < receivers.length; from += size) firsts.push(receivers[from] ?? 0n);
  return firsts;
}

/** Short name of a batch, unique in its job: `17`, or `17+1` for what the quota split off. */
export const batchName = ({ n, part }: BatchId): string => (part === 0 ? `${n}` : `${n}+${part}`);
