import { describe, expect, it } from "vitest";
import { pacedUntil } from "../../../lib/domain/quota/pacing.ts";

const messages = { name: "messages", most: 1_000, awayMs: 1_000 } as const;
const every = (stepMs: number, count: number) =>
  Array.from({ length: 1_000 / stepMs }, (_, i) => ({ slotMs: i * stepMs, count }));

describe("pacedUntil", () => {
  it.each([
    { when: "nothing was spent: the limit over a window", entries: [], atMs: 0, count: 100, want: 100 },
    {
      when: "half was just spent: the other half over a window",
      entries: [{ slotMs: 0, count: 500 }],
      atMs: 0,
      count: 100,
      want: 200,
    },
    {
      when: "half returns soon: what can be kept up after that",
      entries: [{ slotMs: -900, count: 500 }],
      atMs: 0,
      count: 100,
      want: 100,
    },
    {
      when: "much returns late, as much as is there until then",
      entries: [{ slotMs: -100, count: 900 }],
      atMs: 0,
      count: 100,
      want: 900,
    },
    { when: "an even stream: it stays even", entries: every(100, 100).slice(1), atMs: 1_000, count: 100, want: 1_100 },
    {
      when: "the narrowest of several returns",
      entries: [
        { slotMs: -800, count: 100 },
        { slotMs: -200, count: 700 },
      ],
      atMs: 0,
      count: 100,
      want: 266,
    },
    {
      when: "tokens that returned already",
      entries: [
        { slotMs: -1_000, count: 300 },
        { slotMs: -100, count: 900 },
      ],
      atMs: 0,
      count: 100,
      want: 900,
    },
    { when: "a call planned for later", entries: [{ slotMs: 10, count: 900 }], atMs: 0, count: 100, want: 100 },
    { when: "rounded down", entries: [], atMs: 0, count: 3, limit: 999, want: 3 },
  ])("$when", ({ entries, atMs, count, want, limit = 1_000 }) => {
    expect(pacedUntil(entries, { ...messages, most: limit }, { atMs, count })).toBe(want);
  });
});
