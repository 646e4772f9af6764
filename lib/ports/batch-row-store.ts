import type { AttemptResult } from "../domain/attempt-result.ts";
import type { BatchRows, Claim, Row, RowName } from "../domain/batch-rows.ts";
import type { Job } from "../domain/job.ts";
import type { LateAnswers } from "../domain/outcome.ts";
import type { StoredMessage } from "./message-store.ts";

/** Which of a batch's rows. `first`: the batch's first receiver. `goneAtMs`: when its rows may be deleted. */
export type RowKey = Readonly<{ run: string; first: string; on: RowName; goneAtMs: number }>;

export type Look = Readonly<{ job?: Job; rows: BatchRows; message?: StoredMessage }>;

/** The rows of batches. Every read is strongly consistent; every write raises the row's version. */
export interface BatchRowStore {
  /** A job, a batch's two rows and (unless the worker has it) the message, in one read, served in whatever order. */
  look(key: Readonly<{ job: string; run: string; first: string; withMessage: boolean }>): Promise<Look>;
  /** The rows of several batches, in the same order. */
  read(run: string, firsts: readonly string[]): Promise<BatchRows[]>;
  /** Mark receivers as about to be sent, on condition that the row is still at `row.version`. False: it is not. */
  claim(key: RowKey, row: Row, claim: Claim): Promise<boolean>;
  /**
   * End a claim with what came of it, on condition that it is still there. A repetition of one's own write counts as
   * recorded. False: somebody else ended the claim.
   *
   * @param row as it was claimed: says which result this is
   */
  record(key: RowKey, row: Row, claimId: string, result: AttemptResult): Promise<boolean>;
  /**
   * Take a claim back: nothing was sent. Where the claim is not there (yet), the version is raised all the same if it is
   * still `row.version`, so that a claim still under way fails.
   */
  release(key: RowKey, row: Row, claimId: string): Promise<void>;
  /**
   * Add a result without a claim, on condition that the row is still at `row.version` and that no claim is open on it,
   * whose record would take the same place. A repetition of one's own write counts. False: the condition does not hold.
   */
  append(key: RowKey, row: Row, result: AttemptResult): Promise<boolean>;
  /** Add late answers to a `retry` row (of a job of one batch), whatever its version. */
  addLate(key: RowKey, late: LateAnswers): Promise<void>;
}
