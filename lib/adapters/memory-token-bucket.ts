import { hold, lift } from "../domain/quota/circuit-breaker.ts";
import { assertPolicy, EMPTY_LEDGER, type Ledger, type QuotaPolicy } from "../domain/quota/ledger.ts";
import { moveLate, reserve, type Usage, usage } from "../domain/quota/token-bucket.ts";
import type { TokenBucket } from "../use-cases/deliver.ts";

export type MemoryTokenBucket = Readonly<{ policy: QuotaPolicy; now: () => number }>;

/** The quota of one process: for tests and simulations. Workers elsewhere know nothing of it. */
export function memoryTokenBucket({
  policy,
  now,
}: MemoryTokenBucket): TokenBucket & { usage(account: string): Promise<Usage> } {
  assertPolicy(policy);
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (account: string) => ledgers.get(account) ?? EMPTY_LEDGER;

  return {
    async reserve(account, ask) {
      const grant = reserve(ledgerOf(account), policy, { ...ask, nowMs: now() });
      if (grant.kind === "wait") return grant;
      const { ledger, ...reservation } = grant;
      ledgers.set(account, ledger);
      return reservation;
    },
    async moveLate(account, spent) {
      ledgers.set(account, moveLate(ledgerOf(account), policy, spent));
    },
    async hold(account, why) {
      ledgers.set(account, hold(ledgerOf(account), policy, { nowMs: now(), why }));
    },
    async lift(account) {
      ledgers.set(account, lift(ledgerOf(account)));
    },
    async usage(account) {
      return usage(ledgerOf(account), policy, now());
    },
  };
}
