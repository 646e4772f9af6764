import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttemptResult, MAX_ATTEMPTS, makeResult, WORKER_LOST } from "../../lib/domain/attempt-result.ts";
import {
  type BatchRows,
  NO_ROW,
  NO_ROWS,
  resultsOf,
  rowForNextClaim,
  withResult,
} from "../../lib/domain/batch-rows.ts";
import type { Delivery } from "../../lib/domain/job.ts";
import { countsOf, type LateAnswers, NO_COUNTS, type OutcomeStatus, outcomeOf } from "../../lib/domain/outcome.ts";
import { toResult } from "../../lib/domain/read-answer.ts";
import { mayHaveLateAnswers, type Remaining, remaining } from "../../lib/domain/remaining.ts";
import type { RtcAnswer } from "../../lib/domain/rtc-answer.ts";

const LIST = ["1", "2", "3"];
const at = (atMs: number, parts: Partial<AttemptResult>): AttemptResult => makeResult({ atMs, ...parts });
const rowsOf = (batch: AttemptResult[], retry: AttemptResult[] = [], late: LateAnswers = {}): BatchRows => ({
  batch: { ...NO_ROW, version: 1, results: batch },
  retry: { ...NO_ROW, version: 1, results: retry, late },
});
const first = at(1_000, { sent: { "1": "9" }, refused: { "2": "F" }, unclear: { "3": "T" } });

describe("remaining", () => {
  it.each<{ when: string; rows: BatchRows; late?: LateAnswers; want: Partial<Remaining>[] }>([
    {
      when: "nobody tried yet",
      rows: NO_ROWS,
      want: LIST.map((userId) => ({ userId, attempts: 0, mayHaveArrived: false, readyAtMs: 0 })),
    },
    {
      when: "everybody has a final outcome",
      rows: rowsOf([at(1, { sent: { "1": "9" }, failed: { "2": "F" }, unknown: { "3": "U" } })]),
      want: [],
    },
    {
      when: "the first attempt left two",
      rows: rowsOf([first]),
      want: [
        { userId: "2", attempts: 1, mayHaveArrived: false, readyAtMs: 3_000 },
        { userId: "3", attempts: 1, mayHaveArrived: true, readyAtMs: 3_000 },
      ],
    },
    {
      when: "the second was refused too: who may have got the first is still in doubt",
      rows: rowsOf([first], [at(4_000, { refused: { "2": "F", "3": "F" } })]),
      want: [
        { userId: "2", attempts: 2, mayHaveArrived: false, readyAtMs: 9_000 },
        { userId: "3", attempts: 2, mayHaveArrived: true, readyAtMs: 9_000 },
      ],
    },
    {
      when: "the quota split it: who was not tried goes first",
      rows: rowsOf([at(1_000, { refused: { "1": "F" } })]),
      want: [
        { userId: "2", attempts: 0 },
        { userId: "3", attempts: 0 },
        { userId: "1", attempts: 1 },
      ],
    },
    { when: "a late answer stands in the tally", rows: rowsOf([first]), late: { "3": "9" }, want: [{ userId: "2" }] },
    { when: "a late answer stands on the row", rows: rowsOf([first], [], { "3": "9" }), want: [{ userId: "2" }] },
  ])("when $when", ({ rows, late, want }) => {
    const left = remaining(LIST, rows, late);
    expect(left).toHaveLength(want.length);
    expect(left).toMatchObject(want);
  });
});

it.each<{ when: string; rows: BatchRows; want: boolean }>([
  { when: "there is nothing", rows: NO_ROWS, want: false },
  {
    when: "everybody is sent or refused",
    rows: rowsOf([at(1, { sent: { "1": "9" }, refused: { "2": "F" } })]),
    want: false,
  },
  { when: "somebody is unknown", rows: rowsOf([at(1, { unknown: { "1": "U" } })]), want: true },
  { when: "somebody may have got an attempt", rows: rowsOf([], [at(1, { unclear: { "1": "T" } })]), want: true },
])("mayHaveLateAnswers when $when: $want", ({ rows, want }) => expect(mayHaveLateAnswers(rows)).toBe(want));

