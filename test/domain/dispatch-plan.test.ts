import { describe, expect, it } from "vitest";
import { dutyOf, opening, toCandidate } from "../../lib/domain/dispatch-plan.ts";
import type { Job } from "../../lib/domain/job.ts";
import { JOB_STATES } from "../../lib/domain/job-state.ts";
import type { Given, Reviewed } from "../../lib/domain/shares.ts";
import { aJob, NOW } from "../support/a-job.ts";

const settings = { nowMs: NOW, by: "volley", graceMs: 20_000, drawId: () => "drawn" };

describe("dutyOf", () => {
  it.each<{ when: string; job?: Partial<Job>; want: object }>([
    { when: "it runs", want: { do: "dispatch" } },
    { when: "it is gone", job: { goneAtMs: NOW }, want: { do: "nothing" } },
    { when: "it expires now", job: { expiresAtMs: NOW }, want: { do: "expire", change: { state: "expiring" } } },
    { when: "it expires next", job: { expiresAtMs: NOW + 1 }, want: { do: "dispatch" } },
    {
      when: "it expires while paused",
      job: { state: "paused", expiresAtMs: NOW },
      want: { do: "expire", change: { state: "expiring" } },
    },
    {
      when: "it expires before it began",
      job: { state: "scheduled", cursor: 0, expiresAtMs: NOW },
      want: { do: "expire", change: { state: "expired", canceled: 3 } },
    },
    { when: "it is paused", job: { state: "paused" }, want: { do: "nothing" } },
    { when: "its list is on the way", job: { state: "importing" }, want: { do: "import" } },
    { when: "its list is to be uploaded", job: { state: "awaiting-list" }, want: { do: "import" } },
    {
      when: "its list never came",
      job: { state: "awaiting-list", cursor: 0, expiresAtMs: NOW },
      want: { do: "expire", change: { state: "expired" } },
    },
    {
      when: "it starts in a minute",
      job: { state: "scheduled", notBeforeMs: NOW + 60_000 },
      want: { do: "dispatch" },
    },
    {
      when: "it starts later than that",
      job: { state: "scheduled", notBeforeMs: NOW + 60_001 },
      want: { do: "nothing" },
    },
    { when: "a call may be on its way", job: { state: "canceling", endsAtMs: NOW + 1 }, want: { do: "nothing" } },
    { when: "no call is on its way", job: { state: "canceling", endsAtMs: NOW }, want: { do: "end" } },
    {
      when: "it ends its expiry, and has expired",
      job: { state: "expiring", endsAtMs: NOW, expiresAtMs: NOW - 9 },
      want: { do: "end" },
    },
  ])("when $when", ({ job, want }) => {
    expect(dutyOf(aJob(job), settings)).toMatchObject(want);
  });

  it("has nothing to do for a job that has ended, or is not there", () => {
    expect(dutyOf(undefined, settings)).toEqual({ do: "nothing" });
    for (const state of JOB_STATES) {
      const { do: duty } = dutyOf(aJob({ state, endsAtMs: NOW }), settings);
      const idle = ["paused", "done", "canceled", "expired", "rejected"];
      expect(duty === "nothing", state).toBe(idle.includes(state));
    }
  });
});

