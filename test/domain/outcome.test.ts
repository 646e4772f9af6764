import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allOf,
  type Counts,
  countChange,
  countOf,
  FINAL,
  makeTry,
  NO_COUNTS,
  type OutcomeStatus,
  outcomeOf,
  outcomesOf,
  type Try,
} from "../../lib/domain/outcome.ts";

const one = (parts: Partial<Try>): Try => makeTry({ atMs: 1_000, attempt: 1, ...parts });

describe("outcomeOf", () => {
  it.each<{ when: string; tries: Try[]; want: object | undefined }>([
    { when: "no try speaks of the receiver", tries: [one({ sent: { "8": "m" } })], want: undefined },
    {
      when: "it was sent",
      tries: [one({ requestId: "r", sent: { "7": "900" } })],
      want: { status: "sent", messageId: "900", requestId: "r", atMs: 1_000 },
    },
    {
      when: "it was sent, maybe twice",
      tries: [one({ sent: { "7": "900" }, maybeTwice: true })],
      want: { status: "sent", messageId: "900", maybeTwice: true, atMs: 1_000 },
    },
    {
      when: "it was refused and has another attempt",
      tries: [one({ retry: { "7": "FailedReceiver" } })],
      want: { status: "pending", code: "FailedReceiver", atMs: 1_000 },
    },
    {
      when: "the first attempt was refused, the second came through",
      tries: [one({ retry: { "7": "FailedReceiver" } }), one({ attempt: 2, atMs: 2_000, sent: { "7": "900" } })],
      want: { status: "sent", messageId: "900", atMs: 2_000 },
    },
    {
      when: "a slow worker knows better than those who gave it up",
      tries: [one({ unknown: { "7": "WorkerLost" }, atMs: 9_000 }), one({ sent: { "7": "900" } })],
      want: { status: "sent", messageId: "900", atMs: 1_000 },
    },
    {
      when: "an attempt was refused after one that may have arrived",
      tries: [one({ unknown: { "7": "CallTimeout" } }), one({ attempt: 2, failed: { "7": "FailedReceiver" } })],
      want: { status: "unknown", code: "CallTimeout", atMs: 1_000 },
    },
    {
      when: "the same, where it was sent again",
      tries: [
        one({ unclear: true, requestId: "r", retry: { "7": "CallTimeout" } }),
        one({ attempt: 2, atMs: 2_000, failed: { "7": "FailedReceiver" } }),
      ],
      want: { status: "unknown", code: "CallTimeout", requestId: "r", atMs: 1_000 },
    },
    {
      when: "it was canceled while it waited after a request that may have arrived",
      tries: [one({ unclear: true, retry: { "7": "CallTimeout" } }), one({ canceled: { "7": "Canceled" } })],
      want: { status: "unknown", code: "CallTimeout", atMs: 1_000 },
    },
    {
      when: "such a request is still to be sent again",
      tries: [one({ unclear: true, retry: { "7": "CallTimeout" } })],
      want: { status: "pending", code: "CallTimeout", atMs: 1_000 },
    },
    {
      when: "it was refused with a reason and then canceled",
      tries: [one({ failed: { "7": "InvalidParameter" } }), one({ canceled: { "7": "Canceled" } })],
      want: { status: "failed", code: "InvalidParameter", atMs: 1_000 },
    },
    {
      when: "two tries say the same, the later one counts",
      tries: [one({ atMs: 2_000, failed: { "7": "B" } }), one({ failed: { "7": "C" } })],
      want: { status: "failed", code: "B", atMs: 2_000 },
    },
  ])("$when", ({ tries, want }) => {
    expect(outcomeOf("7", tries)).toEqual(want && { userId: "7", ...want });
    expect(outcomeOf("7", tries.toReversed())).toEqual(want && { userId: "7", ...want });
  });

  it("does not take what every object has for a receiver", () => {
    expect(outcomeOf("constructor", [one({ sent: { "7": "900" } })])).toBeUndefined();
  });
});

