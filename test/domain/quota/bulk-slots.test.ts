import { describe, expect, it } from "vitest";
import { EMPTY_LEDGER, type Entry, type QuotaPolicy } from "../../../lib/domain/quota/ledger.ts";
import { type Ask, moveLate, reserve } from "../../../lib/domain/quota/token-bucket.ts";

const NOW = 1_000_000;
const POLICY = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
/** Bulk may be 2 s ahead of its pace: from here on it plans at `NOW + n` where its pace is `paceOf(n)`. */
const paceOf = (n: number): number => NOW + n + 2_000;

/** Where a call of ten goes, in ms from now. */
function slotOf(lane: "bulk" | "express", entries: readonly Entry[], pacedUntilMs: number): number | undefined {
  const ledger = { ...EMPTY_LEDGER, entries, pacedUntilMs, seenMs: NOW };
  const grant = reserve(ledger, POLICY, { nowMs: NOW, count: 10, lane, maxWaitMs: 1_000 });
  return grant.kind === "granted" ? grant.slotMs - NOW : undefined;
}
const at = (...times: number[]): Entry[] => times.map((ms) => ({ slotMs: NOW + ms, count: 10 }));

describe("bulk, by its pace free from 100 ms on, goes", () => {
  it.each([
    { when: "then, if nothing is near", entries: [], want: 100 },
    { when: "with the slot before that, nearer than the gap", entries: at(50), want: 50 },
    { when: "with the slot of this moment", entries: at(0), want: 0 },
    { when: "with a slot at that very time", entries: at(100), want: 100 },
    { when: "a gap after a slot that is past", entries: at(-50), want: 200 },
    { when: "with the latest slot before that", entries: at(-300, 20), want: 20 },
  ])("$when", ({ entries, want }) => expect(slotOf("bulk", entries, paceOf(100))).toBe(want));

  it("not with a slot that is a whole gap before its time", () => {
    expect(slotOf("bulk", at(50), paceOf(300))).toBe(300);
    expect(slotOf("bulk", at(51), paceOf(300))).toBe(51);
  });

  it("alone by its pace: express goes now", () => expect(slotOf("express", [], paceOf(100))).toBe(0));
});

describe("a late call", () => {
  const ledger = { ...EMPTY_LEDGER, entries: at(0), seenMs: NOW };

  it.each([299, 300])("answered %i ms after its slot is on time: nothing is written", (ms) => {
    expect(moveLate(ledger, POLICY, { slotMs: NOW, count: 10, answeredAtMs: NOW + ms })).toBe(ledger);
  });

  it("joins the slot that stands where it goes", () => {
    const two = { ...ledger, entries: at(0, 1_000) };
    const moved = moveLate(two, POLICY, { slotMs: NOW, count: 10, answeredAtMs: NOW + 1_300 });
    expect(moved.entries).toEqual([{ slotMs: NOW + 1_000, count: 20, calls: 2 }]);
  });
});

describe("bulk that finds room for a part of its batch", () => {
  const MOST = 11_940;
  const grantOf = (room: number, backInMs: number, ask: Partial<Ask> = {}, more: Partial<QuotaPolicy> = {}) => {
    const entries = [
      { slotMs: NOW + backInMs - 60_300, count: 500 },
      { slotMs: NOW - 10_000, count: MOST - 500 - room },
    ];
    const ledger = { ...EMPTY_LEDGER, entries, seenMs: NOW };
    const want = { nowMs: NOW, count: 400, lane: "bulk", maxWaitMs: 60_000, ...ask } as const;
    return reserve(ledger, { ...POLICY, ...more }, want);
  };
  const takes = (granted: number, afterMs = 0) => ({ kind: "granted", granted, slotMs: NOW + afterMs });

  it.each([
    { when: "all of it unused for 0.75 s", room: 399, backInMs: 751 },
    { when: "half of it for 1.5 s", room: 200, backInMs: 1_500 },
    { when: "a quarter of it for 3 s", room: 100, backInMs: 3_000 },
    { when: "the least that it takes, for 3 s", room: 60, backInMs: 3_000 },
  ])("waits for the rest: $when", ({ room, backInMs }) => {
    expect(grantOf(room, backInMs)).toMatchObject({ kind: "wait", untilMs: NOW + backInMs - 600 });
    expect(grantOf(room, backInMs, { nowMs: NOW + backInMs - 600 })).toMatchObject(takes(400, backInMs));
  });

  it.each([
    { when: "all of it unused for longer", room: 399, backInMs: 752 },
    { when: "half of it for longer", room: 200, backInMs: 1_501 },
    { when: "the least that it takes, for longer", room: 60, backInMs: 3_001 },
  ])("takes the part: $when", ({ room, backInMs }) => {
    expect(grantOf(room, backInMs)).toMatchObject(takes(room));
  });

  it("waits for as many messages, and for one call", () => {
    expect(grantOf(200, 1_500, {}, { calls: 100 })).toMatchObject({ kind: "wait", untilMs: NOW + 900 });
  });

  it("waits no longer where a window can never have the whole", () => {
    expect(grantOf(60, 3_000, { count: 20_000 })).toMatchObject(takes(60));
  });

  it("takes the part where a second is limited too", () => {
    expect(grantOf(200, 300, {}, { perSecond: 1_500 })).toMatchObject(takes(200));
  });

  it("is bulk alone: express of that size waits for all of it, however long", () => {
    expect(grantOf(200, 3_000, { lane: "express" })).toMatchObject(takes(400, 3_000));
  });
});

it.each([
  { ask: { nowMs: 0.5, count: 1 }, says: "nowMs must be a whole number, got 0.5" },
  { ask: { nowMs: NOW, count: 0 }, says: "count must be at least 1, got 0" },
])("an ask that is no number says so: $says", ({ ask, says }) => {
  expect(() => reserve(EMPTY_LEDGER, POLICY, { ...ask, lane: "bulk", maxWaitMs: 0 })).toThrow(says);
});
