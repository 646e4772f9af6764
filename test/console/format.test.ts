import { describe, expect, it } from "vitest";
import { toCount, toDuration, toPercent, toRate, toTime } from "../../clients/console/src/format.ts";

it("counts have the separators of the language", () => {
  expect([toCount(1_234_567, "en"), toCount(1_234_567, "zh-CN")]).toEqual(["1,234,567", "1,234,567"]);
});

it.each([
  { value: 0.26, want: "0.3" },
  { value: 9.96, want: "10" },
  { value: 198.4, want: "198" },
])("a rate of $value is $want", ({ value, want }) => expect(toRate(value, "en")).toBe(want));

describe("a percentage", () => {
  it.each([
    { part: 0, of: 0, want: "0 %" },
    { part: 0, of: 10, want: "0 %" },
    { part: 1, of: 10_000_000, want: "0.1 %" },
    { part: 5, of: 10, want: "50 %" },
    { part: 9_999_999, of: 10_000_000, want: "99.9 %" },
    { part: 10, of: 10, want: "100 %" },
  ])("$part of $of is $want: all and nothing are said of nothing less", ({ part, of, want }) => {
    expect(toPercent(part, of, "en")).toBe(want);
  });
});

it.each([
  { seconds: -3, want: "0 sec" },
  { seconds: 46.4, want: "46 sec" },
  { seconds: 60, want: "1 min" },
  { seconds: 125, want: "2 min 5 sec" },
  { seconds: 3_605, want: "1 hr" },
  { seconds: 90_061, want: "1 day 1 hr" },
])("$seconds seconds are $want", ({ seconds, want }) => expect(toDuration(seconds, "en")).toBe(want));

it("a length of time in Chinese", () => expect(toDuration(125, "zh-CN")).toBe("2分钟 5秒"));

it("a time of today has no date, another one has", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  expect(toTime(now - 3_600_000, now, "en", "UTC")).toBe("11:00:00");
  expect(toTime(now - 86_400_000, now, "en", "UTC")).toBe("Feb 28, 12:00:00");
  expect(toTime(Date.parse("2026-03-01T00:00:00Z"), now, "en", "UTC")).toBe("00:00:00");
});
