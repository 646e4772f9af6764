import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCHES_PER_TALLY, estimateSeconds, receiversInTally, tallyOf } from "../../lib/domain/job.ts";

describe("receiversInTally", () => {
  it.each([
    { when: "the only tally of a small job", job: { receivers: 7, batchSize: 500 }, tally: 0, want: 7 },
    { when: "a full tally", job: { receivers: 60_000, batchSize: 500 }, tally: 0, want: 50_000 },
    { when: "the last tally", job: { receivers: 60_000, batchSize: 500 }, tally: 1, want: 10_000 },
    { when: "a tally past the end", job: { receivers: 50_000, batchSize: 500 }, tally: 1, want: 0 },
  ])("of $when is $want", ({ job, tally, want }) => {
    expect(receiversInTally(job, tally)).toBe(want);
  });

  it("adds up to the job, batch by batch", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 500 }), (receivers, batchSize) => {
        const batches = Math.ceil(receivers / batchSize);
        const tallies = Array.from({ length: tallyOf(batches - 1) + 1 }, (_, tally) =>
          receiversInTally({ receivers, batchSize }, tally),
        );
        expect(tallies.every((size) => size > 0 && size <= BATCHES_PER_TALLY * batchSize)).toBe(true);
        expect(tallies.reduce((sum, size) => sum + size)).toBe(receivers);
      }),
    );
  });
});

it.each([
  { receivers: 1, want: 1 },
  { receivers: 200, want: 1 },
  { receivers: 201, want: 2 },
  { receivers: 12_000, want: 60 },
  { receivers: 1_000_000, want: 5_000 },
])("$receivers receivers take about $want s of the whole quota", ({ receivers, want }) => {
  expect(estimateSeconds(receivers, { messages: 12_000, windowMs: 60_000 })).toBe(want);
});
