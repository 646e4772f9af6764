import { describe, expect, it } from "vitest";
import { changeQuota, type QuotaWish } from "../../../lib/domain/quota/change-quota.ts";
import { withoutFuture } from "../../../lib/domain/quota/clock-check.ts";
import { effectivePolicy } from "../../../lib/domain/quota/effective-policy.ts";
import { EMPTY_LEDGER, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import type { LimitChange } from "../../../lib/domain/quota/standing.ts";
import { reserve } from "../../../lib/domain/quota/token-bucket.ts";
import { usage } from "../../../lib/domain/quota/usage.ts";

const SETTINGS = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;

function changed(ledger: Ledger, wish: Omit<QuotaWish, "by"> & object, nowMs = NOW): Ledger {
  const made = changeQuota(ledger, SETTINGS, { ...wish, by: "ops" } as QuotaWish, nowMs);
  if (made.kind !== "changed") throw new Error(`the change is ${made.kind}`);
  return made.ledger;
}
const limited = (ledger: Ledger, limits: LimitChange, nowMs = NOW) =>
  changed(ledger, { event: "limits", limits } as object as QuotaWish, nowMs);
const policyOf = (ledger: Ledger) => effectivePolicy(SETTINGS, ledger.standing);
const spent = (...entries: readonly [atMs: number, count: number][]): Ledger => ({
  ...EMPTY_LEDGER,
  entries: entries.map(([atMs, count]) => ({ slotMs: NOW + atMs, count })),
});
/** When an express call of so many goes, in ms from now. */
function slotOf(ledger: Ledger, count: number, nowMs = NOW): number {
  const ask = { nowMs, count, lane: "express", maxWaitMs: 60_000 } as const;
  const first = reserve(ledger, policyOf(ledger), ask);
  const grant = first.kind === "wait" ? reserve(ledger, policyOf(ledger), { ...ask, nowMs: first.untilMs }) : first;
  return grant.kind === "granted" ? grant.slotMs - NOW : Number.NaN;
}

describe("limits over the settings", () => {
  it("hold from the next reservation, and null takes one back", () => {
    const lower = limited(EMPTY_LEDGER, { messages: 4_000, perSecond: 500 });
    expect(policyOf(lower)).toEqual({ ...SETTINGS, messages: 4_000, perSecond: 500 });
    const back = limited(lower, { perSecond: null, floor: 10 });
    expect(policyOf(back)).toEqual({ ...SETTINGS, messages: 4_000, floor: 10 });
    expect(limited(back, { messages: null, floor: null }).standing?.limits).toBeUndefined();
  });

  it("lower ones count what is spent already", () => {
    const lower = limited(spent([-50_000, 4_000], [-1_000, 100]), { messages: 4_000 });
    expect(slotOf(lower, 60)).toBe(10_300);
  });

  it("higher ones count it too", () => {
    expect(slotOf(limited(spent([-50_000, 12_000]), { messages: 12_100 }), 60)).toBe(0);
    expect(slotOf(limited(spent([-50_000, 12_000]), { messages: 12_059 }), 60)).toBe(10_300);
  });

  it.each([
    { when: "a shorter window: what is spent keeps the longer one", windowMs: 30_000, want: 10_300 },
    { when: "a longer window: what is spent gets it", windowMs: 90_000, want: 40_300 },
  ])("$when", ({ windowMs, want }) => {
    const next = limited(spent([-50_000, 12_000]), { windowMs });
    expect(slotOf(next, 60)).toBe(want);
  });

  it("tokens spent after the change return by the new window, and the old one is forgotten once it is over", () => {
    const next = limited(spent([-50_000, 11_000]), { windowMs: 30_000 });
    const later = { ...next, entries: [...next.entries, { slotMs: NOW + 1, count: 1_000 }] };
    expect(slotOf(later, 60)).toBe(10_300);
    const full = { ...next, entries: [{ slotMs: NOW + 11_000, count: 12_000 }] };
    expect(slotOf(full, 60)).toBe(11_000 + 30_300);
    const again = limited(full, { windowMs: 40_000 }, NOW + 70_000);
    expect(again.standing?.before).toMatchObject({ windowMs: 30_000 });
  });

  it("of two changes in a row the longest window stays", () => {
    const twice = limited(limited(spent([-10_000, 12_000]), { windowMs: 30_000 }), { windowMs: 40_000 });
    expect(slotOf(twice, 60)).toBe(50_300);
  });

  it.each([
    { limits: { messages: 60 } },
    { limits: { floor: 12_000 } },
    { limits: { windowMs: 1_000 } },
    { limits: { windowMs: 3_600_000 } },
    { limits: { calls: 10, callsWindowMs: 1_000 } },
  ])("that cannot be kept change nothing: $limits", ({ limits }) => {
    const wish = { event: "limits", by: "ops", limits } as const;
    expect(changeQuota(EMPTY_LEDGER, SETTINGS, wish, NOW)).toMatchObject({ kind: "refused", policy: limits });
  });

  it("bulk begins a new pace: that of the old limit does not keep it waiting", () => {
    const paced = { ...spent([-1_000, 500]), pacedUntilMs: NOW + 50_000 };
    const higher = limited(paced, { messages: 24_000 });
    const grant = reserve(higher, policyOf(higher), { nowMs: NOW, count: 500, lane: "bulk", maxWaitMs: 1_000 });
    expect(grant).toMatchObject({ kind: "granted", slotMs: NOW });
  });

  it("keep the ledger small: many slots of the past are put together, later and never sooner", () => {
    const many = spent(...Array.from({ length: 1_200 }, (_, i) => [i - 1_190, 1] as [number, number]));
    const { entries } = limited(many, { windowMs: 30_000 });
    expect(entries.length).toBeLessThanOrEqual(510);
    expect(entries.reduce((sum, { count, calls = 1 }) => sum + count + calls, 0)).toBe(2_400);
    expect(entries.filter(({ slotMs }) => slotMs > NOW)).toHaveLength(9); // what is planned stays where it is
    const oldest = (all: Ledger["entries"], n: number) =>
      all.find((_, i) => all.slice(0, i + 1).reduce((sum, { count }) => sum + count, 0) >= n);
    for (const n of [1, 100, 1_000])
      expect(oldest(entries, n)?.slotMs).toBeGreaterThanOrEqual(oldest(many.entries, n)?.slotMs ?? 0);
  });
});

describe("a pause", () => {
  const paused = changed(EMPTY_LEDGER, { event: "pause" });
  const ask = { count: 1, lane: "express", maxWaitMs: 5_000 } as const;

  it("grants nothing to anybody, and says when to ask again: soon at first, then less often", () => {
    for (const [afterMs, againMs] of [
      [0, 5_000],
      [30_000, 6_000],
      [3_600_000, 60_000],
    ] as const) {
      const answer = reserve(paused, SETTINGS, { ...ask, nowMs: NOW + afterMs });
      expect(answer).toEqual({ kind: "wait", why: "paused", untilMs: NOW + afterMs + againMs });
    }
  });

  it("ends when it is resumed, and is remembered", () => {
    const resumed = changed(paused, { event: "resume" }, NOW + 9_000);
    expect(reserve(resumed, SETTINGS, { ...ask, nowMs: NOW + 9_000 })).toMatchObject({ kind: "granted" });
    expect(usage(paused, SETTINGS, NOW)).toMatchObject({ pausedAtMs: NOW });
    expect(usage(resumed, SETTINGS, NOW)).toMatchObject({ lastPause: { fromMs: NOW, toMs: NOW + 9_000 } });
    expect(usage(resumed, SETTINGS, NOW)).not.toHaveProperty("pausedAtMs");
  });

  it.each(["pause", "resume"] as const)("%s a second time changes nothing", (event) => {
    const ledger = event === "pause" ? paused : EMPTY_LEDGER;
    expect(changeQuota(ledger, SETTINGS, { event, by: "ops" }, NOW)).toEqual({ kind: "unchanged" });
  });

  it("who did it is kept, each change under its number", () => {
    const next = limited(paused, { messages: 100, calls: null }, NOW + 1);
    expect(paused.standing?.last).toEqual({ n: 1, atMs: NOW, by: "ops", event: "pause" });
    expect(next.standing?.last).toEqual({
      n: 2,
      atMs: NOW + 1,
      by: "ops",
      event: "limits",
      limits: { messages: 100, calls: null },
    });
    expect(next.standing?.pausedAtMs).toBe(NOW);
  });

  it("stays where a wrong clock has spoilt the ledger, and so do the limits", () => {
    const spoilt = { ...limited(paused, { messages: 100 }), seenMs: NOW + 3_600_000 };
    expect(withoutFuture(spoilt, SETTINGS, NOW).standing).toMatchObject({ pausedAtMs: NOW, limits: { messages: 100 } });
  });
});
