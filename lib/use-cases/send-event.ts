import type { AttemptResult, PartName } from "../domain/attempt-result.ts";
import { type BatchRows, resultsOf } from "../domain/batch-rows.ts";
import type { Job, Lane } from "../domain/job.ts";
import type { HoldReason } from "../domain/quota/ledger.ts";
import type { Task } from "../domain/task.ts";
import { traceIdOf } from "../domain/trace.ts";

/** Whose call it was. */
type Names = Readonly<{ job: string; run: string; batch: number; traceId?: string }>;

/** What an operator should know of a call. */
export type SendEvent = Names &
  (
    | Readonly<{ event: "call failed"; code: string; cause: string }>
    | Readonly<{ event: "not-sent"; code: string }>
    | Readonly<{ event: "held"; why: HoldReason; code: string; requestId?: string; account: string }>
    | Called
  );

/** A call whose result is recorded. */
export type Called = Readonly<{
  event: "called";
  account: string;
  lane: Lane;
  /** From the socket to the end of the answer, ms. */
  tookMs: number;
  /** A batch's first call only: from when its task was queued until it left, ms. */
  waitedMs?: number;
  /** Receivers by what became of them; `refused` have another attempt, `doubtful` may have got it. */
  sent: number;
  failed: number;
  refused: number;
  doubtful: number;
}>;

/** What came of a call that left at `leftMs` (epoch ms). `rows`: as they were before it. */
export function calledOf(
  { job, rows }: Readonly<{ job: Job; rows: BatchRows }>,
  task: Task,
  result: AttemptResult,
  leftMs: number,
): Omit<Called, "tookMs"> {
  const queuedAtMs = job.shares.find(({ id }) => id === task.share)?.queuedAtMs;
  const isFirst = resultsOf(rows).length === 0;
  const count = (part: PartName): number => Object.keys(result[part]).length;
  return {
    ...{ event: "called", account: job.account, lane: job.lane },
    ...(isFirst && queuedAtMs !== undefined && { waitedMs: Math.max(0, leftMs - queuedAtMs) }),
    ...{ sent: count("sent"), failed: count("failed"), refused: count("refused") },
    doubtful: count("unknown") + count("unclear"),
  };
}

export const namesOf = ({ job, run, batch, trace }: Task): Names => ({
  ...{ job, run, batch },
  ...(trace !== undefined && { traceId: traceIdOf(trace) }),
});
