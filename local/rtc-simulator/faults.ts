import type { Call } from "./check-request.ts";
import type { FaultRule } from "./fault-rules.ts";
import { fraction } from "./seeded.ts";

/** What goes wrong with one call. */
export type Plan = Readonly<{
  delayMs: number;
  /** users for FailedReceiver */
  fail: ReadonlySet<string>;
  /** users for neither list → whether they receive the message all the same */
  omit: ReadonlyMap<string, boolean>;
  /** what happens instead of an answer with Result */
  instead?: Instead;
}>;

type Do = FaultRule["do"];
export type Instead = Extract<Do, { error: unknown } | { html: unknown } | { hang: unknown } | { reset: unknown }>;

export type FaultBook = Readonly<{
  /** Rules in the order they were given, with how many calls each has struck. */
  list(): readonly (FaultRule & Readonly<{ hits: number }>)[];
  add(rules: readonly FaultRule[]): void;
  replace(rules: readonly FaultRule[]): void;
  /** Back to the standing rules, none of them spent. */
  restore(): void;
  /** Decide about one call, and count it. Same seed, same rules, same calls in the same order: same plans. */
  plan(call: Call): Plan;
}>;

const NOTHING: Plan = { delayMs: 0, fail: new Set(), omit: new Map() };

type Entry = { rule: FaultRule; seen: number; hits: number };
const unspent = (rule: FaultRule): Entry => ({ rule, seen: 0, hits: 0 });

/** @param standing in force from the start, and again after `restore` */
export function makeFaultBook(seed: number, standing: readonly FaultRule[] = []): FaultBook {
  let entries = standing.map(unspent);

  /** Every rule that holds has its effect; the first that replaces the answer is the last one asked. */
  function plan(call: Call): Plan {
    if (entries.length === 0) return NOTHING;
    let delayMs = 0;
    const fail = new Set<string>();
    const omit = new Map<string, boolean>();
    for (const [i, entry] of entries.entries()) {
      const struck = strikes(entry, i, call);
      if (struck.length === 0) continue;
      const act = entry.rule.do;
      if ("delayMs" in act) delayMs += act.delayMs;
      else if ("failReceivers" in act) for (const id of struck) fail.add(id);
      else if ("omit" in act) for (const id of struck) omit.set(id, act.delivered);
      else return { delayMs, fail, omit, instead: act };
    }
    return { delayMs, fail, omit };
  }

  /** @returns the users the rule strikes in this call, none when it does not hold */
  function strikes(entry: Entry, index: number, call: Call): readonly string[] {
    const { when, times, do: act } = entry.rule;
    if (times !== undefined && entry.hits >= times) return [];
    if (when.appId !== undefined && when.appId !== call.said.AppId) return [];
    if (when.content !== undefined && !call.said.Content.includes(when.content)) return [];
    const struck = named(act, matching(when, call.receivers, seed), call.receivers);
    if (struck.length === 0) return [];
    entry.seen++;
    if (when.everyNth !== undefined && entry.seen % when.everyNth !== 0) return [];
    if (when.probability !== undefined && fraction(seed, `rule ${index} call ${entry.seen}`) >= when.probability) {
      return [];
    }
    entry.hits++;
    return struck;
  }

  return {
    plan,
    list: () => entries.map(({ rule, hits }) => ({ ...rule, hits })),
    add(rules) {
      entries = [...entries, ...rules.map(unspent)];
    },
    replace(rules) {
      entries = rules.map(unspent);
    },
    restore() {
      entries = standing.map(unspent);
    },
  };
}

function matching(when: FaultRule["when"], receivers: readonly string[], seed: number): readonly string[] {
  const { receivers: ids, userSuffix, userShare } = when;
  if (ids === undefined && userSuffix === undefined && userShare === undefined) return receivers;
  const wanted = ids && new Set(ids);
  return receivers.filter(
    (id) =>
      (wanted?.has(id) ?? true) &&
      (userSuffix === undefined || id.endsWith(userSuffix)) &&
      (userShare === undefined || fraction(seed, id) < userShare),
  );
}

/** A rule that names its users strikes those of them that are in the call, provided `when` holds for anyone in it. */
function named(act: Do, matched: readonly string[], receivers: readonly string[]): readonly string[] {
  const list = "failReceivers" in act ? act.failReceivers : "omit" in act ? act.omit : "matching";
  if (list === "matching" || matched.length === 0) return matched;
  const ids = new Set(list);
  return receivers.filter((id) => ids.has(id));
}