/** A batch of six, tried until nothing is left: the quota grants some, the upstream answers this or that, workers are lost. */
describe("in whatever way a batch is worked off", () => {
  const IDS = ["1", "2", "3", "4", "5", "6"];
  type Round = Readonly<{
    granted: number;
    say: "answered" | "unclear" | "refused" | "lost";
    bad: string[];
    mute: string[];
    late: string[];
  }>;
  const some = fc.subarray(IDS);
  const rounds: fc.Arbitrary<Round[]> = fc.array(
    fc.record({
      granted: fc.integer({ min: 1, max: 6 }),
      say: fc.constantFrom("answered", "answered", "unclear", "refused", "lost"),
      bad: some,
      mute: some,
      late: some,
    }),
    { minLength: 1, maxLength: 24 },
  );
  const deliveries = fc.constantFrom<Delivery>("at-most-once", "at-least-once");

  function resultOf({ say, bad, mute }: Round, asked: readonly Remaining[], delivery: Delivery, atMs: number) {
    const heard = asked.map(({ userId }) => userId).filter((id) => !bad.includes(id) && !mute.includes(id));
    const answers: Record<"answered" | "unclear" | "refused", RtcAnswer> = {
      answered: { kind: "answered", messageIds: new Map(heard.map((id) => [id, `9${id}`])), failedReceivers: bad },
      unclear: { kind: "unclear", code: "T" },
      refused: { kind: "refused", why: "request", code: "R" },
    };
    const lost: RtcAnswer = { kind: "unclear", code: WORKER_LOST };
    return toResult(say === "lost" ? lost : answers[say], asked, { delivery, atMs });
  }

  /** Every moment of it. */
  function* lives(all: readonly Round[], delivery: Delivery): Generator<{ rows: BatchRows; late: LateAnswers }> {
    let rows = NO_ROWS;
    let late: LateAnswers = {};
    yield { rows, late };
    for (const [i, round] of all.entries()) {
      const asked = remaining(IDS, rows, late).slice(0, round.granted);
      if (asked.length === 0) return;
      rows = withResult(rows, rowForNextClaim(rows), resultOf(round, asked, delivery, i * 10_000));
      if (round.say === "lost") {
        const came = asked.filter(({ userId }) => round.late.includes(userId));
        late = { ...late, ...Object.fromEntries(came.map(({ userId }) => [userId, `8${userId}`])) };
      }
      yield { rows, late };
    }
  }

  const holds = (check: (rows: BatchRows, late: LateAnswers, delivery: Delivery) => void): void =>
    fc.assert(
      fc.property(rounds, deliveries, (all, delivery) => {
        for (const { rows, late } of lives(all, delivery)) check(rows, late, delivery);
      }),
    );
  const statusOf = (id: string, rows: BatchRows, late: LateAnswers): OutcomeStatus =>
    outcomeOf(id, resultsOf(rows), late, { status: "pending", code: "" }).status;

  it("who is left and who has a final outcome are the whole batch, each once", () => {
    holds((rows, late) => {
      const left = remaining(IDS, rows, late).map(({ userId }) => userId);
      const final = IDS.filter((id) => statusOf(id, rows, late) !== "pending");
      expect([...left, ...final].toSorted()).toEqual(IDS);
    });
  });

  it("the counts are the outcomes", () => {
    holds((rows, late) => {
      const want = { ...NO_COUNTS };
      for (const id of IDS) {
        const status = statusOf(id, rows, late);
        if (status !== "pending" && status !== "canceled") want[status]++;
      }
      expect(countsOf(IDS, resultsOf(rows), late)).toEqual(want);
    });
  });

  it("who may have got an attempt never ends failed", () => {
    holds((rows, late) => {
      const doubted = IDS.filter((id) => resultsOf(rows).some(({ unclear }) => id in unclear));
      for (const id of doubted) expect(statusOf(id, rows, late)).not.toBe("failed");
    });
  });

  it("nobody is tried more than three times, at most once nobody who may have got it", () => {
    holds((rows, _late, delivery) => {
      for (const id of IDS) {
        const spoken = resultsOf(rows).filter(({ atMs: _, requestId: __, ...parts }) =>
          Object.values(parts).some((part) => id in part),
        );
        expect(spoken.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
        const doubt = spoken.findIndex(({ unclear, unknown }) => id in unclear || id in unknown);
        if (delivery === "at-most-once" && doubt >= 0) expect(doubt).toBe(spoken.length - 1);
      }
    });
  });

  it("what is final stays as it is; only unknown turns into sent", () => {
    fc.assert(
      fc.property(rounds, deliveries, (all, delivery) => {
        let before: OutcomeStatus[] = IDS.map(() => "pending");
        for (const { rows, late } of lives(all, delivery)) {
          const now = IDS.map((id) => statusOf(id, rows, late));
          for (const [i, was] of before.entries()) {
            if (was !== "pending") expect(was === "unknown" ? ["unknown", "sent"] : [was]).toContain(now[i]);
          }
          before = now;
        }
      }),
    );
  });
});
