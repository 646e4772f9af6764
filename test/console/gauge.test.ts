import { describe, expect, it } from "vitest";
import { areaPath, keepSample, linePath, runsOf, type Sample, yOf } from "../../clients/console/src/gauge.ts";

const at = (atMs: number, used = 0, reserved = 0): Sample => ({ atMs, used, reserved });
const frame = { fromMs: 0, toMs: 100_000, width: 100, height: 50, max: 1_000 };

it("keeps the samples of the span, and one a moment", () => {
  expect(keepSample([at(0), at(2_000), at(4_000, 1)], at(4_000, 2), 3_000)).toEqual([at(2_000), at(4_000, 2)]);
});

it("does not join what was not looked at: a hidden page asks nothing", () => {
  const samples = [at(0), at(2_000), at(12_000), at(22_001)];
  expect(runsOf(samples).map((run) => run.map(({ atMs }) => atMs))).toEqual([[0, 2_000, 12_000], [22_001]]);
  expect(runsOf([])).toEqual([]);
});

describe("drawing", () => {
  const run = [at(0, 0), at(50_000, 500, 250), at(100_000, 1_000)];

  it("puts figures and times into the frame", () => {
    expect(linePath(run, ({ used }) => used, frame)).toBe("M0,50L50,25L100,0");
    expect(yOf(5_000, frame)).toBe(0);
  });

  it("an area goes along its top and back along its bottom", () => {
    const both = ({ used, reserved }: Sample) => used + reserved;
    expect(areaPath(run, both, ({ used }) => used, frame)).toBe("M0,50L50,12.5L100,0L100,0L50,25L0,50Z");
  });

  it("one sample makes no area", () => {
    const path = areaPath(
      [at(0, 5)],
      ({ used }) => used,
      () => 0,
      frame,
    );
    expect(path).toBe("");
  });
});
