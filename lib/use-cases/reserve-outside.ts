import { assertMaySpend, assertScope, type Caller } from "../domain/caller.ts";
import { EXPRESS_WAIT_MS } from "../domain/delivery-times.ts";
import { Conflict, Invalid } from "../domain/errors.ts";
import type { Lane } from "../domain/job.ts";
import type { Usage } from "../domain/quota/usage.ts";
import type { Text } from "../domain/text.ts";
import type { Clock } from "../ports/clock.ts";
import type { QuotaControl, QuotaState } from "../ports/quota-control.ts";
import type { TokenBucket } from "../ports/token-bucket.ts";

export type ReserveOutsidePorts = Readonly<{
  bucket: Pick<TokenBucket, "reserve">;
  quota: Pick<QuotaControl, "state">;
  clock: Clock;
  accountOf: (appId: number) => string | undefined;
}>;

export type Outside =
  /** `slotMs`: by the account's time. `waitMs`: from now until then. */
  | Readonly<{ kind: "granted"; account: string; slotMs: number; waitMs: number; granted: number; marginMs: number }>
  /** Nothing was reserved: there is no use in asking again before `retryAfterMs` are over. */
  | Readonly<{ kind: "wait"; retryAfterMs: number; usage: Usage; policy: QuotaState["policy"] }>;

/**
 * A slot of the account's quota for a call that somebody else makes, with other means than Volley. It is spent, whether
 * he makes it or not.
 *
 * @returns a function that throws {@link Forbidden}; {@link Invalid} for more than a window ever has; {@link Conflict} while an
 *   operator has stopped all sending
 */
export function makeReserveOutside({ bucket, quota, clock, accountOf }: ReserveOutsidePorts) {
  return async function reserveOutside(
    caller: Caller,
    account: string,
    { count, lane }: Readonly<{ count: number; lane: Lane }>,
  ): Promise<Outside> {
    assertScope(caller, "send");
    assertMaySpend(caller, account, accountOf);
    const { policy } = await quota.state(account);
    if (count > policy.messages) {
      const detail: Text = `must be at most ${policy.messages}, the messages of a window, got ${count}`;
      throw new Invalid("the request has faults", [{ pointer: "/Count", detail }]);
    }
    const slot = await bucket.reserve(account, { count, lane, maxWaitMs: EXPRESS_WAIT_MS, isOutside: true });
    const nowMs = clock.now();
    if (slot.kind === "granted") {
      const { slotMs, granted, aheadMs } = slot;
      return { kind: "granted", account, slotMs, waitMs: Math.max(0, slotMs - aheadMs - nowMs), granted, ...policy };
    }
    if (slot.why === "paused") throw new Conflict(`all sending of ${account} is paused`);
    const { usage } = await quota.state(account);
    return { kind: "wait", retryAfterMs: Math.max(0, slot.untilMs - nowMs), usage, policy };
  };
}
