import { describe, expect, it } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import { countOf, countsOf, outcomeOf } from "../../lib/domain/outcome.ts";
import { sourceOf, toPublishedEvent, toRefusal } from "../../lib/domain/published-event.ts";
import { toResult } from "../../lib/domain/read-answer.ts";
import { aJob, NOW } from "../support/a-job.ts";

// What is stored or shown has exactly these fields: one that is absent is not there at all.

const PENDING = { status: "pending", code: "Canceled" } as const;

describe("an outcome", () => {
  it.each([
    { when: "with the id of its request", requestId: "r", want: { requestId: "r" } },
    { when: "without one", requestId: undefined, want: {} },
  ])("$when", ({ requestId, want }) => {
    const result = makeResult({ atMs: NOW, sent: { "1": "901" }, ...(requestId && { requestId }) });
    expect(outcomeOf("1", [result], {}, PENDING)).toStrictEqual({
      userId: "1",
      status: "sent",
      messageId: "901",
      atMs: NOW,
      ...want,
    });
  });

  it("is counted once, whether it came in time or late", () => {
    const sent = makeResult({ atMs: NOW, sent: { "1": "901" }, failed: { "2": "x" }, unknown: { "3": "y", "4": "y" } });
    const ids = ["1", "2", "3", "4", "5"];
    expect(countsOf(ids, [sent], {})).toEqual({ sent: 1, failed: 1, unknown: 2 });
    expect(countsOf(ids, [sent], { "3": "903" })).toEqual({ sent: 2, failed: 1, unknown: 1 });
    expect(countOf({ sent: 1, failed: 10, unknown: 100 })).toBe(111);
  });
});

describe("a result of an answer", () => {
  const one = { userId: "1", attempts: 0, mayHaveArrived: false, readyAtMs: 0 };
  const NOBODY = { sent: {}, failed: {}, unknown: {}, refused: {}, unclear: {} };
  const at = { delivery: "at-most-once", atMs: NOW } as const;

  it.each([
    { when: "with the id of its request", id: { requestId: "r" } },
    { when: "without one", id: {} },
  ])("$when", ({ id }) => {
    const answer = { kind: "refused", why: "request", code: "c", ...id } as const;
    expect(toResult(answer, [one], at)).toStrictEqual({ atMs: NOW, ...id, ...NOBODY, failed: { "1": "c" } });
  });
});

describe("a published event", () => {
  const event = { type: "JobPaused", version: 4, atMs: NOW } as const;
  const counts = { pending: 3, sent: 0, failed: 0, unknown: 0, canceled: 0 };

  it("of a job without a name, for no reason", () => {
    const { data } = toPublishedEvent(aJob({ id: "j", clientId: "c" }), event, counts, "/volley/test");
    expect(data).toStrictEqual({
      JobId: "j",
      Status: "paused",
      AppId: 7,
      ClientId: "c",
      Receivers: 3,
      Tally: { Pending: 3, Sent: 0, Failed: 0, Unknown: 0, Canceled: 0 },
    });
  });

  it("of a request that was refused", () => {
    const fault = { pointer: "/a", detail: "is wrong" };
    const refused = { door: "sqs", clientId: "c", idempotencyKey: "k", faults: [fault], total: 3, atMs: NOW };
    expect(toRefusal(refused, sourceOf("volley-prod"))).toStrictEqual({
      specversion: "1.0",
      id: "sqs/c/k/JobRejected",
      source: "/volley/prod",
      type: "JobRejected",
      subject: "sqs/c/k",
      time: "2026-01-31T08:00:00.000Z",
      datacontenttype: "application/json",
      data: {
        Status: "rejected",
        ClientId: "c",
        Door: "sqs",
        IdempotencyKey: "k",
        Errors: [{ Pointer: "/a", Detail: "is wrong" }],
        Total: 3,
      },
    });
  });
});
