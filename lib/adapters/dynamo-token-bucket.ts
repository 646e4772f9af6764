import { StoreContended } from "../domain/errors.ts";
import { type Changed, changeQuota } from "../domain/quota/change-quota.ts";
import { hold, lift } from "../domain/quota/circuit-breaker.ts";
import { effectivePolicy } from "../domain/quota/effective-policy.ts";
import type { Ledger, QuotaPolicy } from "../domain/quota/ledger.ts";
import { answered } from "../domain/quota/open-calls.ts";
import { assertPolicy } from "../domain/quota/policy-rules.ts";
import { reserveAll } from "../domain/quota/reserve-all.ts";
import { moveLate } from "../domain/quota/token-bucket.ts";
import { usage } from "../domain/quota/usage.ts";
import type { QuotaControl } from "../ports/quota-control.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import type { Reservation, ReserveAsk, TokenBucket } from "../ports/token-bucket.ts";
import type { Item } from "./dynamo-attributes.ts";
import { type DynamoLedgersOptions, dynamoLedgers } from "./dynamo-ledgers.ts";
import { dynamoQuotaChanges } from "./dynamo-quota-changes.ts";
import { quotaKey } from "./dynamo-quota-item.ts";

/** The settings; what operators have set stands in the item. */
export type DynamoTokenBucketOptions = DynamoLedgersOptions &
  Readonly<{
    /** Of every account, unless `policyOf` says another one. */
    policy: QuotaPolicy;
    policyOf?: (account: string) => QuotaPolicy;
  }>;

export interface DynamoTokenBucket extends TokenBucket, QuotaReader, QuotaControl {
  /** The account's item for a caller that reads anyway: what `take` is given saves `reserve` its own read. */
  companion(account: string): Readonly<{ table: string; key: Item; take: (item: Item | undefined) => void }>;
}

/** Asks and calls that were answered, all in one write, and what each ask is told. */
type Group = Readonly<{ asks: ReserveAsk[]; calls: number[]; answers: Promise<readonly Reservation[]> }>;

/** A caller that lost every write asks again after this. If it failed, the message would stay invisible for longer. */
const CONTENDED_MS = 1_000;

/**
 * The quota of an account, in one item. Whatever fails, nothing is granted: no reservation, no send.
 *
 * @throws {StoreContended} from its functions but `reserve`, which waits; {@link BadConfig} from `reserve`, if the stored limits
 *   do not fit the settings; and whatever the table throws
 */
export function dynamoTokenBucket(options: DynamoTokenBucketOptions): DynamoTokenBucket {
  const { table, now, policy: standard, policyOf: settingsOf = () => standard } = options;
  assertPolicy(standard);
  const ledgers = dynamoLedgers(options);
  const history = dynamoQuotaChanges(options);
  const groups = new Map<string, Group>();
  const riding = new Set<string>();

  return {
    reserve(account, ask) {
      const group = groupOf(account);
      const place = group.asks.push(ask) - 1;
      return group.answers.then((answers) => answers[place] ?? contended());
    },
    async isPaused(account) {
      const copy = riding.has(account) ? ledgers.lastCopy(account) : undefined;
      return (copy ?? (await ledgers.read(account)).ledger).standing?.pausedAtMs !== undefined;
    },
    moveLate: (account, spent) => alter(account, (ledger, policy) => moveLate(ledger, policy, spent)),
    async answered(account, call) {
      const group = groupOf(account);
      group.calls.push(call);
      await group.answers; // where it was not written the call is taken for a late one: nothing is lost but time
    },
    hold: (account, why, forMs) =>
      alter(account, (ledger, policy) => hold(ledger, policy, { nowMs: now(), why, forMs })),
    lift: (account) => alter(account, (ledger) => lift(ledger, now())),
    async usage(account) {
      const { ledger } = await ledgers.read(account);
      return usage(ledger, policyOf(account, ledger), now());
    },
    async state(account) {
      const { ledger } = await ledgers.read(account);
      const policy = policyOf(account, ledger);
      const settings = settingsOf(account);
      return { usage: usage(ledger, policy, now()), policy, settings, standing: ledger.standing ?? {} };
    },
    async change(account, wish) {
      for (;;) {
        const { ledger } = await ledgers.read(account);
        const kept = ledger.standing?.last;
        await history.keep(account, kept); // the item has the last one alone
        const changed = await ledgers.change<Changed | undefined>(account, (found) => {
          if (found.standing?.last?.n !== kept?.n) return { ledger: found, answer: undefined };
          const answer = changeQuota(found, settingsOf(account), wish, now());
          return { ledger: answer.kind === "changed" ? answer.ledger : found, answer };
        });
        if (changed) return changed.kind === "refused" ? changed.policy : undefined; // else others changed it meanwhile
      }
    },
    async changes(account) {
      const { ledger } = await ledgers.read(account);
      return history.all(account, ledger.standing?.last);
    },
    companion(account) {
      riding.add(account);
      return { table, key: quotaKey(account), take: (item) => ledgers.take(account, item) };
    },
  };

  function policyOf(account: string, { standing }: Ledger): QuotaPolicy {
    return effectivePolicy(settingsOf(account), standing);
  }

  function alter(account: string, to: (ledger: Ledger, policy: QuotaPolicy) => Ledger): Promise<void> {
    return ledgers.change(account, (ledger) => ({ ledger: to(ledger, policyOf(account, ledger)), answer: undefined }));
  }

  /** What comes while another write is under way goes into one write of its own. */
  function groupOf(account: string): Group {
    return groups.get(account) ?? startGroup(account);
  }

  function startGroup(account: string): Group {
    const asks: ReserveAsk[] = [];
    const calls: number[] = [];
    const answers = ledgers
      .inTurn(account, () => {
        groups.delete(account);
        return ledgers.decideAndWrite(account, (ledger) => {
          const policy = policyOf(account, ledger);
          if (policy !== settingsOf(account)) assertPolicy(policy);
          const decided = reserveAll(calls.reduce(answered, ledger), policy, asks, now());
          return { ledger: decided.ledger, answer: decided.answers };
        });
      })
      .catch((error: unknown) => {
        if (error instanceof StoreContended) return asks.map(contended);
        throw error;
      });
    const group = { asks, calls, answers };
    groups.set(account, group);
    return group;
  }

  function contended(): Reservation {
    return { kind: "wait", untilMs: now() + CONTENDED_MS, why: "quota" };
  }
}
