import { describe, expect, it } from "vitest";
import { EMPTY_LEDGER, type Entry, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { reserve } from "../../../lib/domain/quota/token-bucket.ts";

const policy = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;
/** A caller who waits for whatever may be reserved. */
const PATIENT = { maxWaitMs: 60_000 };

/** A ledger with `[slot, counted from NOW; count]` entries. */
const spent = (...entries: [atMs: number, count: number][]): Ledger => ({
  ...EMPTY_LEDGER,
  entries: entries.map(([atMs, count]) => ({ slotMs: NOW + atMs, count })),
});
const shape = (entries: readonly Entry[]) => entries.map(({ slotMs, count }) => [slotMs - NOW, count]);

describe("reserve grants", () => {
  it.each([
    { when: "an empty bucket's first batch", ledger: spent(), ask: { count: 500 }, want: [0, 500] },
    {
      when: "one message up to the floor",
      ledger: spent([-1_000, 11_940]),
      ask: { count: 1, lane: "express" },
      want: [0, 1],
    },
    {
      when: "as many as the floor, to the last",
      ledger: spent([-1_000, 11_940]),
      ask: { count: 60, lane: "express" },
      want: [0, 60],
    },
    {
      when: "a small express ask when tokens return",
      ledger: spent([-40_000, 11_940], [-1_000, 60]),
      ask: { count: 1, lane: "express" },
      want: [20_300, 1],
    },
    {
      when: "a large express ask whole, when enough return",
      ledger: spent([-60_000, 100], [-50_000, 400], [-1_000, 11_440]),
      ask: { count: 500, lane: "express" },
      want: [10_300, 500],
    },
    { when: "bulk a piece at the window's edge", ledger: spent([-1_000, 11_800]), ask: { count: 500 }, want: [0, 140] },
    { when: "bulk a piece of just the floor", ledger: spent([-1_000, 11_880]), ask: { count: 500 }, want: [0, 60] },
    {
      when: "bulk no sliver, but the next tokens to return",
      ledger: spent([-60_000, 497], [-1_000, 11_384]),
      ask: { count: 500 },
      want: [300, 500],
    },
    { when: "bulk a small rest whole", ledger: spent([-1_000, 11_920]), ask: { count: 20 }, want: [0, 20] },
    {
      when: "tokens the very moment they return",
      ledger: spent([-60_300, 12_000]),
      ask: { count: 500 },
      want: [0, 500],
    },
    { when: "none one ms before", ledger: spent([-60_299, 12_000]), ask: { count: 500 }, want: [1, 500] },
    { when: "the gap after the last slot", ledger: spent([-100, 10]), ask: { count: 10 }, want: [150, 10] },
    {
      when: "a slot that is ahead already",
      ledger: spent([200, 10]),
      ask: { count: 10, lane: "express" },
      want: [200, 10],
    },
    {
      when: "a slot of its own, far enough from its neighbours",
      ledger: spent([-250, 10], [250, 10]),
      ask: { count: 10 },
      want: [0, 10],
    },
    {
      when: "express no token that a call to come counts on",
      ledger: spent([-31_000, 600], [500, 11_300]),
      ask: { count: 100, lane: "express" },
      want: [29_300, 100],
    },
  ] as const)("$when", ({ ledger, ask, want }) => {
    const grant = reserve(ledger, policy, { ...PATIENT, lane: "bulk", nowMs: NOW, ...ask });
    expect(grant).toMatchObject({ kind: "granted", probe: false });
    if (grant.kind !== "granted") return;
    expect([grant.slotMs - NOW, grant.granted]).toEqual(want);
  });
});

describe("reserve says when to ask again", () => {
  it.each([
    { when: "bulk, 0.6 s before its slot", ledger: spent([-20_000, 11_940]), ask: { count: 500 }, want: 39_700 },
    {
      when: "express, half a window before its slot",
      ledger: spent([-20_000, 11_940]),
      ask: { count: 500, lane: "express" },
      want: 10_300,
    },
    {
      when: "express, no longer before its slot than it will wait",
      ledger: spent([-20_000, 11_940]),
      ask: { count: 500, lane: "express", maxWaitMs: 5_000 },
      want: 35_300,
    },
    {
      when: "bulk that will not wait at all",
      ledger: spent([-20_000, 11_940]),
      ask: { count: 500, maxWaitMs: 0 },
      want: 40_300,
    },
    {
      when: "bulk at its pace",
      ledger: { ...spent([-5_000, 7_000]), pacedUntilMs: NOW + 10_000 },
      ask: { count: 500 },
      want: 7_400,
    },
  ] as const)("$when", ({ ledger, ask, want }) => {
    const at = (nowMs: number) => reserve(ledger, policy, { ...PATIENT, lane: "bulk", ...ask, nowMs });
    expect(at(NOW)).toEqual({ kind: "wait", untilMs: NOW + want, why: "quota" });
    expect(at(NOW + want - 1).kind).toBe("wait");
    expect(at(NOW + want).kind).toBe("granted");
  });

  it.each([
    { when: "all of half the quota at once", count: 500, want: 12 },
    { when: "half the quota in small pieces", count: 60, want: 100 },
  ])("lets bulk burst after a quiet time: $when", ({ count, want }) => {
    let ledger = EMPTY_LEDGER;
    let grants = 0;
    for (let more = true; more; ) {
      const grant = reserve(ledger, policy, { ...PATIENT, nowMs: NOW, count, lane: "bulk" });
      more = grant.kind === "granted" && grant.ledger.pacedUntilMs === 0;
      if (grant.kind === "granted") ledger = grant.ledger;
      if (more) grants += 1;
    }
    expect(grants).toBe(want);
  });

  it("lets bulk have only what an express call to come leaves over", () => {
    const waiting = reserve(spent([-58_000, 500], [-1_000, 11_440]), policy, {
      ...PATIENT,
      nowMs: NOW,
      count: 500,
      lane: "express",
    });
    expect(waiting).toMatchObject({ kind: "granted", slotMs: NOW + 2_300 });
    if (waiting.kind === "granted") {
      const bulk = reserve(waiting.ledger, policy, { ...PATIENT, nowMs: NOW + 2_300, count: 500, lane: "bulk" });
      expect(bulk).toMatchObject({ kind: "wait", why: "quota" });
    }
  });

  it.each([
    { when: "a time that is no whole number", ask: { nowMs: NOW + 0.5, count: 1 } },
    { when: "no time", ask: { nowMs: Number.NaN, count: 1 } },
    { when: "no message", ask: { nowMs: NOW, count: 0 } },
    { when: "half a message", ask: { nowMs: NOW, count: 1.5 } },
  ])("throws on $when", ({ ask }) => {
    expect(() => reserve(EMPTY_LEDGER, policy, { ...PATIENT, lane: "bulk", ...ask })).toThrow(RangeError);
  });
});

describe("reserve keeps", () => {
  it("only tokens that have not returned, by slot", () => {
    const grant = reserve(spent([-60_300, 5], [-60_299, 6], [400, 7]), policy, {
      ...PATIENT,
      nowMs: NOW,
      count: 8,
      lane: "express",
    });
    expect(grant.kind === "granted" && shape(grant.ledger.entries)).toEqual([
      [-60_299, 6],
      [0, 8],
      [400, 7],
    ]);
  });

  it("the time: a clock that steps back finds no token again", () => {
    const first = reserve(spent([-60_300, 12_000]), policy, { ...PATIENT, nowMs: NOW, count: 500, lane: "bulk" });
    if (first.kind !== "granted") return expect.unreachable();
    const second = reserve(first.ledger, policy, { ...PATIENT, nowMs: NOW - 20_000, count: 1, lane: "express" });
    expect(second).toMatchObject({ kind: "granted", slotMs: NOW, ledger: { seenMs: NOW } });
  });
});

describe("reserve tells of its pace", () => {
  const bulk = { ...PATIENT, count: 497, lane: "bulk" as const };
  const full = { ...spent([-50_000, 6_000], [-20_000, 3_000]), pacedUntilMs: NOW - 500 };

  it("what a paced grant found and left", () => {
    const grant = reserve(full, policy, { ...bulk, nowMs: NOW });
    if (grant.kind !== "granted") throw new Error(grant.kind);
    expect(grant.pace).toEqual({ foundMs: NOW - 500, leftMs: grant.ledger.pacedUntilMs });
    expect(grant.ledger.pacedUntilMs).toBeGreaterThan(NOW);
  });

  it.each([
    { of: "express", ledger: full, lane: "express" as const },
    { of: "a burst after a quiet time", ledger: EMPTY_LEDGER, lane: "bulk" as const },
  ])("nothing of $of, which leaves it as it was", ({ ledger, lane }) => {
    const grant = reserve(ledger, policy, { ...bulk, lane, nowMs: NOW });
    expect(grant).toMatchObject({ kind: "granted", ledger: { pacedUntilMs: ledger.pacedUntilMs } });
    expect(grant).not.toHaveProperty("pace");
  });
});
