import { describe, expect, it } from "vitest";
import type { Callback } from "../../lib/domain/callback.ts";
import { MOST_ATTEMPTS } from "../../lib/domain/callback-schedule.ts";
import type { Job } from "../../lib/domain/job.ts";
import { eventId, type JobEvent } from "../../lib/domain/job-event.ts";
import { AWAY_MS, resend, type Sent, settle, unsent } from "../../lib/domain/outbox.ts";
import { aJob, NOW } from "../support/a-job.ts";

const STARTED: JobEvent = { type: "JobStarted", version: 2, atMs: NOW };
const PAUSED: JobEvent = { type: "JobPaused", version: 4, atMs: NOW + 1, reason: "its list" };
const DONE: JobEvent = { type: "JobCompleted", version: 9, atMs: NOW + 2 };
const published = true as const;
const posted = true as const;
const CALLBACK: Callback = { url: "https://example.com/", state: "waiting", attempts: 0, sinceMs: NOW };
const LATE = NOW + 1_000;

const aTold = (parts: Partial<Job>): Job => aJob({ run: "run", events: true, publishAtMs: NOW, ...parts });
const idsOf = (...events: JobEvent[]) => new Set(events.map((event) => eventId("run", event)));
type Answers = readonly (readonly [JobEvent, number | string])[];
const sent = (parts: Readonly<{ published?: JobEvent[]; refused?: JobEvent[]; answers?: Answers }>): Sent => ({
  published: idsOf(...(parts.published ?? [])),
  refused: idsOf(...(parts.refused ?? [])),
  answers: new Map(
    (parts.answers ?? []).map(([event, answer]) => [
      eventId("run", event),
      typeof answer === "number" ? { kind: "answered", status: answer } : { kind: "broken", code: answer },
    ]),
  ),
});
const NOTHING_LEFT = { outbox: undefined, publishAtMs: undefined };

describe("unsent", () => {
  it.each<{ when: string; job: Partial<Job>; publish: JobEvent[]; post: JobEvent[] }>([
    { when: "nothing happened", job: {}, publish: [], post: [] },
    { when: "there is no callback", job: { outbox: [STARTED, DONE] }, publish: [STARTED, DONE], post: [] },
    {
      when: "there is one",
      job: { outbox: [STARTED, DONE], callback: CALLBACK },
      publish: [STARTED, DONE],
      post: [STARTED, DONE],
    },
    {
      when: "the bus has them",
      job: { outbox: [{ ...STARTED, published }], callback: CALLBACK },
      publish: [],
      post: [{ ...STARTED, published }],
    },
    {
      when: "the callback has them",
      job: { outbox: [{ ...STARTED, posted }], callback: CALLBACK },
      publish: [{ ...STARTED, posted }],
      post: [],
    },
    {
      when: "the callback's next try is a moment away",
      job: { outbox: [STARTED], callback: { ...CALLBACK, attempts: 1, nextAtMs: LATE + 1 } },
      publish: [STARTED],
      post: [],
    },
    {
      when: "the callback's next try is due",
      job: { outbox: [STARTED], callback: { ...CALLBACK, attempts: 1, nextAtMs: LATE } },
      publish: [STARTED],
      post: [STARTED],
    },
    {
      when: "the callback has ended",
      job: { outbox: [STARTED], callback: { ...CALLBACK, state: "ended" } },
      publish: [STARTED],
      post: [],
    },
  ])("$when", ({ job, publish, post }) => {
    expect(unsent(aTold(job), LATE)).toEqual({ publish, post });
  });
});

describe("settle, without a callback,", () => {
  it.each<{ when: string; outbox: JobEvent[]; did: Sent; want: object | undefined }>([
    {
      when: "all were published",
      outbox: [STARTED, DONE],
      did: sent({ published: [STARTED, DONE] }),
      want: NOTHING_LEFT,
    },
    {
      when: "another happened meanwhile: it is due at once",
      outbox: [STARTED, DONE],
      did: sent({ published: [STARTED] }),
      want: { outbox: [DONE], publishAtMs: LATE },
    },
    {
      when: "the bus took nothing: nothing is written",
      outbox: [STARTED],
      did: sent({ refused: [STARTED] }),
      want: undefined,
    },
    { when: "somebody else put it down already", outbox: [], did: sent({ published: [STARTED] }), want: NOTHING_LEFT },
  ])("$when", ({ outbox, did, want }) => {
    const change = settle(aTold({ outbox }), did, LATE, 0);
    if (want) expect(change).toMatchObject(want);
    else expect(change).toBeUndefined();
  });

  it("nothing changes twice", () => {
    const { outbox: _, publishAtMs: __, ...told } = aTold({});
    expect(settle(told, sent({}), LATE, 0)).toBeUndefined();
  });
});

