import { describe, expect, it } from "vitest";
import { timeFaults } from "../../lib/domain/check-times.ts";

const NOW = Date.parse("2026-01-31T08:00:00Z");
const DAY = 24 * 3600 * 1000;
const TTL = 30 * DAY;

const PAST = "must be in the future";
const begin = (detail: string) => ({ pointer: "/Options/NotBefore", detail });
const end = (detail: string) => ({ pointer: "/Options/ExpiresAt", detail });

describe("timeFaults", () => {
  it.each([
    { when: "no times", want: [] },
    { when: "starting now", notBefore: 0, want: [begin(PAST)] },
    { when: "starting in a millisecond", notBefore: 1, want: [] },
    { when: "starting in 30 days", notBefore: TTL, want: [] },
    { when: "starting past 30 days", notBefore: TTL + 1, want: [begin("must be at most 30 days ahead")] },
    { when: "expiring now", expires: 0, want: [end(PAST)] },
    { when: "expiring in a millisecond", expires: 1, want: [] },
    { when: "expiring in a year", expires: 365 * DAY, want: [] },
    { when: "expiring when it starts", notBefore: DAY, expires: DAY, want: [end("must be after NotBefore")] },
    { when: "expiring before it starts", notBefore: DAY, expires: 1, want: [end("must be after NotBefore")] },
    { when: "expiring after it starts", notBefore: DAY, expires: DAY + 1, want: [] },
    { when: "both in the past", notBefore: -1, expires: -1, want: [begin(PAST), end(PAST)] },
  ])("$when: $want", ({ notBefore, expires, want }) => {
    const times = {
      ...(notBefore !== undefined && { notBeforeMs: NOW + notBefore }),
      ...(expires !== undefined && { expiresAtMs: NOW + expires }),
    };
    expect(timeFaults(times, NOW, TTL)).toEqual(want);
  });
});
