import { describe, expect, it } from "vitest";
import { applyChange } from "../../lib/domain/apply-change.ts";
import { control, graceMs, scheduledDueMs, stop } from "../../lib/domain/control.ts";
import type { Job } from "../../lib/domain/job.ts";
import { hasEnded, JOB_STATES, may } from "../../lib/domain/job-state.ts";
import { aJob, NOW } from "../support/a-job.ts";

const LEASE_MS = 15_000;
const GRACE_MS = graceMs(LEASE_MS);
const settings = { nowMs: NOW, by: "client", graceMs: GRACE_MS, drawId: () => "drawn" };
const SHARES: Job["shares"] = [
  { id: "a", batches: [[0, 2]], queuedAtMs: NOW },
  { id: "b", batches: [[4, 5]] },
  { id: "c", batches: [[2, 4]], queuedAtMs: NOW - 1 },
];
const EXPIRES = { expiresAtMs: NOW + 90_000 };
const entry = (event: string, by = "client") => [{ atMs: NOW, event, by }];

const ROWS: readonly { when: string; job: Partial<Job>; action: "pause" | "resume" | "cancel"; want: Partial<Job> }[] =
  [
    {
      when: "running",
      job: { cursor: 5, shares: SHARES, ...EXPIRES },
      action: "pause",
      want: { state: "paused", dueAtMs: NOW + 90_000, shares: SHARES, history: entry("pause") },
    },
    {
      when: "scheduled",
      job: { state: "scheduled", cursor: 0, shares: [], notBeforeMs: NOW + 70_000, ...EXPIRES },
      action: "pause",
      want: { state: "paused", dueAtMs: NOW + 90_000 },
    },
    {
      when: "paused with shares",
      job: { state: "paused", cursor: 5, shares: SHARES, reason: "its receiver list is damaged" },
      action: "resume",
      want: {
        state: "running",
        dueAtMs: NOW,
        cursor: 5,
        shares: [{ id: "drawn", batches: [[0, 5]] }],
        history: entry("resume"),
      },
    },
    {
      when: "paused before anything was queued",
      job: { state: "paused", cursor: 0, shares: [] },
      action: "resume",
      want: { state: "running", shares: [], dueAtMs: NOW },
    },
    {
      when: "paused, its time still to come",
      job: { state: "paused", cursor: 0, shares: [], notBeforeMs: NOW + 70_000, ...EXPIRES },
      action: "resume",
      want: { state: "scheduled", dueAtMs: NOW + 10_000 },
    },
    {
      when: "paused, its time this millisecond",
      job: { state: "paused", cursor: 0, shares: [], notBeforeMs: NOW },
      action: "resume",
      want: { state: "running", dueAtMs: NOW },
    },
    {
      when: "running",
      job: { cursor: 5, shares: SHARES },
      action: "cancel",
      want: { state: "canceling", endsAtMs: NOW + GRACE_MS, dueAtMs: NOW + GRACE_MS, shares: SHARES },
    },
    {
      when: "paused after something was queued",
      job: { state: "paused", cursor: 5, shares: [] },
      action: "cancel",
      want: { state: "canceling", endsAtMs: NOW + GRACE_MS },
    },
    {
      when: "scheduled",
      job: { state: "scheduled", cursor: 0, shares: [], receivers: 7 },
      action: "cancel",
      want: { state: "canceled", canceled: 7, shares: [], history: entry("cancel") },
    },
    {
      when: "importing",
      job: { state: "importing", cursor: 0, shares: [], receivers: 7 },
      action: "cancel",
      want: { state: "canceled", canceled: 7 },
    },
  ];

describe("control", () => {
  it.each(ROWS)("$action a job that is $when", ({ job, action, want }) => {
    const before = aJob(job);
    const after = applyChange(before, control(before, action, settings));
    expect(after).toMatchObject(want);
    expect(after).not.toHaveProperty("reason");
    expect(after.cursor).toBe(before.cursor);
  });

  it.each((["pause", "resume", "cancel"] as const).flatMap((action) => JOB_STATES.map((state) => ({ action, state }))))(
    "$action a job that is $state, as its states allow",
    ({ action, state }) => {
      const asked = () => control(aJob({ state }), action, settings);
      if (may(action, state)) expect(asked).not.toThrow();
      else expect(asked).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    },
  );

  it("leaves a due time on every job that has not ended, and on no other", () => {
    for (const { job, action } of ROWS) {
      const before = aJob(job);
      const { state, dueAtMs } = applyChange(before, control(before, action, settings));
      expect(dueAtMs === undefined).toBe(hasEnded(state));
    }
  });

  it("keeps the last ten entries of the history", () => {
    const history = Array.from({ length: 10 }, (_, i) => ({ atMs: i, event: `${i}`, by: "client" }));
    const change = control(aJob({ history }), "pause", settings);
    expect(change.history).toEqual([...history.slice(1), ...entry("pause")]);
  });
});

describe("stop", () => {
  it.each([
    { when: "nothing was queued", cursor: 0, want: { state: "expired", canceled: 3, shares: [] } },
    { when: "something was queued", cursor: 1, want: { state: "expiring", endsAtMs: NOW + GRACE_MS } },
  ] as const)("expires a job when $when", ({ cursor, want }) => {
    const change = stop(aJob({ cursor }), "expire", { ...settings, by: "volley" });
    expect(change).toMatchObject({ ...want, history: entry("expire", "volley") });
  });
});

it("a job that was stopped waits for the claim window, a lease and three seconds", () => {
  expect(GRACE_MS).toBe(2_000 + LEASE_MS + 3_000);
});

it.each([
  { when: "it starts long before it expires", expiresAtMs: NOW + 900_000, want: NOW + 540_000 },
  { when: "it expires before it starts", expiresAtMs: NOW + 1_000, want: NOW + 1_000 },
])("dispatch looks at a job for later a minute ahead: $when", ({ expiresAtMs, want }) => {
  expect(scheduledDueMs(NOW + 600_000, expiresAtMs)).toBe(want);
});
