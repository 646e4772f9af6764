import { describe, expect, it } from "vitest";
import { isoTime } from "../../lib/domain/iso-time.ts";
import { endOfMinuteMs, minuteOf } from "../../lib/domain/minute.ts";
import { placeInList } from "../../lib/domain/place-in-list.ts";

describe("a minute", () => {
  it.each([
    { atMs: 0, minute: 0, endMs: 60_000 },
    { atMs: 59_999, minute: 0, endMs: 60_000 },
    { atMs: 60_000, minute: 1, endMs: 120_000 },
    { atMs: Date.parse("2026-01-31T08:00:59.999Z"), minute: 29_497_440, endMs: Date.parse("2026-01-31T08:01:00Z") },
  ])("of $atMs is $minute", ({ atMs, minute, endMs }) => {
    expect(minuteOf(atMs)).toBe(minute);
    expect(endOfMinuteMs(minute)).toBe(endMs);
  });
});

describe("a time", () => {
  const AT_MS = Date.parse("2026-01-31T08:00:00.007Z");

  it("is shown to the millisecond, in UTC", () => expect(isoTime(AT_MS)).toBe("2026-01-31T08:00:00.007Z"));

  it("sorts jobs, and their ids those of one millisecond", () => {
    const place = (createdAtMs: number, id: string) => placeInList({ createdAtMs, id });
    expect(place(AT_MS, "b")).toBe("2026-01-31T08:00:00.007Z#b");
    expect([place(AT_MS + 1, "a"), place(AT_MS, "b"), place(AT_MS, "a")].sort()).toEqual([
      place(AT_MS, "a"),
      place(AT_MS, "b"),
      place(AT_MS + 1, "a"),
    ]);
  });
});
