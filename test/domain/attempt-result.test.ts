import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttemptResult, isEmpty, MAX_ATTEMPTS, makeResult, PARTS } from "../../lib/domain/attempt-result.ts";
import type { Delivery } from "../../lib/domain/job.ts";
import { toResult } from "../../lib/domain/read-answer.ts";
import type { Remaining } from "../../lib/domain/remaining.ts";
import type { RtcAnswer } from "../../lib/domain/rtc-answer.ts";

const answered = (sent: Record<string, string>, failedReceivers: string[] = []): RtcAnswer => ({
  kind: "answered",
  messageIds: new Map(Object.entries(sent)),
  failedReceivers,
  requestId: "r",
});
const unclear: RtcAnswer = { kind: "unclear", code: "CallTimeout" };
const refused: RtcAnswer = { kind: "refused", why: "request", code: "InvalidParameter", requestId: "r" };

const receiver = (userId: string, parts: Partial<Remaining> = {}): Remaining => ({
  userId,
  attempts: 0,
  mayHaveArrived: false,
  readyAtMs: 0,
  ...parts,
});
const LAST = { attempts: MAX_ATTEMPTS - 1 };
const DOUBTED = { attempts: 1, mayHaveArrived: true };

describe("toResult", () => {
  it.each<{
    when: string;
    answer: RtcAnswer;
    two?: Partial<Remaining>;
    delivery?: Delivery;
    want: Partial<AttemptResult>;
  }>([
    { when: "all were sent", answer: answered({ 1: "901", 2: "902" }), want: { sent: { 1: "901", 2: "902" } } },
    {
      when: "one was refused: it has another attempt",
      answer: answered({ 1: "901" }, ["2"]),
      want: { sent: { 1: "901" }, refused: { 2: "FailedReceiver" } },
    },
    {
      when: "one was refused in its last attempt",
      answer: answered({ 1: "901" }, ["2"]),
      two: LAST,
      want: { sent: { 1: "901" }, failed: { 2: "FailedReceiver" } },
    },
    {
      when: "one was refused in its last attempt, and an earlier one may have arrived",
      answer: answered({ 1: "901" }, ["2"]),
      two: { ...LAST, mayHaveArrived: true },
      want: { sent: { 1: "901" }, unknown: { 2: "FailedReceiver" } },
    },
    {
      when: "one stands in neither list",
      answer: answered({ 1: "901" }),
      want: { sent: { 1: "901" }, unknown: { 2: "NotInAnswer" } },
    },
    {
      when: "one stands in both lists: its message id is proof",
      answer: answered({ 1: "901", 2: "902" }, ["2"]),
      want: { sent: { 1: "901", 2: "902" } },
    },
    {
      when: "the answer speaks of somebody who was not asked for",
      answer: answered({ 1: "901", 2: "902", 3: "903" }, ["4"]),
      want: { sent: { 1: "901", 2: "902" } },
    },
    {
      when: "the request is wrong: nobody is tried again",
      answer: refused,
      want: { failed: { 1: "InvalidParameter", 2: "InvalidParameter" } },
    },
    {
      when: "the request is wrong, and an earlier attempt may have arrived",
      answer: refused,
      two: DOUBTED,
      want: { failed: { 1: "InvalidParameter" }, unknown: { 2: "InvalidParameter" } },
    },
    { when: "it is unclear: at most once", answer: unclear, want: { unknown: { 1: "CallTimeout", 2: "CallTimeout" } } },
    {
      when: "it is unclear: at least once, and one had its last attempt",
      answer: unclear,
      delivery: "at-least-once",
      two: LAST,
      want: { unclear: { 1: "CallTimeout" }, unknown: { 2: "CallTimeout" } },
    },
  ])("when $when", ({ answer, two, delivery = "at-most-once", want }) => {
    const result = toResult(answer, [receiver("1"), receiver("2", two)], { delivery, atMs: 1_000 });
    expect(result).toEqual(makeResult({ atMs: 1_000, ...(answer !== unclear && { requestId: "r" }), ...want }));
  });

  const IDS = ["1", "2", "3", "4", "5"];
  const ids = fc.subarray(IDS);
  const anAnswer = fc.oneof(
    fc.tuple(ids, ids).map(([sent, failed]) => answered(Object.fromEntries(sent.map((id) => [id, "9"])), failed)),
    fc.constantFrom(unclear, refused),
  );
  const asked = fc
    .tuple(ids, fc.array(fc.tuple(fc.nat(MAX_ATTEMPTS - 1), fc.boolean()), { minLength: 5, maxLength: 5 }))
    .map(([some, facts]) =>
      some.map((id, i) => receiver(id, { attempts: facts[i]?.[0] ?? 0, mayHaveArrived: facts[i]?.[1] ?? false })),
    );
  const deliveries = fc.constantFrom<Delivery>("at-most-once", "at-least-once");

  it("puts everybody who was asked for into one part, and nobody else", () => {
    fc.assert(
      fc.property(anAnswer, asked, deliveries, (answer, receivers, delivery) => {
        const result = toResult(answer, receivers, { delivery, atMs: 1 });
        const named = PARTS.flatMap((part) => Object.keys(result[part]));
        expect(named.toSorted()).toEqual(receivers.map(({ userId }) => userId));
      }),
    );
  });

  it("never says failed of who may have got an earlier attempt, and gives no fourth attempt", () => {
    fc.assert(
      fc.property(anAnswer, asked, deliveries, (answer, receivers, delivery) => {
        const { failed, refused: again, unclear: maybe } = toResult(answer, receivers, { delivery, atMs: 1 });
        for (const { userId, attempts, mayHaveArrived } of receivers) {
          if (mayHaveArrived) expect(failed).not.toHaveProperty(userId);
          if (attempts === MAX_ATTEMPTS - 1) expect({ ...again, ...maybe }).not.toHaveProperty(userId);
        }
        if (delivery === "at-most-once") expect(isEmpty(maybe)).toBe(true);
      }),
    );
  });
});

describe("isEmpty", () => {
  it.each([
    { part: {}, want: true },
    { part: { 1: "" }, want: false },
  ])("$part: $want", ({ part, want }) => expect(isEmpty(part)).toBe(want));
});
