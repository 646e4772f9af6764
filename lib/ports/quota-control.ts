import type { QuotaWish } from "../domain/quota/change-quota.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import type { QuotaChange, Standing } from "../domain/quota/standing.ts";
import type { Usage } from "../domain/quota/usage.ts";

/** `policy`: the limits that hold; `settings`: those by the settings alone; `standing`: what operators have set over them. */
export type QuotaState = Readonly<{ usage: Usage; policy: QuotaPolicy; settings: QuotaPolicy; standing: Standing }>;

/** What operators see and set of an account's quota. Each change holds for every reservation after it. */
export interface QuotaControl {
  state(account: string): Promise<QuotaState>;
  /**
   * Pause what is paused, or resume what is not, changes nothing.
   *
   * @returns the limits that would hold, if they are such that nobody could keep them. Nothing is changed then
   */
  change(account: string, wish: QuotaWish): Promise<QuotaPolicy | undefined>;
  /** The last changes of an account, the latest first. */
  changes(account: string): Promise<readonly QuotaChange[]>;
}
