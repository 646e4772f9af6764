import { describe, expect, it } from "vitest";
import { estimateSeconds, isGone, lifeTimes, toDelaySeconds, withEntry } from "../../lib/domain/job.ts";
import { NOW } from "../support/a-job.ts";

const QUOTA = { messages: 12_000, windowMs: 60_000, marginMs: 300 };

it.each([
  { receivers: 1, want: 1 },
  { receivers: 199, want: 1 },
  { receivers: 200, want: 2 }, // a token returns a window and the margin later
  { receivers: 12_000, want: 61 },
  { receivers: 1_000_000, want: 5_025 },
])("$receivers receivers take about $want s of the whole quota", ({ receivers, want }) => {
  expect(estimateSeconds(receivers, QUOTA, { batches: 3 })).toBe(want);
});

it.each([
  { when: "its own limit is lower", maxPerMinute: 600, batches: 3, want: 100 },
  { when: "the quota is lower", maxPerMinute: 24_000, batches: 3, want: 6 },
  { when: "it is one call", maxPerMinute: 600, batches: 1, want: 6 },
])("1,000 receivers take $want s where $when", ({ maxPerMinute, batches, want }) => {
  expect(estimateSeconds(1_000, QUOTA, { maxPerMinute, batches })).toBe(want);
});

describe("lifeTimes", () => {
  const ttlMs = 1_000;
  it.each([
    { when: "it starts now", times: {}, want: [1_000, 2_000] },
    { when: "it starts later", times: { notBeforeMs: 500 }, want: [1_500, 2_500] },
    { when: "it would have started earlier", times: { notBeforeMs: -500 }, want: [1_000, 2_000] },
    { when: "it is to end earlier", times: { expiresAtMs: 30 }, want: [30, 2_000] },
    { when: "it is to end after its time", times: { expiresAtMs: 5_000 }, want: [1_000, 2_000] },
    {
      when: "it starts later and is to end earlier",
      times: { notBeforeMs: 500, expiresAtMs: 600 },
      want: [600, 2_500],
    },
  ])("when $when", ({ times, want: [expiresAtMs = 0, goneAtMs = 0] }) => {
    const later = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, NOW + ms]));
    const want = { expiresAtMs: NOW + expiresAtMs, goneAtMs: NOW + goneAtMs };
    expect(lifeTimes({ nowMs: NOW, ...later }, ttlMs)).toEqual(want);
  });
});

it.each([
  { ms: -5, want: 0 },
  { ms: 0, want: 0 },
  { ms: 1, want: 1 },
  { ms: 1_000, want: 1 },
  { ms: 900_000, want: 900 },
  { ms: 900_001, want: 900 },
])("$ms ms are a delay of $want s", ({ ms, want }) => {
  expect(toDelaySeconds(ms)).toBe(want);
});

it("a job is gone from its moment on", () => {
  expect([-1, 0, 1].map((ms) => isGone({ goneAtMs: NOW }, NOW + ms))).toEqual([false, true, true]);
});

it("a history keeps its last ten entries", () => {
  const entry = (n: number) => ({ atMs: n, event: "pause", by: "c" });
  const history = Array.from({ length: 12 }, (_, n) => entry(n)).reduce(withEntry, []);
  expect(history.map(({ atMs }) => atMs)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
