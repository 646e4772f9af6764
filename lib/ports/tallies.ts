import type { Counts, LateAnswers } from "../domain/outcome.ts";
import type { Tally } from "../domain/tally.ts";

export type TallyKey = Readonly<{ run: string; tally: number; goneAtMs: number }>;

/** Exact running counts of a job, in few items. Every read is strongly consistent. */
export interface Tallies {
  /** Tallies by number, in the same order; {@link NO_TALLY} where there is none yet. */
  read(run: string, numbers: readonly number[]): Promise<Tally[]>;
  /** Every tally of a job that there is, by number. */
  all(run: string): Promise<ReadonlyMap<number, Tally>>;
  /**
   * Count a finished batch once, on condition that it is not counted yet and no late answer came since `lateVersion`.
   *
   * @returns the tally after it, or `undefined`: read it again
   */
  count(
    key: TallyKey,
    change: Readonly<{ batch: number; counts: Counts; lateVersion: number }>,
  ): Promise<Tally | undefined>;
  /**
   * Write late answers down together with the correction of the counts, on condition that the tally is as it was seen:
   * the batch counted or not, and the same late answers. Safe to repeat: a claim's answer is taken once.
   *
   * @param corrected receivers who were counted as `unknown` and are `sent` after all; 0 if the batch is not counted yet
   * @returns false: read it again
   */
  addLate(
    key: TallyKey,
    late: Readonly<{
      batch: number;
      claimId: string;
      messageIds: LateAnswers;
      corrected: number;
      seen: Readonly<{ counted: boolean; lateVersion: number }>;
    }>,
  ): Promise<boolean>;
}
