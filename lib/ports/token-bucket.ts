import type { Lane } from "../domain/job.ts";
import type { HoldReason } from "../domain/quota/ledger.ts";

export type Reservation =
  /**
   * Send `granted` messages (at most what was asked) at `slotMs`, at the latest `margin` later. `probe`: the first call
   * after a hold. `aheadMs`: how far the account's time is ahead of this process's clock: to be added to it.
   */
  | Readonly<{ kind: "granted"; slotMs: number; granted: number; probe: boolean; aheadMs: number }>
  /** Nothing was reserved: ask again at `untilMs`, by this process's clock. */
  | Readonly<{ kind: "wait"; untilMs: number; why: "quota" | "held" }>;

/** The account's quota. `account` names whose quota is spent. */
export interface TokenBucket {
  /**
   * Ask for `count` tokens (1 to 500). Granted tokens are spent, whatever becomes of the call. Asks that one process makes
   * at the same time go into one write.
   *
   * @param maxWaitMs nothing is reserved further ahead than the caller will wait
   */
  reserve(account: string, ask: Readonly<{ count: number; lane: Lane; maxWaitMs: number }>): Promise<Reservation>;
  /** The answer to a call at `slotMs` came only at `answeredAtMs`: the tokens return one window after that instead. */
  moveLate(account: string, spent: Readonly<{ slotMs: number; count: number; answeredAtMs: number }>): Promise<void>;
  /** Nobody sends for a while, then one probe goes first. @param forMs at least so long, ms, as the upstream asks */
  hold(account: string, why: HoldReason, forMs?: number): Promise<void>;
  /** A probe came through: end the hold. */
  lift(account: string): Promise<void>;
}
