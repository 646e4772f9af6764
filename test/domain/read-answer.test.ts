import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Try } from "../../lib/domain/outcome.ts";
import { MAX_ATTEMPTS, readAnswer } from "../../lib/domain/read-answer.ts";
import type { RtcAnswer } from "../../lib/domain/rtc-answer.ts";

const first = { attempt: 1, delivery: "at-most-once", atMs: 1_000, maybeTwice: false } as const;
const answer = (sent: Record<string, string>, failedReceivers: string[] = []): RtcAnswer => ({
  kind: "answered",
  messageIds: new Map(Object.entries(sent)),
  failedReceivers,
  requestId: "r",
});
const unclear: RtcAnswer = { kind: "unclear", code: "CallTimeout" };
const refused: RtcAnswer = { kind: "refused", why: "request", code: "InvalidParameter", requestId: "r" };

describe("readAnswer", () => {
  it.each<{ when: string; given: RtcAnswer; facts?: object; want: Partial<Try> }>([
    {
      when: "all were sent",
      given: answer({ "1": "901", "2": "902" }),
      want: { requestId: "r", sent: { "1": "901", "2": "902" } },
    },
    {
      when: "one was refused: it has another attempt",
      given: answer({ "1": "901" }, ["2"]),
      want: { requestId: "r", sent: { "1": "901" }, retry: { "2": "FailedReceiver" } },
    },
    {
      when: "one was refused in the last attempt",
      given: answer({ "1": "901" }, ["2"]),
      facts: { attempt: MAX_ATTEMPTS },
      want: { requestId: "r", sent: { "1": "901" }, failed: { "2": "FailedReceiver" } },
    },
    {
      when: "one was refused in the last attempt, and an earlier one may have arrived",
      given: answer({ "1": "901" }, ["2"]),
      facts: { attempt: MAX_ATTEMPTS, maybeTwice: true },
      want: { requestId: "r", maybeTwice: true, sent: { "1": "901" }, unknown: { "2": "FailedReceiver" } },
    },
    {
      when: "one stands in neither list",
      given: answer({ "1": "901" }),
      want: { requestId: "r", sent: { "1": "901" }, unknown: { "2": "NotInAnswer" } },
    },
    {
      when: "one stands in both lists: its message id proves it was sent",
      given: answer({ "1": "901", "2": "902" }, ["2"]),
      want: { requestId: "r", sent: { "1": "901", "2": "902" } },
    },
    {
      when: "the answer speaks of somebody who was not asked for",
      given: answer({ "1": "901", "2": "902", "3": "903" }, ["4"]),
      want: { requestId: "r", sent: { "1": "901", "2": "902" } },
    },
    {
      when: "it was sent again after a request that may have arrived",
      given: answer({ "1": "901", "2": "902" }),
      facts: { attempt: 2, maybeTwice: true },
      want: { requestId: "r", maybeTwice: true, sent: { "1": "901", "2": "902" } },
    },
    {
      when: "the request is wrong: nobody is tried again",
      given: refused,
      want: { requestId: "r", failed: { "1": "InvalidParameter", "2": "InvalidParameter" } },
    },
    {
      when: "the request is wrong, and an earlier one may have arrived",
      given: refused,
      facts: { attempt: 2, maybeTwice: true },
      want: { requestId: "r", maybeTwice: true, unknown: { "1": "InvalidParameter", "2": "InvalidParameter" } },
    },
    {
      when: "it is unclear: at most once",
      given: unclear,
      want: { unclear: true, unknown: { "1": "CallTimeout", "2": "CallTimeout" } },
    },
    {
      when: "it is unclear: at least once",
      given: unclear,
      facts: { delivery: "at-least-once" },
      want: { unclear: true, retry: { "1": "CallTimeout", "2": "CallTimeout" } },
    },
    {
      when: "it is unclear in the last attempt",
      given: unclear,
      facts: { delivery: "at-least-once", attempt: MAX_ATTEMPTS },
      want: { unclear: true, unknown: { "1": "CallTimeout", "2": "CallTimeout" } },
    },
  ])("when $when", ({ given, facts, want }) => {
    const nobody = { sent: {}, failed: {}, unknown: {}, canceled: {}, retry: {} };
    const attempt = (facts as { attempt?: number } | undefined)?.attempt ?? 1;
    expect(readAnswer(given, ["1", "2"], { ...first, ...facts })).toEqual({ atMs: 1_000, attempt, ...nobody, ...want });
  });

  it("speaks once of every receiver it asked for, and of nobody else", () => {
    const ids = fc.subarray(["1", "2", "3", "4", "5"]);
    const given = fc.oneof(
      fc.tuple(ids, ids).map(([sent, failed]) => answer(Object.fromEntries(sent.map((id) => [id, "m"])), failed)),
      fc.constantFrom(unclear, refused),
    );
    const facts = fc.record({
      attempt: fc.integer({ min: 1, max: MAX_ATTEMPTS }),
      delivery: fc.constantFrom("at-most-once" as const, "at-least-once" as const),
      atMs: fc.nat(),
      maybeTwice: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ids, facts, (reply, receivers, about) => {
        const { sent, failed, unknown, canceled, retry } = readAnswer(reply, receivers, about);
        const named = [sent, failed, unknown, canceled, retry].flatMap((part) => Object.keys(part));
        expect(named.sort()).toEqual([...receivers].sort());
        if (about.attempt === MAX_ATTEMPTS) expect(retry).toEqual({});
        if (about.maybeTwice) expect(failed).toEqual({});
      }),
    );
  });
});
