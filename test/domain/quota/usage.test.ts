import { describe, expect, it } from "vitest";
import { EMPTY_LEDGER, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { roomOf, usage } from "../../../lib/domain/quota/usage.ts";

const policy = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;

/** A ledger with `[slot, counted from NOW; count]` entries. */
const spent = (...entries: [atMs: number, count: number][]): Ledger => ({
  ...EMPTY_LEDGER,
  entries: entries.map(([atMs, count]) => ({ slotMs: NOW + atMs, count })),
});

describe("usage", () => {
  it.each([
    {
      when: "nothing was sent",
      ledger: spent(),
      want: { used: 0, reservedAhead: 0, capacity: 12_000, room: 24_000 },
    },
    {
      when: "slots at the edges",
      ledger: spent([-60_000, 1], [-59_999, 2], [0, 4], [1, 8]),
      want: { used: 6, reservedAhead: 8, capacity: 12_000, room: 24_000, returnsAtMs: NOW - 59_999 + 60_300 },
    },
    {
      when: "on hold",
      ledger: { ...spent(), hold: { why: "flow", sinceMs: NOW - 9, untilMs: NOW + 1, backoffMs: 1, probing: false } },
      want: {
        used: 0,
        reservedAhead: 0,
        capacity: 12_000,
        room: 24_000,
        heldUntilMs: NOW + 1,
        heldSinceMs: NOW - 9,
        heldWhy: "flow",
      },
    },
    {
      when: "a hold is over",
      ledger: { ...spent(), hold: { why: "flow", sinceMs: NOW - 9, untilMs: NOW, backoffMs: 1, probing: false } },
      want: { used: 0, reservedAhead: 0, capacity: 12_000, room: 24_000, lastHold: { fromMs: NOW - 9, toMs: NOW } },
    },
    {
      when: "a hold was lifted",
      ledger: { ...spent(), lastHold: { fromMs: NOW - 8, toMs: NOW - 7 } },
      want: { used: 0, reservedAhead: 0, capacity: 12_000, room: 24_000, lastHold: { fromMs: NOW - 8, toMs: NOW - 7 } },
    },
    {
      when: "the capacity fell",
      ledger: { ...spent(), shrunk: { sinceMs: NOW, capacity: 9_600 } },
      want: { used: 0, reservedAhead: 0, capacity: 9_600, room: 19_200 },
    },
  ] as const)("when $when", ({ ledger, want }) => {
    expect(usage(ledger, policy, NOW)).toEqual(want);
  });
});

it.each([
  { limits: { calls: 10 }, want: 10_000 },
  { limits: { calls: 10, callsWindowMs: 30_000 }, want: 20_000 },
  { limits: { calls: 1_000 }, want: 24_000 },
  { limits: { perSecond: 100 }, want: 12_000 },
])("the room is two minutes of the tightest limit: $limits", ({ limits, want }) => {
  expect(usage(EMPTY_LEDGER, { ...policy, ...limits }, NOW).room).toBe(want);
});

it("tells the calls of their window where they are limited", () => {
  const ledger = {
    ...EMPTY_LEDGER,
    entries: [
      { slotMs: NOW - 40_000, count: 9 },
      { slotMs: NOW, count: 9, calls: 3 },
    ],
  };
  expect(usage(ledger, policy, NOW).calls).toBeUndefined();
  expect(usage(ledger, { ...policy, calls: 10, callsWindowMs: 30_000 }, NOW).calls).toBe(3);
  expect(usage(ledger, { ...policy, calls: 10 }, NOW).calls).toBe(4);
});

it.each([
  { capacity: 12_000, windowMs: 60_000, want: 24_000 },
  { capacity: 600, windowMs: 60_000, want: 1_200 },
  { capacity: 100, windowMs: 3_000, want: 4_000 },
])("the room is two minutes of the quota: $capacity in $windowMs ms", ({ capacity, windowMs, want }) => {
  expect(roomOf(capacity, windowMs)).toBe(want);
});
