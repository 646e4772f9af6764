import { changeQuota } from "../domain/quota/change-quota.ts";
import { hold, lift } from "../domain/quota/circuit-breaker.ts";
import { effectivePolicy } from "../domain/quota/effective-policy.ts";
import { EMPTY_LEDGER, type Ledger, type QuotaPolicy } from "../domain/quota/ledger.ts";
import { answered } from "../domain/quota/open-calls.ts";
import { assertPolicy } from "../domain/quota/policy-rules.ts";
import { reserveAll } from "../domain/quota/reserve-all.ts";
import type { QuotaChange } from "../domain/quota/standing.ts";
import { moveLate } from "../domain/quota/token-bucket.ts";
import { usage } from "../domain/quota/usage.ts";
import type { QuotaControl } from "../ports/quota-control.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import type { TokenBucket } from "../ports/token-bucket.ts";

/** The ledgers that several buckets share: of one simulated world, each process with a clock of its own. */
export type MemoryLedgers = Map<string, Ledger>;

export type MemoryTokenBucket = Readonly<{
  /** Of every account, unless `policyOf` says another one. */
  policy: QuotaPolicy;
  policyOf?: (account: string) => QuotaPolicy;
  now: () => number;
  ledgers?: MemoryLedgers;
}>;

/** The quota in memory: for tests and simulations. */
export function memoryTokenBucket({
  policy: standard,
  policyOf: settingsOf = () => standard,
  now,
  ledgers = new Map(),
}: MemoryTokenBucket): TokenBucket & QuotaReader & QuotaControl {
  assertPolicy(standard);
  const history = new Map<string, QuotaChange[]>();
  const ledgerOf = (account: string) => ledgers.get(account) ?? EMPTY_LEDGER;
  const policyOf = (account: string) => effectivePolicy(settingsOf(account), ledgerOf(account).standing);
  const alter = (account: string, to: (ledger: Ledger, policy: QuotaPolicy) => Ledger): void => {
    ledgers.set(account, to(ledgerOf(account), policyOf(account)));
  };

  return {
    async reserve(account, ask) {
      const policy = policyOf(account);
      assertPolicy(policy);
      const { ledger, answers } = reserveAll(ledgerOf(account), policy, [ask], now());
      ledgers.set(account, ledger);
      return answers[0] ?? { kind: "wait", untilMs: now(), why: "quota" };
    },
    isPaused: async (account) => ledgerOf(account).standing?.pausedAtMs !== undefined,
    moveLate: async (account, spent) => alter(account, (ledger, policy) => moveLate(ledger, policy, spent)),
    answered: async (account, call) => alter(account, (ledger) => answered(ledger, call)),
    hold: async (account, why, forMs) =>
      alter(account, (ledger, policy) => hold(ledger, policy, { nowMs: now(), why, forMs })),
    lift: async (account) => alter(account, (ledger) => lift(ledger, now())),
    usage: async (account) => usage(ledgerOf(account), policyOf(account), now()),
    async state(account) {
      const policy = policyOf(account);
      const ledger = ledgerOf(account);
      return {
        usage: usage(ledger, policy, now()),
        policy,
        settings: settingsOf(account),
        standing: ledger.standing ?? {},
      };
    },
    async change(account, wish) {
      const changed = changeQuota(ledgerOf(account), settingsOf(account), wish, now());
      if (changed.kind !== "changed") return changed.kind === "refused" ? changed.policy : undefined;
      ledgers.set(account, changed.ledger);
      const last = changed.ledger.standing?.last;
      if (last) history.set(account, [last, ...(history.get(account) ?? [])].slice(0, 50));
      return undefined;
    },
    changes: async (account) => history.get(account) ?? [],
  };
}
