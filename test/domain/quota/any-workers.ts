import fc from "fast-check";
import { changeQuota } from "../../../lib/domain/quota/change-quota.ts";
import { hold, lift } from "../../../lib/domain/quota/circuit-breaker.ts";
import { effectivePolicy } from "../../../lib/domain/quota/effective-policy.ts";
import { EMPTY_LEDGER, type Ledger, type QuotaPolicy } from "../../../lib/domain/quota/ledger.ts";
import { type Limit, limitsOf, returnsAtMs } from "../../../lib/domain/quota/limits.ts";
import { answered } from "../../../lib/domain/quota/open-calls.ts";
import type { LimitChange } from "../../../lib/domain/quota/standing.ts";
import { moveLate, reserve } from "../../../lib/domain/quota/token-bucket.ts";

/** A small bucket under three limits, each of which is the tightest now and then. A second is a second. */
export const POLICY: QuotaPolicy = {
  ...{ messages: 100, windowMs: 3_000, marginMs: 30, floor: 10, minGapMs: 5, callTimeoutMs: 100 },
  ...{ calls: 8, callsWindowMs: 2_000, perSecond: 60 },
};
/** Calls may take so long that a second is over before they are answered. */
export const SLOW: QuotaPolicy = { ...POLICY, callTimeoutMs: 800 };

const upTo = (max: number) => fc.integer({ min: 0, max });
const from = (min: number, max: number) => fc.integer({ min, max });
const call = fc.record({
  kind: fc.constant("call" as const),
  passMs: fc.oneof(fc.constant(0), upTo(60), upTo(800)),
  lane: fc.constantFrom("express" as const, "bulk" as const),
  count: fc.oneof(from(1, 10), from(1, 150)),
  countedAfterMs: fc.oneof(fc.constantFrom(0, POLICY.marginMs), upTo(POLICY.marginMs)),
  /** Of its timeout: so much later than the margin it is counted, and answered at once. */
  late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  maxWaitMs: fc.oneof(fc.constantFrom(0, 1_500), upTo(3_000)),
  refused: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.constant(true)),
});
/** Some limits are taken back to the settings, some are switched off. */
const maybe = (value: fc.Arbitrary<number>) => fc.oneof({ weight: 3, arbitrary: value }, fc.constant(null));
const change = fc.record(
  {
    messages: maybe(from(20, 200)),
    windowMs: maybe(from(600, 4_000)),
    calls: maybe(from(2, 20)),
    callsWindowMs: maybe(from(600, 4_000)),
    perSecond: maybe(from(10, 100)),
    floor: maybe(upTo(15)),
  },
  { requiredKeys: [] },
);
export const anyCalls = fc.array(call, { minLength: 30, maxLength: 70 });
export const anyCallsAndChanges = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: call },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("change" as const), limits: change }) },
  ),
  { minLength: 40, maxLength: 80 },
);
type Step = typeof anyCallsAndChanges extends fc.Arbitrary<(infer One)[]> ? One : never;

/** What the upstream counted of a call. `era`: of the limits that it was granted under. */
type Counted = { atMs: number; count: number; slotMs: number; era: number; backInEra?: number };

/**
 * Any workers, in true time: one step is one ask by one of them, or a change of the limits.
 *
 * @param dying whoever makes a late call tells nobody
 */
export function runWorkers(steps: readonly Step[], settings: QuotaPolicy = POLICY, dying = false) {
  const counted: Counted[] = [];
  const todo: { atMs: number; run(): void }[] = [];
  let ledger: Ledger = EMPTY_LEDGER;
  let nowMs = 10_000;
  const eras = [settings];
  const policy = () => effectivePolicy(settings, ledger.standing);

  const pass = (ms: number): void => {
    const endMs = nowMs + ms;
    for (;;) {
      const next = todo.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      todo.splice(todo.indexOf(next), 1);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = endMs;
  };

  for (const step of steps) {
    if (step.kind === "change") {
      const before = limitsOf(policy(), ledger, policy().messages);
      const changed = changeQuota(
        ledger,
        settings,
        { event: "limits", by: "ops", limits: step.limits as LimitChange },
        nowMs,
      );
      if (changed.kind !== "changed") continue;
      ledger = changed.ledger;
      eras.push(policy());
      for (const one of counted) {
        if (before.every((limit) => returnsAtMs(limit, one.slotMs) <= nowMs)) one.backInEra ??= eras.length - 1;
      }
      continue;
    }
    pass(step.passMs);
    const { lane, count, maxWaitMs, countedAfterMs, late } = step;
    const lateMs = Math.floor(late * settings.callTimeoutMs);
    if (step.refused) ledger = hold(ledger, policy(), { nowMs, why: "flow" });
    const grant = reserve(ledger, policy(), { nowMs, lane, count, maxWaitMs });
    if (grant.kind === "wait") continue;
    ledger = grant.probe ? lift(grant.ledger, nowMs) : grant.ledger;
    const { slotMs, granted, call } = grant;
    const atMs = slotMs + (lateMs > 0 ? settings.marginMs + lateMs : countedAfterMs);
    const one: Counted = { atMs, count: granted, slotMs, era: eras.length - 1 };
    counted.push(one);
    if (lateMs > 0 && dying) continue;
    const answer = (): void => {
      if (lateMs === 0) ledger = answered(ledger, call);
      else {
        ledger = moveLate(ledger, policy(), { slotMs, count: granted, answeredAtMs: atMs, call });
        one.slotMs = atMs - settings.marginMs;
      }
    };
    todo.push({ atMs, run: answer });
  }
  return { counted, eras, ledger };
}

/** By how much a window exceeds a limit, at the most: of every call the limits that it was granted under, and all granted before. */
export function excess({ counted, eras }: ReturnType<typeof runWorkers>, name: Limit["name"]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const [i, one] of counted.entries()) {
    const policy = eras[one.era] ?? POLICY;
    const limit = limitsOf(policy, {}, policy.messages).find((each) => each.name === name);
    if (limit === undefined) continue;
    const windowMs = limit.awayMs - policy.marginMs;
    const seen = counted.slice(0, i + 1).filter(({ backInEra = Number.POSITIVE_INFINITY }) => backInEra > one.era);
    for (const { atMs: fromMs } of seen) {
      if (fromMs > one.atMs || fromMs <= one.atMs - windowMs) continue;
      const inWindow = seen.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + windowMs);
      const tokens = name === "calls" ? inWindow.length : inWindow.reduce((sum, { count }) => sum + count, 0);
      most = Math.max(most, tokens - limit.most);
    }
  }
  return most;
}
