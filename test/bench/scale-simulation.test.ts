import { describe, expect, it } from "vitest";
import { agenda } from "../../bench/scale-agenda.ts";
import { quotaItem } from "../../bench/scale-quota-item.ts";
import type { ScaleScenario } from "../../bench/scale-scenario.ts";
import { simulateScale } from "../../bench/scale-simulation.ts";
import { PARTITION_UNITS, takeUnits, throughput, write } from "../../bench/scale-table.ts";
import { EMPTY_LEDGER } from "../../lib/domain/quota/ledger.ts";

// The simulation of bench:scale: each limit that it models is reached where nothing else is in the way, and never passed.

const run = (scenario: Partial<ScaleScenario>) =>
  simulateScale(
    { ...{ receivers: 100_000_000, quota: 12_000_000, workers: 60, tasks: 4, minutes: 1 }, ...WARM, ...scenario },
    1,
  );
const WARM = { tableUnits: 40_000, partitions: 16 };
const random = () => 0.5;

describe("throughput", () => {
  it("gives out a second's worth at once, and then so much a second", () => {
    const on = throughput(100);
    const takenAt = (nowMs: number) =>
      Array.from({ length: 500 }, () => takeUnits([on], 1, nowMs)).filter(Boolean).length;
    expect([0, 500, 1_000, 60_000].map(takenAt)).toEqual([100, 50, 50, 100]);
    expect(on).toMatchObject({ units: 300, refused: 1_700 });
  });

  it("takes from a table and its partition both or from neither", () => {
    const [table, partition] = [throughput(100), throughput(10)];
    for (let i = 0; i < 30; i++) takeUnits([table, partition], 1, 0);
    expect(table).toMatchObject({ units: 10, refused: 0 });
    expect(partition).toMatchObject({ units: 10, refused: 20 });
  });

  it("a throttled call is made four times, then it fails", () => {
    const clock = agenda();
    const full = throughput(0);
    const ends: string[] = [];
    write({ clock, random }, [full], 1, { done: () => ends.push("done"), failed: () => ends.push("failed") });
    clock.run(60_000, () => false);
    expect(ends).toEqual(["failed"]);
    expect(full.refused).toBe(4);
  });
});

describe("the quota item", () => {
  const SECONDS = 5;

  /** So many write all the time, each on what it wrote or was told last. */
  function rivals(count: number) {
    const clock = agenda();
    const item = quotaItem({ clock, random });
    const goOn = (version: number) => () =>
      item.write(version, EMPTY_LEDGER, (winner) => goOn(winner?.version ?? version + 1)(), goOn(version));
    for (let i = 0; i < count; i++) goOn(0)();
    clock.run(SECONDS * 1_000, () => false);
    return { ...item.counts, refused: item.refused() };
  }

  it("takes the units of one partition, and no more", () => {
    const { writeUnits, refused } = rivals(50);
    expect(refused).toBeGreaterThan(0);
    expect(writeUnits).toBeLessThanOrEqual(PARTITION_UNITS * (SECONDS + 1));
    expect(writeUnits).toBeGreaterThan(0.95 * PARTITION_UNITS * SECONDS);
  });

  it("lets one of those win who write at once", () => {
    expect(rivals(1).lost).toBe(0);
    const { writes, lost } = rivals(4);
    expect(lost / writes).toBeCloseTo(3 / 4, 1);
  });
});

describe("the whole", () => {
  it("uses the quota up and never passes it", () => {
    const { use, peak } = run({ quota: 12_000, workers: 2, minutes: 6 });
    expect(use).toBeGreaterThan(0.985);
    expect(peak).toBeLessThanOrEqual(12_000);
  });

  it("a worker that waits for no quota sends as much as its calls take time; two send more", () => {
    const alone = run({ workers: 1, tasks: 1, minutes: 2 }).sent / 500 / 2; // batches a minute
    const longestMs = 6 + 9 + 250 + 9 + 250 + 9 + 9 + 50; // read, ask, the least gap of slots, claim, answer, record, count, the next event
    const shortestMs = 2 + 4 + 4 + 30 + 4 + 4 + 5;
    expect(alone).toBeGreaterThan(60_000 / longestMs);
    expect(alone).toBeLessThan(60_000 / shortestMs);
    expect(run({ workers: 2, tasks: 1, minutes: 2 }).sent / 500 / 2).toBeGreaterThan(1.5 * alone);
  });

  it.each([1, 2])("rows in %i partitions take their units: the more, the more is sent", (partitions) => {
    const { resultsUnits, throttledResults } = run({ partitions });
    expect(throttledResults).toBeGreaterThan(0);
    expect(resultsUnits).toBeLessThanOrEqual((partitions * PARTITION_UNITS * 61) / 60);
    expect(resultsUnits).toBeGreaterThan(0.9 * partitions * PARTITION_UNITS);
  });

  it("a table takes its units, however many partitions it has", () => {
    const { resultsUnits, throttledResults } = run({ tableUnits: 300 });
    expect(throttledResults).toBeGreaterThan(0);
    expect(resultsUnits).toBeLessThanOrEqual((300 * 61) / 60);
    expect(resultsUnits).toBeGreaterThan(0.9 * 300);
  });

  it("shards share the limit: none of it is lost, none is added", () => {
    const { use, peak } = run({ quota: 1_200_000, shards: 3, workers: 30, minutes: 4 });
    expect(use).toBeGreaterThan(0.985);
    expect(peak).toBeLessThanOrEqual(1_200_000);
  });

  it("Lambda starts with five pollers: 500 workers send no more in the first seconds than they", () => {
    const seconds = { minutes: 0.05 };
    expect(run({ workers: 500, ...seconds }).sent).toBeLessThan(2 * run({ workers: 5, ...seconds }).sent);
  });

  it("is the same for the same seed", () => {
    const few = { quota: 1_200_000, workers: 4 };
    expect(run(few)).toEqual(run(few));
  });
});