describe("settle, with a callback,", () => {
  const waiting: Callback = { ...CALLBACK, attempts: 2, sinceMs: NOW, nextAtMs: NOW };
  const all = [STARTED];

  it.each<{ when: string; callback?: Callback; outbox?: JobEvent[]; answers: Answers; want: object }>([
    {
      when: "it is taken",
      answers: [[STARTED, 200]],
      want: {
        ...NOTHING_LEFT,
        callback: { state: "delivered", attempts: 1, sinceMs: LATE, lastStatus: 200, last: STARTED },
      },
    },
    {
      when: "it is taken at the third try",
      callback: { ...waiting, lastError: "CallTimeout" },
      answers: [[STARTED, 299]],
      want: { ...NOTHING_LEFT, callback: { state: "delivered", attempts: 3, sinceMs: NOW, lastStatus: 299 } },
    },
    ...[199, 301, 302, 307, 400, 404, 409, 429, 500, 503].map((status) => ({
      when: `it is answered with ${status}: tried again in 5 s`,
      answers: [[STARTED, status]] as const,
      want: {
        outbox: [{ ...STARTED, published }],
        publishAtMs: LATE + 5_000,
        callback: { state: "waiting", attempts: 1, nextAtMs: LATE + 5_000, lastStatus: status },
      },
    })),
    {
      when: "the call broke, for the third time",
      callback: waiting,
      answers: [[STARTED, "CallTimeout"]],
      want: { publishAtMs: LATE + 120_000, callback: { state: "waiting", attempts: 3, lastError: "CallTimeout" } },
    },
    {
      when: "the last try failed: it is given up",
      callback: { ...waiting, attempts: MOST_ATTEMPTS - 1 },
      answers: [[STARTED, 503]],
      want: { ...NOTHING_LEFT, callback: { state: "failed", attempts: MOST_ATTEMPTS, lastStatus: 503, last: STARTED } },
    },
    {
      when: "one was given up, the next is tried anew",
      callback: { ...waiting, attempts: MOST_ATTEMPTS, state: "failed" },
      answers: [[STARTED, 503]],
      want: { publishAtMs: LATE + 5_000, callback: { state: "waiting", attempts: 1, sinceMs: LATE } },
    },
    {
      when: "it is answered with 410: nothing more goes there",
      outbox: [STARTED, DONE],
      answers: [[STARTED, 410]],
      want: { ...NOTHING_LEFT, callback: { state: "ended", attempts: 1, lastStatus: 410, last: DONE } },
    },
    {
      when: "the first is taken, the second is not: it waits alone",
      outbox: [STARTED, DONE],
      answers: [
        [STARTED, 200],
        [DONE, 500],
      ],
      want: {
        outbox: [{ ...DONE, published }],
        callback: { state: "waiting", attempts: 1, last: STARTED, lastStatus: 500 },
      },
    },
    {
      when: "the first is not taken, the second was not tried: both wait, the first to be tried again",
      outbox: [STARTED, DONE],
      answers: [[STARTED, "CallTimeout"]],
      want: {
        outbox: [
          { ...STARTED, published },
          { ...DONE, published },
        ],
        publishAtMs: LATE + 5_000,
      },
    },
  ])("$when", ({ callback = CALLBACK, outbox = all, answers, want }) => {
    const job = aTold({ outbox, callback });
    expect(settle(job, sent({ published: [...outbox], answers }), LATE, 0)).toMatchObject(want);
  });

  it("keeps for the bus what only the callback took, and looks again a minute later", () => {
    const job = aTold({ outbox: [STARTED], callback: CALLBACK });
    expect(settle(job, sent({ refused: [STARTED], answers: [[STARTED, 200]] }), LATE, 0)).toMatchObject({
      outbox: [{ ...STARTED, posted }],
      publishAtMs: LATE + AWAY_MS,
      callback: { state: "delivered" },
    });
  });

  it("spreads the next try", () => {
    const job = aTold({ outbox: [STARTED], callback: CALLBACK });
    const change = settle(job, sent({ answers: [[STARTED, 500]] }), LATE, 1);
    expect(change?.callback).toMatchObject({ nextAtMs: LATE + 5_250 });
  });
});

describe("resend", () => {
  it.each<{ when: string; callback: Callback; outbox?: JobEvent[]; want: JobEvent[] }>([
    {
      when: "it was delivered: it goes out again, to the callback alone",
      callback: { ...CALLBACK, state: "delivered", last: DONE },
      want: [{ ...DONE, published }],
    },
    {
      when: "it was given up",
      callback: { ...CALLBACK, state: "failed", attempts: 11, last: DONE, lastStatus: 503 },
      want: [{ ...DONE, published }],
    },
    { when: "it has ended", callback: { ...CALLBACK, state: "ended", last: DONE }, want: [{ ...DONE, published }] },
    {
      when: "one waits already: it goes now",
      callback: { ...CALLBACK, attempts: 7, nextAtMs: NOW + 9_999_999, last: STARTED },
      outbox: [{ ...PAUSED, published }],
      want: [{ ...PAUSED, published }],
    },
    {
      when: "the bus alone waits for one",
      callback: { ...CALLBACK, state: "delivered", last: DONE },
      outbox: [{ ...DONE, posted }],
      want: [
        { ...DONE, posted },
        { ...DONE, published },
      ],
    },
  ])("$when", ({ callback, outbox, want }) => {
    const job = aTold({ callback, ...(outbox && { outbox }) });
    const change = resend(job, LATE);
    expect(change).toMatchObject({ outbox: want, publishAtMs: LATE, callback: { state: "waiting", attempts: 0 } });
    expect(change.callback).not.toHaveProperty("nextAtMs");
    const next: Job = { ...job, outbox: change.outbox ?? [], callback: change.callback ?? callback };
    expect(unsent(next, LATE).post).toHaveLength(1);
  });

  it.each([
    { when: "the job has no callback", parts: {}, says: "has no callback" },
    { when: "nothing has happened yet", parts: { callback: CALLBACK }, says: "has no event yet" },
  ])("is refused if $when", ({ parts, says }) => {
    expect(() => resend(aTold(parts), NOW)).toThrow(says);
  });
});
