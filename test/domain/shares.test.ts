import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Ranges, toRanges } from "../../lib/domain/ranges.ts";
import {
  batchesInShares,
  isValidTask,
  oldestQueuedMs,
  receiversIn,
  receiversInBatch,
  reviewShares,
  type Share,
} from "../../lib/domain/shares.ts";

const sizes = { receivers: 1_210, batches: 13, batchSize: 100 };

describe("receivers in batches", () => {
  it.each([
    { n: 0, want: 100 },
    { n: 11, want: 100 },
    { n: 12, want: 10 },
    { n: 13, want: 0 },
  ])("batch $n has $want", ({ n, want }) => {
    expect(receiversInBatch(sizes, n)).toBe(want);
  });

  it("add up, range by range and batch by batch", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(12)), (some) => {
        const ranges = toRanges(some.toSorted((a, b) => a - b));
        const sum = some.reduce((total, n) => total + receiversInBatch(sizes, n), 0);
        expect(receiversIn(sizes, ranges)).toBe(sum);
      }),
    );
  });
});

it.each([
  { when: "its share is queued and has the batch", share: "a", batch: 1, want: true },
  { when: "its share has not the batch", share: "a", batch: 2, want: false },
  { when: "its share is owed", share: "b", batch: 2, want: false },
  { when: "its share is gone", share: "c", batch: 1, want: false },
])("a task is valid only if $when: $want", ({ share, batch, want }) => {
  const shares: Share[] = [
    { id: "a", batches: [[0, 2]], queuedAtMs: 0 },
    { id: "b", batches: [[2, 4]] },
  ];
  expect(isValidTask(shares, share, batch)).toBe(want);
});

describe("reviewShares", () => {
  const queuedAt = (queuedAtMs: number, batches: Ranges = [[0, 3]]): Share => ({
    id: `at-${queuedAtMs}`,
    batches,
    queuedAtMs,
  });
  const owed = (batches: Ranges): Share => ({ id: "owed", batches });
  const times = { nowMs: 1_000, ageMs: 300, held: false };

  it.each<{
    when: string;
    shares: Share[];
    counted?: number[];
    times?: Partial<Parameters<typeof reviewShares>[2]>;
    want: { queued: Share[]; owed: Ranges; changed: boolean };
  }>([
    { when: "there are none", shares: [], want: { queued: [], owed: [], changed: false } },
    { when: "it is young", shares: [queuedAt(701)], want: { queued: [queuedAt(701)], owed: [], changed: false } },
    { when: "it is of age", shares: [queuedAt(700)], want: { queued: [], owed: [[0, 3]], changed: true } },
    {
      when: "it is of age while the account is held",
      shares: [queuedAt(0)],
      times: { held: true },
      want: { queued: [queuedAt(0)], owed: [], changed: false },
    },
    {
      when: "a hold ended a moment ago",
      shares: [queuedAt(0)],
      times: { heldTimes: [{ fromMs: 0, toMs: 701 }] },
      want: { queued: [queuedAt(0)], owed: [], changed: false },
    },
    {
      when: "a short hold ended a moment ago: only its own time is left out",
      shares: [queuedAt(0)],
      times: { heldTimes: [{ fromMs: 980, toMs: 990 }] },
      want: { queued: [], owed: [[0, 3]], changed: true },
    },
    {
      when: "a hold ended an age ago",
      shares: [queuedAt(0)],
      times: { heldTimes: [{ fromMs: 0, toMs: 700 }] },
      want: { queued: [], owed: [[0, 3]], changed: true },
    },
    {
      when: "a hold ended before it was queued",
      shares: [queuedAt(701)],
      times: { heldTimes: [{ fromMs: 0, toMs: 600 }] },
      want: { queued: [queuedAt(701)], owed: [], changed: false },
    },
    {
      when: "some of it is counted",
      shares: [queuedAt(900)],
      counted: [1],
      want: {
        queued: [
          queuedAt(900, [
            [0, 1],
            [2, 3],
          ]),
        ],
        owed: [],
        changed: true,
      },
    },
    {
      when: "all of it is counted",
      shares: [queuedAt(0)],
      counted: [0, 1, 2],
      want: { queued: [], owed: [], changed: true },
    },
    {
      when: "some of it was lost, the rest counted",
      shares: [queuedAt(0)],
      counted: [0, 2],
      want: { queued: [], owed: [[1, 2]], changed: true },
    },
    { when: "it is owed", shares: [owed([[0, 3]])], want: { queued: [], owed: [[0, 3]], changed: false } },
    {
      when: "an old worker counted what is owed",
      shares: [owed([[0, 3]])],
      counted: [2],
      want: { queued: [], owed: [[0, 2]], changed: true },
    },
    {
      when: "several are owed",
      shares: [queuedAt(0, [[3, 5]]), owed([[0, 3]]), queuedAt(900, [[5, 6]])],
      want: { queued: [queuedAt(900, [[5, 6]])], owed: [[0, 5]], changed: true },
    },
  ])("when $when", ({ shares, counted = [], times: other, want }) => {
    expect(reviewShares(shares, (n) => counted.includes(n), { ...times, ...other })).toEqual(want);
  });
});

it("batches in shares are all of them, queued or owed", () => {
  expect(
    batchesInShares([
      { id: "b", batches: [[2, 4]] },
      { id: "a", batches: [[0, 2]], queuedAtMs: 0 },
    ]),
  ).toEqual([[0, 4]]);
});

describe("oldestQueuedMs", () => {
  const share = (queuedAtMs: number | undefined, batches: Ranges): Share => ({
    id: "s",
    batches,
    ...(queuedAtMs !== undefined && { queuedAtMs }),
  });
  const times = { nowMs: 1_000, held: false };

  it.each<{
    when: string;
    shares: Share[];
    times?: Partial<Parameters<typeof oldestQueuedMs>[2]>;
    want: number | undefined;
  }>([
    { when: "nothing is queued", shares: [], want: undefined },
    { when: "several are", shares: [share(900, [[0, 2]]), share(100, [[2, 4]])], want: 900 },
    { when: "the older one is counted", shares: [share(900, [[0, 2]]), share(100, [[5, 7]])], want: 100 },
    { when: "a part of the older one is counted", shares: [share(900, [[0, 2]]), share(100, [[4, 7]])], want: 900 },
    { when: "it is owed: nobody waits in a queue", shares: [share(undefined, [[0, 2]])], want: undefined },
    { when: "it is queued for later", shares: [share(1_001, [[0, 2]])], want: undefined },
    { when: "the account is held", shares: [share(0, [[0, 2]])], times: { held: true }, want: undefined },
    {
      when: "the account was held for a part of the time",
      shares: [share(100, [[0, 2]])],
      times: { heldTimes: [{ fromMs: 0, toMs: 400 }] },
      want: 600,
    },
  ])("when $when", ({ shares, times: other, want }) => {
    expect(oldestQueuedMs(shares, (batch) => batch >= 5, { ...times, ...other })).toBe(want);
  });
});
