import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChange } from "../../lib/domain/apply-change.ts";
import { control } from "../../lib/domain/control.ts";
import { Conflict } from "../../lib/domain/errors.ts";
import type { Job, JobChange } from "../../lib/domain/job.ts";
import { eventId } from "../../lib/domain/job-event.ts";
import { eventsOf, hasNews, MOST_EVENTS, withEvents } from "../../lib/domain/job-events.ts";
import { aJob, NOW } from "../support/a-job.ts";

const running = aJob({ events: true, cursor: 0, shares: [], batches: 9, servedAtMs: 0 });
const ofCursor = (cursor: number): Job => ({ ...running, cursor });
const at = (atMs: number) => ({ history: [{ atMs, event: "x", by: "client" }] });
const by = (before: Job, change: JobChange) => eventsOf(before, applyChange({ ...before, events: true }, change));

describe("eventsOf", () => {
  it.each<{ when: string; before?: Job; change: JobChange; want: object[] }>([
    {
      when: "its first share is opened",
      change: { cursor: 3, servedAtMs: NOW + 1 },
      want: [{ type: "JobStarted", version: 2, atMs: NOW + 1 }],
    },
    { when: "a later share is opened", before: ofCursor(3), change: { cursor: 6, servedAtMs: NOW }, want: [] },
    {
      when: "its time has come, without a share",
      before: { ...running, state: "scheduled" },
      change: { state: "running" },
      want: [],
    },
    {
      when: "its account is held",
      before: ofCursor(3),
      change: { heldAtMs: NOW + 2 },
      want: [{ type: "JobHeld", version: 2, atMs: NOW + 2 }],
    },
    { when: "the hold goes on", before: { ...ofCursor(3), heldAtMs: NOW }, change: { cursor: 4 }, want: [] },
    {
      when: "a client pauses it",
      before: ofCursor(3),
      change: { state: "paused", ...at(NOW + 3) },
      want: [{ type: "JobPaused", version: 2, atMs: NOW + 3 }],
    },
    {
      when: "Volley pauses it",
      before: ofCursor(3),
      change: { state: "paused", reason: "its list", ...at(NOW + 3) },
      want: [{ type: "JobPaused", version: 2, atMs: NOW + 3, reason: "its list" }],
    },
    {
      when: "it is resumed",
      before: { ...ofCursor(3), state: "paused" },
      change: { state: "running", ...at(NOW) },
      want: [],
    },
    { when: "it is being canceled", before: ofCursor(3), change: { state: "canceling", ...at(NOW) }, want: [] },
    {
      when: "it was canceled",
      before: { ...ofCursor(3), state: "canceling" },
      change: { state: "canceled", ...at(NOW + 4) },
      want: [{ type: "JobCanceled", version: 2, atMs: NOW + 4 }],
    },
    {
      when: "it expired before it began",
      change: { state: "expired", ...at(NOW + 5) },
      want: [{ type: "JobExpired", version: 2, atMs: NOW + 5 }],
    },
    {
      when: "it is done",
      before: { ...ofCursor(9), reason: "of old" },
      change: { state: "done", ...at(NOW + 6) },
      want: [{ type: "JobCompleted", version: 2, atMs: NOW + 6 }],
    },
    {
      when: "its list is refused",
      change: { state: "rejected", reason: "nobody is left", ...at(NOW + 7) },
      want: [{ type: "JobRejected", version: 2, atMs: NOW + 7, reason: "nobody is left" }],
    },
    {
      when: "its first share and a hold are found by one write",
      change: { cursor: 1, servedAtMs: NOW, heldAtMs: NOW },
      want: [
        { type: "JobStarted", version: 2 },
        { type: "JobHeld", version: 2 },
      ],
    },
  ])("$when", ({ before = running, change, want }) => {
    expect(by(before, change)).toMatchObject(want);
    expect(by(before, change)).toHaveLength(want.length);
  });

  it("a new job that starts at once has started, one that waits has not", () => {
    const started = aJob({ events: true, cursor: 1, servedAtMs: 0 });
    expect(eventsOf(undefined, started)).toEqual([{ type: "JobStarted", version: 1, atMs: NOW }]);
    expect(eventsOf(undefined, { ...started, cursor: 0 })).toEqual([]);
  });

  it("tells nothing of a job that does not ask for it", () => {
    const { events: _, ...silent } = running;
    expect(eventsOf(silent, { ...silent, cursor: 1, state: "done", heldAtMs: NOW })).toEqual([]);
    expect(withEvents(undefined, aJob())).toEqual(expect.not.objectContaining({ outbox: expect.anything() }));
  });
});

