import { withoutFuture } from "./clock-check.ts";
import type { Ledger, QuotaPolicy } from "./ledger.ts";
import { type Ask, type Grant, type Pace, reserve, type WaitReason } from "./token-bucket.ts";

/** A grant without its ledger, for the caller. */
export type Answer =
  /**
   * Send `granted` messages (at most what was asked) at `slotMs`, at the latest `margin` later. `probe`: the first call
   * after a hold. `aheadMs`: how far the account's time is ahead of the caller's clock: to be added to it. `call`: its id,
   * where the answer has to be told of. `pace`: see {@link Pace}.
   */
  | Readonly<{
      kind: "granted";
      slotMs: number;
      granted: number;
      probe: boolean;
      aheadMs: number;
      call?: number | undefined;
      pace?: Pace | undefined;
    }>
  /** Nothing was reserved: ask again at `untilMs`, by the caller's clock. */
  | Readonly<{ kind: "wait"; untilMs: number; why: WaitReason }>;

/**
 * Decide several asks one after the other, so that one write serves them all.
 *
 * A caller whose clock is behind the latest time the account has seen takes that time for its own: `aheadMs` is what it adds
 * to its clock when it waits for the slot, and `untilMs` is by its own clock already. A time more than a window ahead is
 * nobody's: {@link withoutFuture}.
 *
 * @param nowMs epoch ms by the caller's clock
 */
export function reserveAll(
  ledger: Ledger,
  policy: QuotaPolicy,
  asks: readonly Omit<Ask, "nowMs">[],
  nowMs: number,
): Readonly<{ ledger: Ledger; answers: readonly Answer[] }> {
  let next = withoutFuture(ledger, policy, nowMs);
  const answers = asks.map((ask) => {
    const grant: Grant = reserve(next, policy, { ...ask, nowMs });
    const aheadMs = Math.max(0, next.seenMs - nowMs);
    if (grant.kind === "wait") return { ...grant, untilMs: grant.untilMs - aheadMs };
    const { ledger: spent, ...answer } = grant;
    next = spent;
    return { ...answer, aheadMs };
  });
  return { ledger: next, answers };
}
