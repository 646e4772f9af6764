import { hold, lift } from "../domain/quota/circuit-breaker.ts";
import { assertPolicy, EMPTY_LEDGER, type Ledger, type QuotaPolicy } from "../domain/quota/ledger.ts";
import { reserveAll } from "../domain/quota/reserve-all.ts";
import { moveLate, usage } from "../domain/quota/token-bucket.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import type { TokenBucket } from "../ports/token-bucket.ts";

/** The ledgers that several buckets share: of one simulated world, each process with a clock of its own. */
export type MemoryLedgers = Map<string, Ledger>;

export type MemoryTokenBucket = Readonly<{ policy: QuotaPolicy; now: () => number; ledgers?: MemoryLedgers }>;

/** The quota in memory: for tests and simulations. */
export function memoryTokenBucket({ policy, now, ledgers = new Map() }: MemoryTokenBucket): TokenBucket & QuotaReader {
  assertPolicy(policy);
  const ledgerOf = (account: string) => ledgers.get(account) ?? EMPTY_LEDGER;

  return {
    async reserve(account, ask) {
      const { ledger, answers } = reserveAll(ledgerOf(account), policy, [ask], now());
      ledgers.set(account, ledger);
      return answers[0] ?? { kind: "wait", untilMs: now(), why: "quota" };
    },
    async moveLate(account, spent) {
      ledgers.set(account, moveLate(ledgerOf(account), policy, spent));
    },
    async hold(account, why, forMs) {
      ledgers.set(account, hold(ledgerOf(account), policy, { nowMs: now(), why, forMs }));
    },
    async lift(account) {
      ledgers.set(account, lift(ledgerOf(account), now()));
    },
    async usage(account) {
      return usage(ledgerOf(account), policy, now());
    },
  };
}
