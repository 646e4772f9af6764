import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCHES_PER_TALLY, batchesInTally, isFull, NO_TALLY, tallyOf, totalOf } from "../../lib/domain/tally.ts";

describe("tallyOf", () => {
  it.each([
    { batch: 0, want: 0 },
    { batch: 99, want: 0 },
    { batch: 100, want: 1 },
    { batch: 20_000, want: 200 },
  ])("batch $batch stands in tally $want", ({ batch, want }) => expect(tallyOf(batch)).toBe(want));
});

describe("batchesInTally", () => {
  it.each([
    { batches: 250, tally: 0, want: 100 },
    { batches: 250, tally: 2, want: 50 },
    { batches: 250, tally: 3, want: 0 },
    { batches: 300, tally: 2, want: 100 },
    { batches: 300, tally: 3, want: 0 },
  ])("tally $tally of $batches batches holds $want", ({ batches, tally, want }) => {
    expect(batchesInTally(batches, tally)).toBe(want);
  });

  it("every batch stands in exactly one tally", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (batches) => {
        const held = new Map<number, number>();
        for (let batch = 0; batch < batches; batch++) held.set(tallyOf(batch), (held.get(tallyOf(batch)) ?? 0) + 1);
        for (let n = 0; n <= batches / BATCHES_PER_TALLY + 1; n++) {
          expect(batchesInTally(batches, n)).toBe(held.get(n) ?? 0);
        }
      }),
      { numRuns: 30 },
    );
  });
});

it.each([
  { when: "all its batches are counted", counted: [100, 101], want: true },
  { when: "one is missing", counted: [100], want: false },
  { when: "there is none yet", counted: [], want: false },
])("isFull when $when: $want", ({ counted, want }) => {
  expect(isFull({ ...NO_TALLY, counted: new Set(counted) }, 102, 1)).toBe(want);
});

it("totalOf adds up all counts", () => {
  const one = { ...NO_TALLY, counts: { sent: 1, failed: 2, unknown: 3 } };
  expect(totalOf([one, NO_TALLY, one])).toEqual({ sent: 2, failed: 4, unknown: 6 });
  expect(totalOf([])).toEqual(NO_TALLY.counts);
});
