import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rollingCount } from "../../local/rtc-simulator/rolling-count.ts";

describe("rollingCount", () => {
  it("lets an entry go exactly one window later", () => {
    const count = rollingCount(1_000);
    count.add(500, 7);
    expect(count.at(1_499.999)).toBe(7);
    expect(count.at(1_500)).toBe(0);
  });

  it("holds the clock when it steps back: never too low", () => {
    const count = rollingCount(1_000);
    count.add(5_000, 1);
    count.add(3_000, 1);
    expect(count.at(5_999)).toBe(2);
    expect(count.at(6_000)).toBe(0);
    count.add(5_500, 1);
    expect(count.at(6_999)).toBe(1);
    expect(count.peak()).toBe(2);
  });

  it("forgets long runs of old entries without losing count", () => {
    const count = rollingCount(10);
    for (let ms = 0; ms < 10_000; ms++) count.add(ms, 1);
    expect([count.at(9_999), count.peak(), count.at(20_000)]).toEqual([10, 10, 0]);
  });

  it("agrees with a naive sum over every window", () => {
    const steps = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 40 }), count: fc.integer({ min: 1, max: 500 }) }),
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 100 }), (all, windowMs) => {
        const count = rollingCount(windowMs);
        const entries: { atMs: number; count: number }[] = [];
        const naive = (endMs: number) =>
          entries.filter((e) => e.atMs > endMs - windowMs && e.atMs <= endMs).reduce((sum, e) => sum + e.count, 0);
        let nowMs = 0;
        for (const step of all) {
          nowMs += step.waitMs;
          expect(count.at(nowMs)).toBe(naive(nowMs));
          count.add(nowMs, step.count);
          entries.push({ atMs: nowMs, count: step.count });
          expect(count.at(nowMs)).toBe(naive(nowMs));
        }
        const ends = Array.from({ length: nowMs + 1 }, (_, ms) => naive(ms));
        expect(count.peak()).toBe(Math.max(0, ...ends));
      }),
      { numRuns: 50 },
    );
  });
});
