import { describe, expect, it } from "vitest";
import { type AttemptResult, makeResult } from "../../lib/domain/attempt-result.ts";
import { countOf, countsOf, finalOf, NO_COUNTS, outcomeOf, own, plus, standingOf } from "../../lib/domain/outcome.ts";

const at = (atMs: number, parts: Partial<AttemptResult>): AttemptResult => makeResult({ atMs, ...parts });
const PENDING = { status: "pending", code: "Canceled" } as const;
const CANCELED = { status: "canceled", code: "Canceled" } as const;

describe("standingOf", () => {
  it.each<{ when: string; results: AttemptResult[]; want: object | undefined }>([
    { when: "there is no result", results: [], want: undefined },
    { when: "none speaks of the receiver", results: [at(1, { sent: { "8": "900" } })], want: undefined },
    {
      when: "one speaks of it",
      results: [at(1, { sent: { "7": "900" } })],
      want: { part: "sent", value: "900", attempts: 1, mayHaveArrived: false },
    },
    {
      when: "the last one counts, and those of others do not",
      results: [at(1, { refused: { "7": "F" } }), at(2, { sent: { "8": "9" } }), at(3, { failed: { "7": "G" } })],
      want: { part: "failed", value: "G", attempts: 2, mayHaveArrived: false },
    },
    {
      when: "an earlier one may have arrived",
      results: [at(1, { unclear: { "7": "T" } }), at(2, { refused: { "7": "F" } })],
      want: { part: "refused", value: "F", attempts: 2, mayHaveArrived: true },
    },
  ])("when $when", ({ results, want }) => {
    const standing = standingOf("7", results);
    if (want === undefined) expect(standing).toBeUndefined();
    else expect(standing).toMatchObject(want);
  });

  it("does not take what every object has for a receiver", () => {
    expect(standingOf("constructor", [at(1, { sent: { "7": "900" } })])).toBeUndefined();
    expect(outcomeOf("constructor", [], {}, PENDING)).toEqual({ userId: "constructor", status: "pending" });
  });
});

describe("outcomeOf", () => {
  const lost = at(1, { unknown: { "7": "WorkerLost" } });
  const unclear = at(1, { unclear: { "7": "CallTimeout" } });
  it.each<{ when: string; results: AttemptResult[]; late?: string; implied?: typeof CANCELED; want: object }>([
    { when: "nobody tried yet", results: [], want: { status: "pending" } },
    {
      when: "nobody tried, and the job is canceled",
      results: [],
      implied: CANCELED,
      want: { status: "canceled", code: "Canceled" },
    },
    {
      when: "it was sent",
      results: [at(1, { requestId: "r", sent: { "7": "900" } })],
      want: { status: "sent", messageId: "900", requestId: "r", atMs: 1 },
    },
    {
      when: "it was sent, and the job is canceled",
      results: [at(1, { sent: { "7": "900" } })],
      implied: CANCELED,
      want: { status: "sent", messageId: "900", atMs: 1 },
    },
    {
      when: "it failed",
      results: [at(1, { refused: { "7": "F" } }), at(2, { failed: { "7": "G" } })],
      want: { status: "failed", code: "G", atMs: 2 },
    },
    {
      when: "it was refused and has another attempt",
      results: [at(1, { refused: { "7": "F" } })],
      want: { status: "pending", code: "F", atMs: 1 },
    },
    {
      when: "it was refused and not repeated before the job was canceled",
      results: [at(1, { refused: { "7": "F" } })],
      implied: CANCELED,
      want: { status: "canceled", code: "Canceled", atMs: 1 },
    },
    {
      when: "its first attempt may have arrived, the second did",
      results: [unclear, at(2, { sent: { "7": "900" } })],
      want: { status: "sent", messageId: "900", maybeTwice: true, atMs: 2 },
    },
    {
      when: "its only attempt may have arrived",
      results: [unclear],
      want: { status: "pending", code: "CallTimeout", atMs: 1 },
    },
    { when: "its worker was lost", results: [lost], want: { status: "unknown", code: "WorkerLost", atMs: 1 } },
    {
      when: "its worker was lost, and the answer came late",
      results: [lost],
      late: "900",
      want: { status: "sent", messageId: "900", atMs: 1 },
    },
    {
      when: "it was sent by two attempts: the recorded id stands",
      results: [unclear, at(2, { sent: { "7": "901" } })],
      late: "900",
      want: { status: "sent", messageId: "901", maybeTwice: true, atMs: 2 },
    },
    { when: "only a late answer speaks of it", results: [], late: "900", want: { status: "sent", messageId: "900" } },
  ])("when $when: $want.status", ({ results, late, implied, want }) => {
    const answers = late === undefined ? {} : { "7": late };
    expect(outcomeOf("7", results, answers, implied ?? PENDING)).toEqual({ userId: "7", ...want });
  });
});

describe("own", () => {
  it.each(["toString", "constructor", "__proto__", "hasOwnProperty"])("finds nothing that is inherited: %s", (name) => {
    expect(own({}, name)).toBeUndefined();
    expect(own({ "1": "5" }, "1")).toBe("5");
  });
});

describe("countsOf", () => {
  const ids = ["1", "2", "3", "4"];
  const first = at(1, { sent: { "1": "9" }, failed: { "2": "F" }, unknown: { "3": "U" }, refused: { "4": "F" } });
  it.each<{ when: string; results: AttemptResult[]; late?: Record<string, string>; want: object }>([
    { when: "there is no result", results: [], want: NO_COUNTS },
    { when: "there is one", results: [first], want: { sent: 1, failed: 1, unknown: 1 } },
    {
      when: "a later attempt came through",
      results: [first, at(2, { sent: { "4": "9" } })],
      want: { sent: 2, failed: 1, unknown: 1 },
    },
    { when: "an answer came late", results: [first], late: { "3": "9" }, want: { sent: 2, failed: 1, unknown: 0 } },
    {
      when: "a late answer is of another batch",
      results: [first],
      late: { "5": "9" },
      want: { sent: 1, failed: 1, unknown: 1 },
    },
  ])("when $when", ({ results, late = {}, want }) => {
    expect(countsOf(ids, results, late)).toEqual(want);
  });

  it("adds up", () => {
    const sum = plus({ sent: 1, failed: 2, unknown: 3 }, { sent: 10, failed: 20, unknown: -3 });
    expect(sum).toEqual({ sent: 11, failed: 22, unknown: 0 });
    expect(countOf(sum)).toBe(33);
  });
});

it("finalOf: a message id is proof whatever else stands", () => {
  expect(finalOf(undefined, undefined)).toBeUndefined();
  expect(finalOf(undefined, "900")).toBe("sent");
  expect(finalOf(standingOf("7", [at(1, { failed: { "7": "F" } })]), "900")).toBe("sent");
  expect(finalOf(standingOf("7", [at(1, { refused: { "7": "F" } })]), undefined)).toBeUndefined();
});
