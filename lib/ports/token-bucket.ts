import type { Lane } from "../domain/job.ts";
import type { HoldReason } from "../domain/quota/ledger.ts";
import type { Answer } from "../domain/quota/reserve-all.ts";
import type { LateCall } from "../domain/quota/token-bucket.ts";

/** What was reserved, or when to ask again. */
export type Reservation = Answer;

export type ReserveAsk = Readonly<{ count: number; lane: Lane; maxWaitMs: number; isOutside?: boolean }>;

/** The account's quota. `account` names whose quota is spent. */
export interface TokenBucket {
  /**
   * Ask for `count` tokens (1 to 500). Granted tokens are spent, whatever becomes of the call. Asks that one process makes
   * at the same time go into one write.
   *
   * @param ask `maxWaitMs`: nothing is reserved further ahead than the caller will wait. `isOutside`: somebody who sends by
   *   himself and tells nothing afterwards
   */
  reserve(account: string, ask: ReserveAsk): Promise<Reservation>;
  /**
   * Whether an operator has stopped all sending of the account. To be asked right after a read of a job: where the quota's
   * item rides along with that, it is not read again.
   */
  isPaused(account: string): Promise<boolean>;
  /** The answer to a call at `slotMs` came only at `answeredAtMs`: the tokens return one window after that instead. */
  moveLate(account: string, spent: LateCall): Promise<void>;
  /**
   * A call was answered in time, or will not leave: the tokens of its second return when its slot says. Told of a call that was
   * granted with an id; until then they stay away until it would be given up. What several calls tell at once goes into one
   * write, asks too.
   */
  answered(account: string, call: number): Promise<void>;
  /** Nobody sends for a while, then one probe goes first. @param forMs at least so long, ms, as the upstream asks */
  hold(account: string, why: HoldReason, forMs?: number): Promise<void>;
  /** A probe came through: end the hold. */
  lift(account: string): Promise<void>;
}
