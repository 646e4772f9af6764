import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowance, pacedBatchSize, paceOf } from "../../lib/domain/max-per-minute.ts";
import { aJob, NOW } from "../support/a-job.ts";

const MINUTE_MS = 60_000;
const job = aJob({ receivers: 1_000, batches: 10, batchSize: 100, maxPerMinute: 200 });

describe("allowance", () => {
  it.each([
    { when: "nothing is queued", parts: {}, open: 0, want: 250 },
    { when: "all of it is queued", parts: {}, open: 250, want: 0 },
    { when: "a part waits", parts: {}, open: 100, want: 150 },
    { when: "more waits than there may", parts: {}, open: 700, want: 0 },
    { when: "the next may go in a minute", parts: { pacedUntilMs: NOW + MINUTE_MS }, open: 0, want: 50 },
    { when: "the next may go much later", parts: { pacedUntilMs: NOW + 5 * MINUTE_MS }, open: 0, want: 0 },
    { when: "it was paced long ago", parts: { pacedUntilMs: NOW - 5 * MINUTE_MS }, open: 0, want: 250 },
    { when: "it begins in half a minute", parts: { notBeforeMs: NOW + 30_000 }, open: 0, want: 250 },
    { when: "it is one call", parts: { batches: 1 }, open: 0, want: Number.POSITIVE_INFINITY },
    { when: "it has no limit", parts: { maxPerMinute: undefined }, open: 0, want: Number.POSITIVE_INFINITY },
  ])("is $want where $when", ({ parts, open, want }) => {
    const { maxPerMinute, ...rest } = { ...job, ...parts };
    expect(allowance({ ...rest, ...(maxPerMinute !== undefined && { maxPerMinute }) }, open, NOW)).toBeCloseTo(want, 6);
  });
});

describe("paceOf", () => {
  it("spreads batches by their size from the end of the last on", () => {
    const { startsAtMs, pacedUntilMs } =
      paceOf(
        { ...job, receivers: 950, pacedUntilMs: NOW + 7 },
        [
          [0, 2],
          [8, 10],
        ],
        NOW,
      ) ?? {};
    expect([...(startsAtMs ?? [])]).toEqual([
      [0, NOW + 7],
      [1, NOW + 7 + 30_000],
      [8, NOW + 7 + 60_000],
      [9, NOW + 7 + 90_000],
    ]);
    expect(pacedUntilMs).toBe(NOW + 7 + 105_000);
  });

  it("is nothing for a job without a limit", () => {
    const { maxPerMinute: _, ...free } = job;
    expect(paceOf(free, [[0, 2]], NOW)).toBeUndefined();
  });
});

it.each([
  { maxPerMinute: 60, want: 60 },
  { maxPerMinute: 500, want: 497 },
  { maxPerMinute: undefined, want: 497 },
])("a batch has $want receivers at $maxPerMinute a minute", ({ maxPerMinute, want }) => {
  expect(pacedBatchSize({ ...(maxPerMinute !== undefined && { maxPerMinute }) }, 497)).toBe(want);
});

it("over any minute no more begins than the limit and a batch, whenever dispatch runs", () => {
  const runs = fc.array(fc.integer({ min: 5_000, max: 120_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 1, max: 497 }),
      runs,
      (maxPerMinute, size, gaps) => {
        const batchSize = Math.min(size, maxPerMinute);
        let one = aJob({
          receivers: 1_000_000,
          batches: Math.ceil(1_000_000 / batchSize),
          batchSize,
          maxPerMinute,
          cursor: 0,
        });
        let nowMs = NOW;
        const starts: number[] = [];
        for (const gapMs of gaps) {
          const room = allowance(one, 0, nowMs);
          const from = one.cursor;
          let to = from;
          for (let given = 0; given < room; given += batchSize) to++;
          const pace = paceOf(one, [[from, to]], nowMs);
          starts.push(...(pace?.startsAtMs.values() ?? []));
          one = { ...one, cursor: to, ...(pace && to > from && { pacedUntilMs: pace.pacedUntilMs }) };
          nowMs += gapMs;
        }
        for (const [i, atMs] of starts.entries()) {
          let within = 0;
          for (let k = i; k < starts.length && (starts[k] ?? 0) < atMs + MINUTE_MS; k++) within += batchSize;
          expect(within).toBeLessThanOrEqual(maxPerMinute + batchSize);
        }
      },
    ),
    { numRuns: 100 },
  );
});
