import { describe, expect, it } from "vitest";
import { examine } from "../chaos/examine.ts";
import { type Evidence, judge } from "../chaos/judge.ts";
import { PLANTED } from "../chaos/planted.ts";

// A small part of `npm run test:chaos`, which plays thousands of schedules and then real processes.

describe("any order of failures leaves every receiver with one true outcome", () => {
  it("in 200 schedules of the model", async () => {
    for (let seed = 1; seed <= 200; seed++)
      expect({ seed, found: (await examine(seed)).findings }).toEqual({ seed, found: [] });
  });

  it("and the same again for the same seed", async () => {
    expect(await examine(7)).toEqual(await examine(7));
  });
});

/** Those that a few schedules show; `npm run test:chaos` plants them all. */
const SOON_FOUND = ["a record drops", "who may have got it", "a change is counted", "tokens are granted"];

describe("the model finds a mistake planted on purpose", () => {
  const mistakes = Object.entries(PLANTED).filter(([name]) => SOON_FOUND.some((one) => name.startsWith(one)));
  it.each(mistakes)("%s", async (_, sabotage) => {
    let found = 0;
    for (let seed = 1; seed <= 30 && found === 0; seed++) found = (await examine(seed, { sabotage })).findings.length;
    expect(found).toBeGreaterThan(0);
  });
});

describe("judge", () => {
  const none = { sent: 0, failed: 0, unknown: 0, canceled: 0, pending: 0 };
  const sent = { userId: "1", status: "sent", messageId: "71" };
  const clean: Evidence = {
    job: "j",
    delivery: "at-most-once",
    state: "done",
    receivers: ["1"],
    told: [sent],
    tally: { ...none, sent: 1 },
    deliveredTo: () => ["71"],
  };

  it.each<{ when: string; parts: Partial<Evidence>; want: readonly string[] }>([
    { when: "all is well", parts: {}, want: [] },
    {
      when: "unknown, and he got it",
      parts: { told: [{ userId: "1", status: "unknown" }], tally: { ...none, unknown: 1 } },
      want: [],
    },
    { when: "nothing is said of him", parts: { told: [], tally: { ...none, pending: 1 } }, want: ["lost"] },
    { when: "sent, and he got nothing", parts: { deliveredTo: () => [] }, want: ["contradiction"] },
    { when: "sent under another's message id", parts: { deliveredTo: () => ["72"] }, want: ["contradiction"] },
    {
      when: "failed, and he got it",
      parts: { told: [{ userId: "1", status: "failed" }], tally: { ...none, failed: 1 } },
      want: ["contradiction"],
    },
    {
      when: "canceled, and he got it",
      parts: { told: [{ userId: "1", status: "canceled" }], tally: { ...none, canceled: 1 } },
      want: ["contradiction"],
    },
    { when: "he got it twice", parts: { deliveredTo: () => ["71", "72"] }, want: ["doubled"] },
    {
      when: "twice in at-least-once, unsaid",
      parts: { delivery: "at-least-once", deliveredTo: () => ["71", "72"] },
      want: ["doubled"],
    },
    {
      when: "twice in at-least-once, and MaybeTwice",
      parts: { delivery: "at-least-once", deliveredTo: () => ["71", "72"], told: [{ ...sent, maybeTwice: true }] },
      want: [],
    },
    { when: "two outcomes", parts: { told: [sent, sent] }, want: ["contradiction"] },
    {
      when: "a stranger has an outcome",
      parts: { told: [sent, { userId: "2", status: "sent", messageId: "71" }] },
      want: ["contradiction"],
    },
    { when: "the tally is wrong", parts: { tally: { ...none, sent: 2 } }, want: ["contradiction"] },
    { when: "it never ended", parts: { state: "running" }, want: ["contradiction"] },
  ])("$when: $want", ({ parts, want }) => {
    expect(judge({ ...clean, ...parts }).map(({ kind }) => kind)).toEqual(want);
  });
});
