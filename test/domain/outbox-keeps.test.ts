import { describe, expect, it } from "vitest";
import type { Callback } from "../../lib/domain/callback.ts";
import type { Job } from "../../lib/domain/job.ts";
import { eventId, type JobEvent } from "../../lib/domain/job-event.ts";
import { AWAY_MS, resend, type Sent, settle } from "../../lib/domain/outbox.ts";
import { aJob, NOW } from "../support/a-job.ts";

const PAUSED: JobEvent = { type: "JobPaused", version: 4, atMs: NOW, reason: "its list" };
const DONE: JobEvent = { type: "JobCompleted", version: 9, atMs: NOW + 2 };
const LAST: JobEvent = { type: "JobStarted", version: 2, atMs: NOW - 1 };
const CALLBACK: Callback = { url: "https://example.com/", state: "waiting", attempts: 0, sinceMs: NOW };
const LATE = NOW + 1_000;
const published = true as const;
const posted = true as const;

const told = (parts: Partial<Job>): Job => aJob({ run: "run", events: true, publishAtMs: NOW, ...parts });
const idsOf = (events: readonly JobEvent[] = []) => new Set(events.map((event) => eventId("run", event)));
type Parts = Readonly<{
  published?: JobEvent[];
  refused?: JobEvent[];
  answer?: readonly [JobEvent, number];
  notAsked?: boolean;
}>;
const sent = ({ published, refused, answer, notAsked }: Parts): Sent => ({
  published: idsOf(published),
  refused: idsOf(refused),
  answers: new Map(answer ? [[eventId("run", answer[0]), { kind: "answered", status: answer[1] }]] : []),
  ...(notAsked !== undefined && { notAsked }),
});

describe("what a callback keeps", () => {
  it.each([
    { when: "of the event that it took: what it was and why, not who else was told", event: PAUSED, want: PAUSED },
    { when: "of an event without a reason: no reason", event: DONE, want: DONE },
  ])("$when", ({ event, want }) => {
    const change = settle(
      told({ outbox: [{ ...event, published }], callback: CALLBACK }),
      sent({ answer: [event, 200] }),
      LATE,
      0,
    );
    expect(change?.callback).toStrictEqual({
      url: CALLBACK.url,
      state: "delivered",
      attempts: 1,
      sinceMs: LATE,
      lastStatus: 200,
      last: want,
    });
  });

  it.each([
    { when: "while the next one is not taken", answer: [DONE, 500] as const, state: "waiting" },
    {
      when: "while the next one is answered with 300, which is no success",
      answer: [DONE, 300] as const,
      state: "waiting",
    },
  ])("the last event, $when", ({ answer, state }) => {
    const callback = { ...CALLBACK, last: LAST };
    const change = settle(told({ outbox: [DONE], callback }), sent({ published: [DONE], answer }), LATE, 0);
    expect(change?.callback).toMatchObject({ state, last: LAST, lastStatus: answer[1] });
  });

  it("no last event before there was one", () => {
    const change = settle(told({ outbox: [DONE], callback: CALLBACK }), sent({ answer: [DONE, 500] }), LATE, 0);
    expect(change?.callback).not.toHaveProperty("last");
    expect(resend(told({ outbox: [DONE], callback: CALLBACK }), LATE).callback).toStrictEqual(CALLBACK_ANEW);
  });

  it("the last event, when it is sent again", () => {
    const change = resend(
      told({ callback: { ...CALLBACK, state: "failed", attempts: 11, lastStatus: 500, last: LAST } }),
      LATE,
    );
    expect(change.callback).toStrictEqual({ ...CALLBACK_ANEW, last: LAST });
  });
});

const CALLBACK_ANEW = { ...CALLBACK, sinceMs: LATE };

describe("when to look again", () => {
  it.each<{ when: string; outbox: JobEvent[]; callback?: Callback; sent: Parts; want: number | undefined }>([
    { when: "the bus takes nothing: in a minute", outbox: [DONE], sent: { refused: [DONE] }, want: LATE + AWAY_MS },
    { when: "an event came meanwhile: now", outbox: [DONE], sent: {}, want: LATE },
    {
      when: "one was refused and one came meanwhile: now, for the sooner of them",
      outbox: [PAUSED, DONE],
      sent: { refused: [PAUSED] },
      want: LATE,
    },
    {
      when: "nobody could ask the callback: in a minute",
      outbox: [{ ...DONE, published }],
      callback: CALLBACK,
      sent: { notAsked: true },
      want: LATE + AWAY_MS,
    },
    {
      when: "the callback waits for its next try: then",
      outbox: [{ ...DONE, published }],
      callback: { ...CALLBACK, attempts: 1, nextAtMs: LATE + 7 },
      sent: {},
      want: LATE + 7,
    },
    {
      when: "the callback has ended, and the bus is away: for the bus alone",
      outbox: [DONE],
      callback: { ...CALLBACK, state: "ended", last: DONE, nextAtMs: LATE + 7 },
      sent: { refused: [DONE] },
      want: LATE + AWAY_MS,
    },
    {
      when: "the callback has it, and the bus is away: for the bus alone",
      outbox: [{ ...DONE, posted }],
      callback: { ...CALLBACK, state: "delivered", last: DONE },
      sent: { refused: [DONE] },
      want: LATE + AWAY_MS,
    },
  ])("$when", ({ outbox, callback, sent: parts, want }) => {
    // The bus takes another event at the same time, so that there is something to write in each case.
    const job = told({ outbox: [...outbox, { ...LAST, posted }], ...(callback && { callback }) });
    const change = settle(job, sent({ ...parts, published: [LAST] }), LATE, 0);
    expect(change?.outbox).toEqual(outbox);
    expect(change?.publishAtMs).toBe(want);
  });

  it("a refusal that changes nothing is not written; a time that changes is", () => {
    const job = told({ outbox: [DONE], publishAtMs: NOW });
    expect(settle(job, sent({ refused: [DONE] }), LATE, 0)).toBeUndefined();
    expect(settle(job, sent({}), LATE, 0)).toMatchObject({ publishAtMs: LATE });
    expect(settle({ ...job, publishAtMs: LATE }, sent({}), LATE, 0)).toBeUndefined();
  });
});
