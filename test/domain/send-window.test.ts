import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  closesAtMs,
  endsAtMs,
  isOpen,
  isShut,
  isTimeOfDay,
  isTimeZone,
  opensAtMs,
  type SendWindow,
  startsAtMs,
} from "../../lib/domain/send-window.ts";

const HOUR_MS = 3_600_000;
const at = Date.parse;
const window = (from: string, to: string, timeZone = "Europe/Berlin"): SendWindow => ({ from, to, timeZone });

/** Zones with every kind of change: by an hour, by half an hour (Lord Howe), none, past midnight (Azores), far from UTC. */
const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Shanghai"],
  ...["Atlantic/Azores", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll"],
];

describe("isOpen", () => {
  it.each([
    { when: "at From", of: window("09:00", "21:00"), time: "2026-01-31T08:00:00Z", want: true },
    { when: "a moment before", of: window("09:00", "21:00"), time: "2026-01-31T07:59:59.999Z", want: false },
    { when: "a moment before To", of: window("09:00", "21:00"), time: "2026-01-31T19:59:59.999Z", want: true },
    { when: "at To", of: window("09:00", "21:00"), time: "2026-01-31T20:00:00Z", want: false },
    { when: "in summer", of: window("09:00", "21:00"), time: "2026-07-31T07:00:00Z", want: true },
    { when: "past midnight", of: window("22:00", "06:00"), time: "2026-01-31T23:30:00Z", want: true },
    { when: "at noon", of: window("22:00", "06:00"), time: "2026-01-31T11:00:00Z", want: false },
    { when: "until midnight", of: window("09:00", "00:00"), time: "2026-01-31T22:59:59Z", want: true },
    { when: "at midnight", of: window("09:00", "00:00"), time: "2026-01-31T23:00:00Z", want: false },
    { when: "before 1970", of: window("09:00", "21:00", "UTC"), time: "1969-07-20T08:59:59.500Z", want: false },
    {
      when: "in the first of two hours of that name",
      of: window("02:10", "02:20"),
      time: "2026-10-25T00:15Z",
      want: true,
    },
    { when: "in the second", of: window("02:10", "02:20"), time: "2026-10-25T01:15Z", want: true },
  ])("says $want $when", ({ of, time, want }) => {
    expect(isOpen(of, at(time))).toBe(want);
    expect(isShut({ sendWindow: of }, at(time))).toBe(!want);
  });
});

