import { type AttemptResult, FINAL_PARTS } from "./attempt-result.ts";
import { type BatchRows, resultsOf } from "./batch-rows.ts";
import { finalOf, type LateAnswers, own, standingsIn } from "./outcome.ts";

/** A receiver of a batch that has no final outcome yet. */
export type Remaining = Readonly<{
  userId: string;
  /** Attempts made so far. */
  attempts: number;
  /** An earlier attempt may have arrived: what comes of it can only be `sent` or `unknown`. */
  mayHaveArrived: boolean;
  /** The next attempt is made at this time at the earliest, epoch ms. */
  readyAtMs: number;
}>;

/** Before the second and the third attempt, ms. */
const BACKOFF_MS = [2_000, 5_000] as const;

/**
 * What is left of a batch: its list less the receivers for whom its rows have a final outcome. Those with the fewest attempts
 * first, then ascending: what the quota split off goes before what was refused.
 *
 * @param receivers the batch as it was cut, ascending
 */
export function remaining(receivers: readonly string[], rows: BatchRows, late: LateAnswers = {}): Remaining[] {
  const results = resultsOf(rows);
  if (results.length === 0) return receivers.map(untried);
  if (areAllFinal(receivers, results)) return [];
  const standingOf = standingsIn(results);
  const left: Remaining[] = [];
  for (const userId of receivers) {
    const standing = standingOf(userId);
    if (finalOf(standing, own(late, userId) ?? own(rows.retry.late, userId)) !== undefined) continue;
    if (!standing) {
      left.push(untried(userId));
      continue;
    }
    const { attempts, mayHaveArrived, result } = standing;
    left.push({
      userId,
      attempts,
      mayHaveArrived,
      readyAtMs: result.atMs + (BACKOFF_MS[attempts - 1] ?? BACKOFF_MS[1]),
    });
  }
  return left.sort((a, b) => a.attempts - b.attempts); // stable: ascending among equals
}

/** Nearly always: one call, whose result says something final of everybody. A result names who was in the call, each once. */
function areAllFinal(receivers: readonly string[], [only, ...later]: readonly AttemptResult[]): boolean {
  if (!only || later.length > 0) return false;
  return FINAL_PARTS.reduce((sum, part) => sum + Object.keys(only[part]).length, 0) === receivers.length;
}

const untried = (userId: string): Remaining => ({ userId, attempts: 0, mayHaveArrived: false, readyAtMs: 0 });

/** Whether a late answer can matter: only if a receiver is unknown, or gets another attempt although one may have arrived. */
export const mayHaveLateAnswers = (rows: BatchRows): boolean =>
  resultsOf(rows).some((result) => {
    for (const _ in result.unknown) return true;
    for (const _ in result.unclear) return true;
    return false;
  });