describe("the outbox", () => {
  it("takes the events of a write, and asks the publisher to look", () => {
    const paused = applyChange(ofCursor(3), { state: "paused", ...at(NOW + 3) });
    expect(paused).toMatchObject({ outbox: [{ type: "JobPaused" }], publishAtMs: NOW + 3 });
    expect(hasNews(paused)).toBe(true);
    const resumed = applyChange(paused, { state: "running", ...at(NOW + 4) });
    expect(resumed).toMatchObject({ outbox: [{ type: "JobPaused" }], publishAtMs: NOW + 3 });
    expect(hasNews(resumed)).toBe(false);
  });

  it("of too many loses the oldest pauses and holds, never a start or an end", () => {
    let job = applyChange(running, { cursor: 1, servedAtMs: NOW });
    for (let n = 1; n <= MOST_EVENTS + 5; n++) {
      job = applyChange(job, { state: "paused", ...at(NOW + n) });
      job = applyChange(job, { state: "running", ...at(NOW + n) });
    }
    job = applyChange(job, { state: "done", ...at(NOW + 99) });
    const outbox = job.outbox ?? [];
    expect(outbox).toHaveLength(MOST_EVENTS);
    expect(outbox[0]?.type).toBe("JobStarted");
    expect(outbox[1]).toMatchObject({ type: "JobPaused", atMs: NOW + 8 });
    expect(outbox.at(-1)?.type).toBe("JobCompleted");
  });

  it("whatever is done to a job: one start, one end, each event once, in order, the same if it is done again", () => {
    const step = fc.constantFrom("pause", "resume", "cancel", "open", "hold", "end", "finish");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const [one, other] = [walk(steps), walk(steps)];
        expect(one).toEqual(other);
        const types = (one.outbox ?? []).map(({ type }) => type);
        const ids = (one.outbox ?? []).map((event) => eventId(one.run, event));
        const ends = types.filter((type) => !["JobStarted", "JobHeld", "JobPaused"].includes(type));
        expect(types.filter((type) => type === "JobStarted")).toHaveLength(one.cursor > 0 ? 1 : 0);
        expect(ends).toHaveLength(one.state === "done" || one.state === "canceled" ? 1 : 0);
        if (ends.length > 0) expect(types.at(-1)).toBe(ends[0]);
        expect(new Set(ids).size).toBe(ids.length);
        const versions = (one.outbox ?? []).map(({ version }) => version);
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }),
    );
  });
});

/** What a job comes to by steps, each where its state allows it. */
function walk(steps: readonly string[]): Job {
  return steps.reduce((job, step, i) => {
    const nowMs = NOW + i;
    switch (step) {
      case "open":
        return job.state === "running" ? applyChange(job, { cursor: job.cursor + 1, servedAtMs: nowMs }) : job;
      case "hold":
        return job.state === "running" ? applyChange(job, { heldAtMs: nowMs }) : job;
      case "end":
        return job.state === "canceling" ? applyChange(job, { state: "canceled", ...at(nowMs) }) : job;
      case "finish":
        return job.state === "running" ? applyChange(job, { state: "done", ...at(nowMs) }) : job;
      default:
        try {
          const settings = { nowMs, by: "client", graceMs: 1, drawId: () => "drawn" };
          return applyChange(job, control(job, step as "pause" | "resume" | "cancel", settings));
        } catch (error) {
          if (error instanceof Conflict) return job;
          throw error;
        }
    }
  }, running);
}