describe("outcomesOf", () => {
  it("lists everybody once, ascending by number", () => {
    const tries = [
      one({ sent: allOf(["10", "9"], "m"), retry: { "9223372036854775807": "F" } }),
      one({ failed: { "9": "F" } }),
    ];
    expect(outcomesOf(tries).map(({ userId, status }) => `${userId} ${status}`)).toEqual([
      "9 sent",
      "10 sent",
      "9223372036854775807 pending",
    ]);
  });
});

describe("however tries come in", () => {
  const ids = ["1", "2", "3"] as const;
  const PARTS = ["sent", "failed", "unknown", "canceled", "retry"] as const;
  const part = fc.constantFrom(...PARTS, "silent");
  /** One call speaks of a receiver once. */
  const aTry: fc.Arbitrary<Try> = fc
    .record({
      atMs: fc.nat(3),
      attempt: fc.integer({ min: 1, max: 3 }),
      unclear: fc.boolean(),
      code: fc.constantFrom("A", "B"),
      said: fc.tuple(part, part, part),
    })
    .map(({ atMs, attempt, unclear, code, said }) => {
      const under = (name: string) =>
        allOf(
          ids.filter((_, i) => said[i] === name),
          code,
        );
      const parts = Object.fromEntries(PARTS.map((name) => [name, under(name)]));
      return one({ atMs, attempt, ...(unclear && { unclear }), ...parts });
    });
  const tries = fc.array(aTry, { maxLength: 5 });

  it("any order and any repetition give the same outcomes", () => {
    const mixed = tries.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length })),
    );
    fc.assert(
      fc.property(mixed, ([list, others]) => {
        const all = [...others, ...list.filter((given) => !others.includes(given))];
        expect(outcomesOf(all)).toEqual(outcomesOf(list));
      }),
    );
  });

  it("knowledge only grows: sent never turns back, and nothing final turns pending", () => {
    const rank: Record<OutcomeStatus, number> = { pending: 0, canceled: 1, failed: 2, unknown: 3, sent: 4 };
    fc.assert(
      fc.property(tries, aTry, (before, added) => {
        for (const { userId, status } of outcomesOf(before)) {
          const after = outcomeOf(userId, [...before, added])?.status;
          expect(rank[after ?? "pending"]).toBeGreaterThanOrEqual(rank[status]);
        }
      }),
    );
  });

  it("what may have arrived is never called failed or canceled", () => {
    fc.assert(
      fc.property(tries, (list) => {
        const unclear = list.filter((given) => given.unclear);
        for (const { userId, status } of outcomesOf(list)) {
          const doubted = unclear.some(
            (given) => userId in given.retry && outcomeOf(userId, [given])?.status === "pending",
          );
          expect(doubted && (status === "failed" || status === "canceled")).toBe(false);
        }
      }),
    );
  });

  it("the changes of any sequence add up to the outcomes", () => {
    fc.assert(
      fc.property(tries, (list) => {
        const sum = list.reduce((counts, added, i) => plus(counts, countChange(list.slice(0, i), added)), NO_COUNTS);
        const want = { ...NO_COUNTS };
        for (const { status } of outcomesOf(list)) if (status !== "pending") want[status]++;
        expect(sum).toEqual(want);
        expect(countOf(sum)).toBe(outcomesOf(list).filter(({ status }) => status !== "pending").length);
      }),
    );
  });

  it("counting a try again changes nothing", () => {
    fc.assert(
      fc.property(tries, (list) => {
        for (const again of list) expect(countChange(list, again)).toEqual(NO_COUNTS);
      }),
    );
  });

  const plus = (a: Counts, b: Counts): Counts => {
    const sum = { ...NO_COUNTS };
    for (const status of FINAL) sum[status] = a[status] + b[status];
    return sum;
  };
});
