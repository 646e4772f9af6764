import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_LEDGER, type Entry, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { assertPolicy, longestCallMs, mostSlots } from "../../../lib/domain/quota/policy-rules.ts";
import { moveLate } from "../../../lib/domain/quota/token-bucket.ts";
import { alignedBatchSize } from "../../../lib/domain/quota/whole-or-part.ts";

const policy = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;

/** A ledger with `[slot, counted from NOW; count]` entries. */
const spent = (...entries: [atMs: number, count: number][]): Ledger => ({
  ...EMPTY_LEDGER,
  entries: entries.map(([atMs, count]) => ({ slotMs: NOW + atMs, count })),
});
const shape = (entries: readonly Entry[]) => entries.map(({ slotMs, count }) => [slotMs - NOW, count]);

describe("moveLate", () => {
  const call = { slotMs: NOW - 4_000, count: 500 };
  it.each([
    { when: "an answer within the margin", ledger: spent([-4_000, 500]), answered: -3_700, want: [[-4_000, 500]] },
    { when: "an answer one ms later", ledger: spent([-4_000, 500]), answered: -3_699, want: [[-3_999, 500]] },
    {
      when: "one call of a shared slot",
      ledger: spent([-4_000, 700]),
      answered: 0,
      want: [
        [-4_000, 200],
        [-300, 500],
      ],
    },
    { when: "a call told twice", ledger: spent([-300, 500]), answered: 0, want: [[-300, 1_000]] },
    {
      when: "a slot of which less is left",
      ledger: spent([-4_000, 499]),
      answered: 0,
      want: [
        [-4_000, 499],
        [-300, 500],
      ],
    },
    {
      when: "a whole slot beside neighbours: exactly where it has to be, a place is free for it",
      ledger: spent([-4_000, 500], [-400, 9], [-100, 9]),
      answered: 0,
      want: [
        [-400, 9],
        [-300, 500],
        [-100, 9],
      ],
    },
    {
      when: "a neighbour before",
      ledger: spent([-4_000, 501], [-400, 9]),
      answered: 0,
      want: [
        [-4_000, 1],
        [-400, 9],
        [-150, 500],
      ],
    },
    {
      when: "a neighbour after",
      ledger: spent([-4_000, 501], [-100, 9]),
      answered: 0,
      want: [
        [-4_000, 1],
        [-100, 509],
      ],
    },
    {
      when: "neighbours on both sides",
      ledger: spent([-4_000, 501], [-400, 9], [-100, 9]),
      answered: 0,
      want: [
        [-4_000, 1],
        [-400, 9],
        [-100, 509],
      ],
    },
    {
      when: "neighbours at a distance",
      ledger: spent([-4_000, 501], [-550, 9], [-50, 9]),
      answered: 0,
      want: [
        [-4_000, 1],
        [-550, 9],
        [-300, 500],
        [-50, 9],
      ],
    },
  ])("$when", ({ ledger, answered, want }) => {
    const moved = moveLate(ledger, policy, { ...call, answeredAtMs: NOW + answered });
    expect(shape(moved.entries)).toEqual(want);
  });

  it.each([
    { when: "one ms before its window is over it still moves", seen: 59_999, want: [[-300, 500]] },
    { when: "after its window nothing changes: the tokens are back", seen: 60_000, want: [[-4_000, 500]] },
  ])("$when", ({ seen, want }) => {
    const ledger = { ...spent([-4_000, 500]), seenMs: NOW + seen };
    const moved = moveLate(ledger, policy, { ...call, answeredAtMs: NOW });
    expect(shape(moved.entries)).toEqual(want);
    expect(moved.seenMs).toBe(NOW + seen);
  });

  it("keeps the time of the answer: nothing is planned before it any more", () => {
    const moved = moveLate(spent([-4_000, 500]), policy, { ...call, answeredAtMs: NOW });
    expect(moved.seenMs).toBe(NOW);
  });
});

