import { actorOf, assertScope, type Caller } from "../domain/caller.ts";
import { CLAIM_WINDOW_MS } from "../domain/control.ts";
import { type Fault, Invalid } from "../domain/errors.ts";
import type { QuotaWish } from "../domain/quota/change-quota.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import { type PolicyFault, policyFaults } from "../domain/quota/policy-rules.ts";
import type { LimitChange, LimitName } from "../domain/quota/standing.ts";
import type { Clock } from "../ports/clock.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { QuotaControl } from "../ports/quota-control.ts";

export type ControlQuotaPorts = Readonly<{
  quota: QuotaControl;
  nudges: Pick<Nudges, "dispatch">;
  clock: Clock;
  marginMs: number;
  /** What a field is called where it is set: a limit in the request, anything else as a setting. */
  nameOf: (field: keyof QuotaPolicy) => string;
}>;

type Asked<T> = T extends unknown ? Omit<T, "by"> : never;

/**
 * Change an account's limits, stop all its sending, or go on. A limit holds from the next reservation. When a pause is
 * answered nothing is sent any more: a call leaves only if its job and the quota were read less than the claim's window
 * before, and at the latest a margin after its slot; so long the answer waits.
 *
 * @returns a function that throws {@link Forbidden}, or {@link Invalid} with everything that is wrong; nothing is changed then
 */
export function makeControlQuota({ quota, nudges, clock, marginMs, nameOf }: ControlQuotaPorts) {
  return async function controlQuota(caller: Caller, account: string, asked: Asked<QuotaWish>): Promise<void> {
    assertScope(caller, "admin");
    const refused = await quota.change(account, { ...asked, by: actorOf(caller) });
    if (refused && asked.event === "limits") {
      const faults = policyFaults(refused, nameOf).map((one) => toFault(one, asked.limits));
      throw new Invalid("the quota could not be kept with these limits", faults);
    }
    if (asked.event !== "pause") return nudge(account);
    const { pausedAtMs } = (await quota.state(account)).usage;
    const inForceAtMs = (pausedAtMs ?? 0) + CLAIM_WINDOW_MS + marginMs;
    await clock.sleep(Math.max(0, inForceAtMs - clock.now()));
  };

  /** There may be room now. If this gets lost, the next minute's run finds it. */
  async function nudge(account: string): Promise<void> {
    await nudges.dispatch({ account, atMs: clock.now() }, 0).catch(() => {});
  }

  /** Where to change it: at the limit that was asked for, if it is one of those that do not fit together. */
  function toFault({ field, detail, among }: PolicyFault, asked: LimitChange): Fault {
    const at: LimitName | undefined = among.find((name) => asked[name] !== undefined) ?? among[0];
    const isSaid = at === field;
    return {
      pointer: at === undefined ? "" : `/${nameOf(at)}`,
      detail: isSaid ? detail : `does not fit: ${nameOf(field)} ${detail}`,
    };
  }
}