describe("opening", () => {
  const ids = () => {
    let drawn = 0;
    return () => `drawn-${drawn++}`;
  };
  const large = { receivers: 5_000, batches: 10, batchSize: 500, cursor: 4 };
  const nothing: Reviewed = { queued: [], owed: [], changed: false };
  const none: Given = { queue: [], owed: [], cursor: 4 };
  const old = { id: "old", batches: [[0, 2]], queuedAtMs: NOW - 9 } as const;
  const owed = { id: "owed", batches: [[2, 4]] } as const;

  it.each<{ when: string; job?: Partial<Job>; reviewed?: Partial<Reviewed>; given?: Partial<Given>; want: object }>([
    {
      when: "it is given its first batches",
      job: { cursor: 0, shares: [] },
      given: { queue: [[0, 3]], cursor: 3 },
      want: {
        change: {
          state: "running",
          cursor: 3,
          servedAtMs: NOW,
          dueAtMs: NOW - 5,
          shares: [{ id: "drawn-0", batches: [[0, 3]], queuedAtMs: NOW }],
        },
        share: { id: "drawn-0" },
      },
    },
    {
      when: "some of what it is owed is queued again",
      job: { shares: [old, owed] },
      reviewed: { queued: [old], owed: [[2, 4]] },
      given: { queue: [[2, 3]], owed: [[3, 4]] },
      want: {
        change: {
          shares: [old, { id: "drawn-1", batches: [[3, 4]] }, { id: "drawn-0", batches: [[2, 3]], queuedAtMs: NOW }],
          cursor: 4,
        },
      },
    },
    {
      when: "a share is of age and the room is full",
      job: { shares: [old], servedAtMs: NOW - 9 },
      reviewed: { owed: [[0, 2]], changed: true },
      given: { owed: [[0, 2]] },
      want: { change: { shares: [{ id: "drawn-0", batches: [[0, 2]] }], servedAtMs: NOW - 9 } },
    },
    {
      when: "all is counted",
      job: { cursor: 10, shares: [old] },
      reviewed: { changed: true },
      given: { cursor: 10 },
      want: { change: { state: "done", shares: [], dueAtMs: undefined, history: [{ event: "done", by: "volley" }] } },
    },
    {
      when: "all is counted, and was dropped before",
      job: { cursor: 10, shares: [] },
      given: { cursor: 10 },
      want: { change: { state: "done" } },
    },
    {
      when: "its time comes within the minute",
      job: { state: "scheduled", cursor: 0, shares: [], notBeforeMs: NOW + 40_000 },
      given: { queue: [[0, 1]], cursor: 1 },
      want: { change: { state: "running", dueAtMs: NOW, shares: [{ queuedAtMs: NOW + 40_000 }] } },
    },
    {
      when: "its time comes and the room is full",
      job: { state: "scheduled", cursor: 0, shares: [], notBeforeMs: NOW + 40_000 },
      given: { cursor: 0 },
      want: { change: { state: "running", dueAtMs: NOW, cursor: 0, shares: [] } },
    },
    {
      when: "it is an express job whose task got lost",
      job: { lane: "express", receivers: 3, batches: 1, cursor: 1, shares: [old] },
      reviewed: { owed: [[0, 1]], changed: true },
      given: { queue: [[0, 1]], cursor: 1 },
      want: { change: { state: "running", dueAtMs: NOW + 300_000 } },
    },
  ])("when $when", ({ job, reviewed, given, want }) => {
    const before = aJob({ ...large, dueAtMs: NOW - 5, ...job });
    const times = { nowMs: NOW, shareAgeMs: 300_000, drawId: ids() };
    expect(opening(before, { ...nothing, ...reviewed }, { ...none, ...given }, times)).toMatchObject(want);
  });

  it.each<{ when: string; job?: Partial<Job>; reviewed?: Partial<Reviewed>; given?: Partial<Given> }>([
    { when: "it has all it can have", job: { shares: [old] }, reviewed: { queued: [old] } },
    {
      when: "it is owed something and the room is full",
      job: { shares: [owed] },
      reviewed: { owed: [[2, 4]] },
      given: { owed: [[2, 4]] },
    },
    { when: "its only batch is under way", job: { batches: 1, cursor: 1, shares: [old] }, reviewed: { queued: [old] } },
  ])("writes nothing when $when", ({ job, reviewed, given }) => {
    const before = aJob({ ...large, ...job });
    const times = { nowMs: NOW, shareAgeMs: 300_000, drawId: ids() };
    const all = { ...none, cursor: before.cursor, ...given };
    expect(opening(before, { ...nothing, ...reviewed }, all, times)).toBeUndefined();
  });

  describe("while the account is held,", () => {
    const times = { nowMs: NOW, shareAgeMs: 300_000, drawId: ids(), heldSinceMs: NOW - 9 };
    const started: Partial<Job> = { shares: [old], events: true };
    const seen = { ...nothing, queued: [old] };

    it.each<{ when: string; job: Partial<Job>; heldSinceMs?: number; want: number | undefined }>([
      { when: "for the first time", job: started, want: NOW },
      { when: "again", job: { ...started, heldAtMs: NOW - 10 }, want: NOW },
      { when: "still", job: { ...started, heldAtMs: NOW - 9 }, want: undefined },
      { when: "by a clock ahead of ours", job: started, heldSinceMs: NOW + 7, want: NOW + 7 },
      { when: "by such a clock, still", job: { ...started, heldAtMs: NOW + 7 }, heldSinceMs: NOW + 7, want: undefined },
      { when: "but it tells of nothing", job: { shares: [old] }, want: undefined },
    ])("marks the job if it is held $when: $want", ({ job, heldSinceMs = NOW - 9, want }) => {
      const before = aJob({ ...large, ...job });
      const made = opening(before, seen, { ...none, cursor: before.cursor }, { ...times, heldSinceMs });
      expect(made?.change.heldAtMs).toBe(want);
      if (want === undefined) expect(made).toBeUndefined();
    });
  });
});

it("a candidate counts the receivers of its queued shares, the short last batch too", () => {
  const job = aJob({ receivers: 1_100, batches: 3, batchSize: 500, cursor: 3, servedAtMs: 5 });
  const queued = [{ id: "a", batches: [[1, 3]] as const, queuedAtMs: NOW }];
  const want = { open: 600, owed: [[0, 1]], cursor: 3, servedAtMs: 5, takesRoom: true };
  expect(toCandidate(job, { queued, owed: [[0, 1]], changed: false }, NOW)).toMatchObject(want);
  expect(toCandidate({ ...job, lane: "express" }, { queued, owed: [], changed: false }, NOW).takesRoom).toBe(false);
});
