import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { JobEvent } from "../../lib/domain/job-event.ts";
import { eventsOf, hasNews, MOST_EVENTS, withEvents } from "../../lib/domain/job-events.ts";
import { aJob, NOW } from "../support/a-job.ts";

const at = (atMs: number) => ({ history: [{ atMs, event: "e", by: "b" }] });
const told = (parts: Partial<Job> = {}): Job => aJob({ events: true, version: 5, createdAtMs: NOW - 9, ...parts });
const plain = ({ events: _, ...job }: Job): Job => job;
const REASON = "its list is damaged";

describe("the events of a write", () => {
  it.each<{ when: string; before: Job | undefined; after: Job; want: readonly JobEvent[] }>([
    { when: "nothing that counts changes", before: told(), after: told({ servedAtMs: NOW + 1 }), want: [] },
    { when: "nobody wants events", before: plain(told()), after: plain(told({ state: "paused" })), want: [] },
    {
      when: "Volley itself pauses the job: with the reason",
      before: told(),
      after: told({ state: "paused", reason: REASON, ...at(NOW + 1) }),
      want: [{ type: "JobPaused", version: 5, atMs: NOW + 1, reason: REASON }],
    },
    {
      when: "somebody pauses it: there is no reason to tell",
      before: told(),
      after: told({ state: "paused", ...at(NOW + 1) }),
      want: [{ type: "JobPaused", version: 5, atMs: NOW + 1 }],
    },
    {
      when: "it is rejected, and has no history yet",
      before: told({ state: "importing", cursor: 0 }),
      after: told({ state: "rejected", reason: REASON, cursor: 0 }),
      want: [{ type: "JobRejected", version: 5, atMs: NOW - 9, reason: REASON }],
    },
    {
      when: "it is canceled after it was paused for a reason, which is not why it was canceled",
      before: told({ state: "canceling", reason: REASON }),
      after: told({ state: "canceled", reason: REASON, ...at(NOW + 1) }),
      want: [{ type: "JobCanceled", version: 5, atMs: NOW + 1 }],
    },
    {
      when: "it stays paused",
      before: told({ state: "paused", ...at(NOW) }),
      after: told({ state: "paused", label: "another", ...at(NOW) }),
      want: [],
    },
    {
      when: "its account is found held",
      before: told(),
      after: told({ heldAtMs: NOW + 2 }),
      want: [{ type: "JobHeld", version: 5, atMs: NOW + 2 }],
    },
    { when: "the same hold goes on", before: told({ heldAtMs: NOW }), after: told({ heldAtMs: NOW }), want: [] },
    {
      when: "it is new, started and held at once",
      before: undefined,
      after: told({ heldAtMs: NOW + 2 }),
      want: [
        { type: "JobStarted", version: 5, atMs: NOW - 9 },
        { type: "JobHeld", version: 5, atMs: NOW + 2 },
      ],
    },
  ])("when $when", ({ before, after, want }) => expect(eventsOf(before, after)).toStrictEqual(want));
});

describe("hasNews", () => {
  const event: JobEvent = { type: "JobPaused", version: 5, atMs: NOW };
  const older: JobEvent = { type: "JobStarted", version: 2, atMs: NOW };

  it.each<{ when: string; job: Job; want: boolean }>([
    { when: "there is no outbox", job: told(), want: false },
    { when: "this write put something there", job: told({ outbox: [event] }), want: true },
    { when: "this write put something behind an older event", job: told({ outbox: [older, event] }), want: true },
    { when: "only an older write did", job: told({ outbox: [older] }), want: false },
    { when: "the bus has it", job: told({ outbox: [{ ...event, published: true }] }), want: false },
    { when: "the callback has it", job: told({ outbox: [{ ...event, posted: true }] }), want: false },
  ])("$when: $want", ({ job, want }) => expect(hasNews(job)).toBe(want));
});

describe("an outbox", () => {
  const events = (type: JobEvent["type"], count: number): JobEvent[] =>
    Array.from({ length: count }, (_, n) => ({ type, version: n, atMs: n }));
  const pausedOn = (outbox: JobEvent[]) =>
    withEvents(told({ outbox }), told({ outbox, state: "paused", ...at(NOW + 1) })).outbox ?? [];

  it("that is full to the last place loses nothing", () => {
    expect(pausedOn(events("JobStarted", MOST_EVENTS - 1))).toHaveLength(MOST_EVENTS);
    expect(pausedOn(events("JobHeld", MOST_EVENTS - 1))[0]).toMatchObject({ type: "JobHeld", version: 0 });
  });

  it.each(["JobPaused", "JobHeld"] as const)("of too many loses the oldest %s", (type) => {
    const kept = pausedOn(events(type, MOST_EVENTS));
    expect(kept).toHaveLength(MOST_EVENTS);
    expect(kept.map(({ version }) => version)).toEqual([...Array(MOST_EVENTS).keys()].slice(1).concat(5));
  });

  it("asks the publisher to look at the first of the new events", () => {
    const next = withEvents(told(), told({ state: "paused", heldAtMs: NOW + 7, ...at(NOW + 9) }));
    expect(next).toMatchObject({ publishAtMs: NOW + 7, outbox: [{ type: "JobHeld" }, { type: "JobPaused" }] });
    const same = told();
    expect(withEvents(told(), same)).toBe(same);
  });
});
