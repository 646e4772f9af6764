import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { countsInWindow, drawQuota, thinned } from "../../bench/quota-picture.ts";
import { peakOf } from "../../bench/quota-simulation.ts";

const picture = readFileSync(join(import.meta.dirname, "../../docs/quota.svg"), "utf8");

it("docs/quota.svg is what the bench draws", () => {
  expect(drawQuota() === picture, "npm run bench:quota -- --draw writes it").toBe(true);
});

it("is small, and says in words what it shows", () => {
  expect(picture.length).toBeLessThan(60_000);
  const [, description = ""] = /<desc[^>]*>([^<]+)</.exec(picture) ?? [];
  const peaks = [...description.matchAll(/([a-zA-Z ]+): (\d+,\d+)/g)].slice(0, 4);
  const of = Object.fromEntries(peaks.map(([, name = "", most = ""]) => [name.trim(), Number(most.replace(",", ""))]));
  expect(of).toMatchObject({ Volley: expect.any(Number), "fixed window": expect.any(Number) });
  const { Volley, ...rivals } = of;
  expect(Volley).toBeLessThanOrEqual(12_000);
  expect(Object.values(rivals).every((most) => most > 12_000)).toBe(true);
});

describe("what is counted in the window that ends at a moment", () => {
  const counted = [
    { atMs: 0, count: 3 },
    { atMs: 40, count: 4 },
    { atMs: 100, count: 5 },
  ];

  it("rises with each call and falls one window later", () =>
    expect(countsInWindow(counted, 100).map(({ atMs, count }) => [atMs, count])).toEqual([
      [0, 3],
      [40, 7],
      [100, 4], // who came at 0 leaves before who comes at 100
      [100, 9],
      [140, 5],
      [200, 0],
    ]));

  it("has the peak that the bench measures", () =>
    expect(Math.max(...countsInWindow(counted, 100).map(({ count }) => count))).toBe(peakOf(counted, 100)));
});

it("a line is thinned without losing a peak, a low or where it ends", () => {
  const points = [5, 1, 9, 4, 7, 7, 7].map((count, i) => ({ atMs: i * 10, count }));
  expect(thinned(points, 40).map(({ count }) => count)).toEqual([1, 9, 4, 7, 7]);
});
