import { effectivePolicy } from "./effective-policy.ts";
import { CALLS_WINDOW_MS, callsIn, type Entry, type Ledger, type QuotaPolicy } from "./ledger.ts";
import { limitsOf, stillAway } from "./limits.ts";
import { policyFaults } from "./policy-rules.ts";
import { LIMIT_NAMES, type LimitChange, type OlderWindows, type QuotaChange, type StoredLimits } from "./standing.ts";

/** What an operator asks for. */
export type QuotaWish = Readonly<{ by: string }> &
  (Readonly<{ event: "limits"; limits: LimitChange }> | Readonly<{ event: "pause" }> | Readonly<{ event: "resume" }>);

export type Changed =
  | Readonly<{ kind: "changed"; ledger: Ledger }>
  /** It is so already. */
  | Readonly<{ kind: "unchanged" }>
  /** With these limits the quota could not be kept. */
  | Readonly<{ kind: "refused"; policy: QuotaPolicy }>;

/**
 * Change what operators set: limits over those of the settings, and whether anything is sent.
 *
 * A lower limit holds from the next reservation: it counts what is spent already. So does a higher one. Where a window
 * changes, what was spent until now comes back after the longer of both; what came back before is not counted again.
 *
 * @param settings the policy without any stored limit
 */
export function changeQuota(ledger: Ledger, settings: QuotaPolicy, wish: QuotaWish, nowMs: number): Changed {
  const { standing = {} } = ledger;
  const last: QuotaChange = {
    ...{ n: (standing.last?.n ?? 0) + 1, atMs: nowMs, by: wish.by, event: wish.event },
    ...(wish.event === "limits" && { limits: wish.limits }),
  };
  const { pausedAtMs } = standing;
  if (wish.event === "pause") {
    if (pausedAtMs !== undefined) return { kind: "unchanged" };
    return { kind: "changed", ledger: { ...ledger, standing: { ...standing, pausedAtMs: nowMs, last } } };
  }
  if (wish.event === "resume") {
    if (pausedAtMs === undefined) return { kind: "unchanged" };
    const lastPause = { fromMs: pausedAtMs, toMs: Math.max(nowMs, pausedAtMs) };
    return {
      kind: "changed",
      ledger: { ...ledger, standing: { ...standing, pausedAtMs: undefined, lastPause, last } },
    };
  }
  const limits = withChange(standing.limits ?? {}, wish.limits);
  const was = effectivePolicy(settings, standing);
  const policy = effectivePolicy(settings, { limits });
  if (policyFaults(policy, (field) => field).length > 0) return { kind: "refused", policy };
  const before = olderWindows(ledger, was, policy, nowMs);
  const isNone = Object.keys(limits).length === 0;
  const next = { ...ledger, standing: { ...standing, limits: isNone ? undefined : limits, before, last } };
  const pacedUntilMs = Math.min(ledger.pacedUntilMs, Math.max(nowMs, ledger.seenMs)); // it was the pace of another limit
  return { kind: "changed", ledger: { ...next, pacedUntilMs, entries: shortened(next, policy, nowMs) } };
}

function withChange(stored: StoredLimits, change: LimitChange): StoredLimits {
  const next = LIMIT_NAMES.flatMap((name) => {
    const value = change[name] === undefined ? stored[name] : change[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(next);
}

/** The windows that what is spent now keeps: those of until now, and those that were kept until now. */
function olderWindows(
  { entries, standing, seenMs }: Ledger,
  was: QuotaPolicy,
  now: QuotaPolicy,
  nowMs: number,
): OlderWindows | undefined {
  const kept = standing?.before;
  const matters = kept && kept.slotMs + Math.max(kept.windowMs, kept.callsWindowMs) + was.marginMs > nowMs;
  const before = matters ? kept : undefined;
  const [from, to] = [windowsOf(was), windowsOf(now)];
  if (from.windowMs === to.windowMs && from.callsWindowMs === to.callsWindowMs) return before;
  return {
    slotMs: Math.max(nowMs, seenMs, entries.at(-1)?.slotMs ?? 0),
    windowMs: Math.max(from.windowMs, before?.windowMs ?? 0),
    callsWindowMs: Math.max(from.callsWindowMs, before?.callsWindowMs ?? 0),
  };
}

const windowsOf = ({ windowMs, calls, callsWindowMs = CALLS_WINDOW_MS }: QuotaPolicy) => ({
  windowMs,
  callsWindowMs: calls === undefined ? 0 : callsWindowMs,
});

/** So many slots of the past a change leaves at most: as many as a window has by the default settings, and as many again. */
const MOST_PAST_SLOTS = 500;

/**
 * A ledger of which many slots are kept for longer than they were planned for could grow with each change. Then neighbours
 * that are past are put together, at the later slot: tokens come back later by that, never sooner.
 */
function shortened(ledger: Ledger, policy: QuotaPolicy, nowMs: number): readonly Entry[] {
  const seenMs = Math.max(nowMs, ledger.seenMs);
  const entries = stillAway(ledger.entries, limitsOf(policy, ledger, policy.messages), seenMs);
  const past = entries.filter(({ slotMs }) => slotMs <= seenMs);
  const inOne = Math.ceil(past.length / MOST_PAST_SLOTS);
  const merged: Entry[] = [];
  for (const [i, entry] of past.entries()) {
    const group = i % inOne === 0 ? undefined : merged.pop();
    const calls = callsIn(entry) + (group ? callsIn(group) : 0);
    merged.push(group ? { slotMs: entry.slotMs, count: group.count + entry.count, calls } : entry);
  }
  return [...merged, ...entries.slice(past.length)];
}