describe("opensAtMs", () => {
  it.each([
    {
      when: "it is open",
      of: window("09:00", "21:00"),
      from: "2026-01-31T12:34:56.789Z",
      want: "2026-01-31T12:34:56.789Z",
    },
    {
      when: "it opens today",
      of: window("09:00", "21:00"),
      from: "2026-01-31T03:00:00Z",
      want: "2026-01-31T08:00:00Z",
    },
    {
      when: "it opens tomorrow",
      of: window("09:00", "21:00"),
      from: "2026-01-31T20:00:00Z",
      want: "2026-02-01T08:00:00Z",
    },
    {
      when: "summer begins meanwhile",
      of: window("09:00", "21:00"),
      from: "2026-03-28T20:00Z",
      want: "2026-03-29T07:00Z",
    },
    {
      when: "winter begins meanwhile",
      of: window("09:00", "21:00"),
      from: "2026-10-24T19:00Z",
      want: "2026-10-25T08:00Z",
    },
    { when: "From is left out", of: window("02:30", "04:00"), from: "2026-03-29T00:00Z", want: "2026-03-29T01:00Z" },
    {
      when: "the whole window is left out",
      of: window("02:10", "02:50"),
      from: "2026-03-29T00:00Z",
      want: "2026-03-30T00:10Z",
    },
    { when: "From comes again", of: window("02:10", "02:20"), from: "2026-10-25T00:30Z", want: "2026-10-25T01:10Z" },
    {
      when: "the change is of half an hour",
      of: window("02:15", "02:45", "Australia/Lord_Howe"),
      from: "2026-10-03T14:00Z",
      want: "2026-10-03T15:30Z",
    },
  ])("finds it where $when", ({ of, from, want }) => {
    expect(new Date(opensAtMs(of, at(from))).toISOString()).toBe(new Date(want).toISOString());
  });

  const timeOfDay = fc.integer({ min: 0, max: 1439 }).map((n) => {
    const two = (part: number): string => String(part).padStart(2, "0");
    return `${two(Math.floor(n / 60))}:${two(n % 60)}`;
  });
  const windows = fc
    .record({ from: timeOfDay, to: timeOfDay, timeZone: fc.constantFrom(...ZONES) })
    .filter(({ from, to }) => from !== to);
  const moments = fc.integer({ min: at("2024-01-01T00:00Z"), max: at("2032-01-01T00:00Z") });
  /** Within a day of a change of the clocks in Europe, America and Lord Howe. */
  const changes = fc
    .tuple(
      fc.constantFrom(...["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01"]),
      fc.integer({ min: -36 * HOUR_MS, max: 36 * HOUR_MS }),
    )
    .map(([day, ms]) => at(`${day}T02:00:00Z`) + ms);

  it("is the first moment at which it is open: none before it is", () => {
    fc.assert(
      fc.property(
        windows,
        fc.oneof(moments, changes),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (of, fromMs, parts) => {
          const openMs = opensAtMs(of, fromMs);
          expect(openMs).toBeGreaterThanOrEqual(fromMs);
          expect(isOpen(of, openMs)).toBe(true);
          if (openMs > fromMs) expect(isOpen(of, openMs - 1)).toBe(false);
          for (const part of parts) {
            const betweenMs = Math.floor(fromMs + part * (openMs - fromMs));
            if (betweenMs < openMs) expect(isOpen(of, betweenMs)).toBe(false);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("and closesAtMs between them: open from the one to the other", () => {
    fc.assert(
      fc.property(
        windows,
        fc.oneof(moments, changes),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, fromMs, part) => {
          const openMs = opensAtMs(of, fromMs);
          const closedMs = closesAtMs(of, openMs);
          expect(closedMs).toBeGreaterThan(openMs);
          expect(isOpen(of, closedMs)).toBe(false);
          expect(isOpen(of, Math.floor(openMs + part * (closedMs - 1 - openMs)))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("startsAtMs", () => {
  const NOW = at("2026-01-31T12:00Z");

  it.each([
    { when: "nothing holds it", job: {}, want: NOW },
    { when: "it is for later", job: { notBeforeMs: NOW + 5 }, want: NOW + 5 },
    { when: "it was for later", job: { notBeforeMs: NOW - 5 }, want: NOW },
    { when: "its window is open", job: { sendWindow: window("09:00", "21:00") }, want: NOW },
    { when: "its window is closed", job: { sendWindow: window("14:00", "21:00") }, want: NOW + HOUR_MS },
    {
      when: "its window is closed at its time",
      job: { sendWindow: window("09:00", "21:00"), notBeforeMs: at("2026-01-31T21:00Z") },
      want: at("2026-02-01T08:00Z"),
    },
  ])("is right where $when", ({ job, want }) => {
    expect(startsAtMs(job, NOW)).toBe(want);
  });
});

describe("endsAtMs", () => {
  const of = window("09:00", "11:00", "UTC");
  const FAR = at("2026-03-01T00:00Z");

  it.each([
    { when: "without a window", of: undefined, start: "2026-01-31T12:00Z", hours: 3, want: "2026-01-31T15:00Z" },
    { when: "that fits", of, start: "2026-01-31T09:30Z", hours: 1.5, want: "2026-01-31T11:00Z" },
    { when: "that is over the next day", of, start: "2026-01-31T09:30Z", hours: 2, want: "2026-02-01T09:30Z" },
    {
      when: "that begins at night and takes three days",
      of,
      start: "2026-01-31T20:00Z",
      hours: 5,
      want: "2026-02-03T10:00Z",
    },
  ])("adds up work $when", ({ of, start, hours, want }) => {
    expect(endsAtMs(of, at(start), hours * HOUR_MS, FAR)).toBe(at(want));
  });

  it("stops where nobody wants to know", () => {
    const untilMs = at("2026-02-02T00:00Z");
    const endMs = endsAtMs(of, at("2026-01-31T12:00Z"), 1e15, untilMs);
    expect(endMs).toBeGreaterThan(untilMs);
    expect(endMs).toBeLessThan(untilMs + 24 * HOUR_MS);
  });
});

describe("what a window is made of", () => {
  it.each([
    ...[
      { text: "00:00", want: true },
      { text: "23:59", want: true },
      { text: "24:00", want: false },
    ],
    ...[
      { text: "9:00", want: false },
      { text: "09:60", want: false },
      { text: "09:00:00", want: false },
      { text: "", want: false },
    ],
  ])("takes $text for a time of day: $want", ({ text, want }) => {
    expect(isTimeOfDay(text)).toBe(want);
  });

  it.each([
    ...[
      { name: "Europe/Berlin", want: true },
      { name: "UTC", want: true },
      { name: "Asia/Kolkata", want: true },
    ],
    ...[
      { name: "+08:00", want: false },
      { name: "Mars/Base", want: false },
      { name: "", want: false },
      { name: "Europe", want: false },
    ],
  ])("takes $name for a time zone: $want", ({ name, want }) => {
    expect(isTimeZone(name)).toBe(want);
  });
});