describe("alignedBatchSize", () => {
  it.each([
    { messages: 12_000, floor: 60, max: 500, want: 497 },
    { messages: 12_000, floor: 0, max: 500, want: 500 },
    { messages: 400, floor: 60, max: 500, want: 340 },
    { messages: 2, floor: 1, max: 500, want: 1 },
    { messages: 61, floor: 60, max: 500, want: 1 },
  ])("of $messages less $floor, at most $max: $want", ({ messages, floor, max, want }) => {
    expect(alignedBatchSize({ ...policy, messages, floor }, max)).toBe(want);
  });

  it("is at most `max`, and no larger size needs as few batches for as much", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 500 }), (messages, max) => {
        const size = alignedBatchSize({ ...policy, messages, floor: 0 }, max);
        const filled = (each: number) => Math.floor(messages / each) * each;
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(max);
        expect(messages - filled(size)).toBeLessThan(Math.ceil(messages / max));
      }),
    );
  });
});

describe("assertPolicy", () => {
  it.each([
    { bad: { messages: 0, floor: -1 }, want: /messages must be .* >= 1, got 0; floor must be/ },
    { bad: { windowMs: 0.5 }, want: /windowMs/ },
    { bad: { marginMs: -1 }, want: /marginMs/ },
    { bad: { minGapMs: 0 }, want: /minGapMs/ },
    { bad: { floor: 12_000 }, want: /floor must be below messages, got 12000/ },
    { bad: { callTimeoutMs: 0 }, want: /callTimeoutMs must be a whole number >= 1/ },
    {
      bad: { callTimeoutMs: 25_001 },
      want: /callTimeoutMs must be at most 25000 where windowMs is 60000, got 25001: /,
    },
    { bad: { windowMs: 1_000, callTimeoutMs: 417 }, want: /callTimeoutMs must be at most 416 where windowMs is 1000/ },
    { bad: { windowMs: 3_600_000 }, want: /minGapMs must be at least \d+ .* up to 21603 slots, and 1000 are the most/ },
    { bad: { minGapMs: 50 }, want: /minGapMs must be at least 91 .* got 50: each reservation would write up to \d+/ },
  ])("rejects $bad", ({ bad, want }) => {
    const check = () => assertPolicy({ ...policy, ...bad });
    expect(check).toThrow(expect.objectContaining({ code: "BAD_CONFIG" }));
    expect(check).toThrow(want);
  });

  it("takes the defaults, and the least of everything", () => {
    const least = { messages: 1, windowMs: 3, marginMs: 0, floor: 0, minGapMs: 1, callTimeoutMs: 1 };
    expect(() => [policy, least].map(assertPolicy)).not.toThrow();
  });

  it.each([
    { when: "a call of 25 s in a minute", more: { callTimeoutMs: 25_000 } },
    { when: "a call of 416 ms in a second", more: { windowMs: 1_000, callTimeoutMs: 416 } },
    { when: "an hour with slots far apart", more: { windowMs: 3_600_000, minGapMs: 5_500 } },
    { when: "an hour with few messages: few slots", more: { windowMs: 3_600_000, messages: 499 } },
  ])("takes $when", ({ more }) => {
    expect(() => assertPolicy({ ...policy, ...more })).not.toThrow();
  });

  it("the gap that it asks for is enough", () => {
    for (const windowMs of [60_000, 200_000, 3_600_000]) {
      const asked = () => assertPolicy({ ...policy, windowMs, minGapMs: 1 });
      expect(asked).toThrow(/minGapMs/);
      const minGapMs = Number(/at least (\d+)/.exec(String(thrown(asked)))?.[1]);
      expect(() => assertPolicy({ ...policy, windowMs, minGapMs })).not.toThrow();
    }
  });

  it("half a window before tokens come back their call is answered and they are moved", () => {
    for (const windowMs of [100, 1_000, 60_000]) expect(longestCallMs(windowMs)).toBeLessThan(windowMs / 2);
    expect([longestCallMs(1_000), longestCallMs(60_000)]).toEqual([416, 25_000]);
  });

  it("a ledger of the default quota has 363 slots at most", () => {
    expect(mostSlots(policy)).toBe(363);
  });
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
