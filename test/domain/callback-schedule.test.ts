import { describe, expect, it } from "vitest";
import { MOST_ATTEMPTS, retryDelayMs } from "../../lib/domain/callback-schedule.ts";

const DAY_MS = 86_400_000;

const waits = (random: number): number[] =>
  Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) => retryDelayMs(i + 1, random) ?? Number.NaN);

describe("retryDelayMs", () => {
  it("waits 5 s first, then ever longer", () => {
    expect(waits(0).slice(0, 4)).toEqual([5_000, 30_000, 120_000, 600_000]);
    expect(waits(0)).toEqual(waits(0).toSorted((a, b) => a - b));
  });

  it.each([
    { random: 0, hours: 22.7 },
    { random: 1, hours: 23.8 },
  ])("gives up after most of a day and never more than one: random $random", ({ random, hours }) => {
    const sum = waits(random).reduce((total, ms) => total + ms, 0);
    expect(sum / 3_600_000).toBeCloseTo(hours, 1);
    expect(sum).toBeLessThan(DAY_MS);
    expect(retryDelayMs(MOST_ATTEMPTS, random)).toBeUndefined();
    expect(retryDelayMs(MOST_ATTEMPTS + 1, random)).toBeUndefined();
  });

  it("spreads tries by at most a twentieth", () => {
    expect(retryDelayMs(1, 0.5)).toBe(5_125);
    expect(retryDelayMs(1, 1)).toBe(5_250);
  });
});
