import { describe, expect, it } from "vitest";
import { closing, resumesAtMs } from "../../lib/domain/close-window.ts";
import { dutyOf, toCandidate } from "../../lib/domain/dispatch-plan.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { SendWindow } from "../../lib/domain/send-window.ts";
import type { Reviewed } from "../../lib/domain/shares.ts";
import { aJob, NOW } from "../support/a-job.ts";

const MINUTE_MS = 60_000;
const GRACE_MS = 20_000;
const utc = (from: string, to: string): SendWindow => ({ from, to, timeZone: "UTC" });
/** It is 08:00. */
const CLOSED = utc("09:00", "07:59");
const running = (parts: Partial<Job> = {}): Job =>
  aJob({ sendWindow: CLOSED, batches: 9, receivers: 27, batchSize: 3, cursor: 6, ...parts });
const some: Reviewed = { queued: [{ id: "a", batches: [[2, 4]], queuedAtMs: NOW }], owed: [[5, 6]], changed: false };
const none: Reviewed = { queued: [], owed: [], changed: true };
const TIMES = { nowMs: NOW, graceMs: GRACE_MS, drawId: () => "drawn" };

describe("closing", () => {
  it("lets a job wait for its opening, and owes it everything that is queued", () => {
    expect(closing(running(), some, TIMES)).toEqual({
      state: "scheduled",
      shares: [
        {
          id: "drawn",
          batches: [
            [2, 4],
            [5, 6],
          ],
        },
      ],
      dueAtMs: NOW + 59 * MINUTE_MS,
    });
    expect(closing(running({ shares: [] }), none, TIMES)).toMatchObject({ shares: [] });
    expect(closing(running({ expiresAtMs: NOW + 5 }), some, TIMES)).toMatchObject({ dueAtMs: NOW + 5 });
  });

  it.each<{ when: string; job: Partial<Job>; seen?: Reviewed; nowMs?: number }>([
    { when: "it has no window", job: { sendWindow: utc("00:00", "23:59") } },
    { when: "it is open", job: { sendWindow: utc("07:00", "09:00") } },
    { when: "it has closed a moment ago", job: { sendWindow: utc("07:00", "08:00") }, nowMs: NOW + GRACE_MS - 1 },
    { when: "it opens before the next run", job: { sendWindow: utc("08:01", "07:00") } },
    { when: "nothing is left of it", job: { cursor: 9 }, seen: none },
    { when: "it rests already", job: { state: "scheduled" } },
    { when: "it is being canceled", job: { state: "canceling" } },
  ])("does nothing where $when", ({ job, seen = some, nowMs = NOW }) => {
    expect(closing(running(job), seen, { ...TIMES, nowMs })).toBeUndefined();
  });

  it("a job is given nothing while its window is closed, and looked at again before it opens", () => {
    expect(toCandidate(running(), some, NOW).most).toBe(0);
    expect(toCandidate(running({ sendWindow: utc("07:00", "09:00") }), some, NOW).most).toBe(Number.POSITIVE_INFINITY);
    expect(toCandidate(running({ sendWindow: utc("08:01", "07:00") }), some, NOW).most).toBe(Number.POSITIVE_INFINITY);
    const duty = (nowMs: number) => dutyOf(running({ state: "scheduled" }), { ...TIMES, nowMs, by: "volley" }).do;
    expect(duty(NOW + 59 * MINUTE_MS - 1)).toBe("nothing");
    expect(duty(NOW + 59 * MINUTE_MS)).toBe("dispatch");
  });
});

describe("resumesAtMs", () => {
  it.each<{ when: string; job: Partial<Job>; want: number | undefined }>([
    { when: "its window is closed", job: {}, want: NOW + 60 * MINUTE_MS },
    { when: "it rests", job: { state: "scheduled" }, want: NOW + 60 * MINUTE_MS },
    {
      when: "it is for later",
      job: { state: "scheduled", notBeforeMs: NOW + 90 * MINUTE_MS },
      want: NOW + 90 * MINUTE_MS,
    },
    { when: "its window is open", job: { sendWindow: utc("07:00", "09:00") }, want: undefined },
    { when: "it is paused", job: { state: "paused" }, want: undefined },
    { when: "it is done", job: { state: "done" }, want: undefined },
    { when: "it expires before", job: { expiresAtMs: NOW + 60 * MINUTE_MS }, want: undefined },
  ])("is $want where $when", ({ job, want }) => {
    expect(resumesAtMs(running(job), NOW)).toBe(want);
  });

  it("is nothing for a job without a window", () => {
    expect(resumesAtMs(aJob({ state: "scheduled", notBeforeMs: NOW + 5 }), NOW)).toBeUndefined();
  });
});
