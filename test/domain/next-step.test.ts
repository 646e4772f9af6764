import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import { type BatchRows, type Claim, NO_ROW, NO_ROWS, type Row, withClaim } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import { hasEnded, JOB_STATES, sends } from "../../lib/domain/job-state.ts";
import { nextStep } from "../../lib/domain/next-step.ts";
import type { LateAnswers } from "../../lib/domain/outcome.ts";
import { TASK_VERSION, type Task } from "../../lib/domain/task.ts";
import { aJob, NOW } from "../support/a-job.ts";

const job = aJob();
const task: Task = { v: 1, job: job.id, run: job.run, share: "share-0", batch: 0, receivers: "1,2,3" };

/** It is 08:00. */
const CLOSED = { from: "09:00", to: "07:00", timeZone: "UTC" };
const row = (parts: Partial<Row>): Row => ({ ...NO_ROW, version: 1, ...parts });
const claimed = (untilMs: number, parts: Partial<Claim> = {}): BatchRows =>
  withClaim(NO_ROWS, "batch", { id: "c", slotMs: NOW, untilMs, count: 3, ...parts });
const untried = (...ids: string[]) =>
  ids.map((userId) => ({ userId, attempts: 0, mayHaveArrived: false, readyAtMs: 0 }));
const withFirst = (parts: Parameters<typeof makeResult>[0]): BatchRows => ({
  ...NO_ROWS,
  batch: row({ results: [makeResult(parts)] }),
});
const done = withFirst({ atMs: NOW, sent: { "1": "9", "2": "9" }, failed: { "3": "F" } });
const partly = withFirst({ atMs: NOW, sent: { "1": "9" }, refused: { "2": "F" } });

describe("nextStep", () => {
  it.each<{
    when: string;
    job?: Partial<Job>;
    rows?: BatchRows;
    late?: LateAnswers;
    task?: Partial<Task>;
    want: object;
  }>([
    { when: "nobody touched the batch", want: { do: "send", receivers: untried("1", "2", "3") } },
    { when: "the job is gone", job: { goneAtMs: NOW }, want: { do: "drop", why: "NoSuchJob" } },
    { when: "the task is of an earlier run", task: { run: "earlier1" }, want: { do: "drop", why: "OtherRun" } },
    { when: "the job is paused", job: { state: "paused" }, want: { do: "drop", why: "NotRunning" } },
    { when: "the job expires this millisecond", job: { expiresAtMs: NOW }, want: { do: "drop", why: "Expired" } },
    {
      when: "the job expires in a millisecond",
      job: { expiresAtMs: NOW + 1 },
      want: { do: "send", receivers: untried("1", "2", "3") },
    },
    { when: "its window is closed", job: { sendWindow: CLOSED }, want: { do: "drop", why: "WindowClosed" } },
    {
      when: "its window opens in a minute",
      job: { sendWindow: { from: "08:01", to: "07:00", timeZone: "UTC" } },
      want: { do: "go-back", atMs: NOW + 60_000 },
    },
    {
      when: "its window is open",
      job: { sendWindow: { from: "08:00", to: "09:00", timeZone: "UTC" } },
      want: { do: "send", receivers: untried("1", "2", "3") },
    },
    {
      when: "everybody was answered before its window closed",
      job: { sendWindow: CLOSED },
      rows: done,
      want: { do: "count" },
    },
    {
      when: "its window closes while an attempt has to be made again",
      job: { sendWindow: CLOSED },
      rows: partly,
      want: { do: "drop", why: "WindowClosed" },
    },
    {
      when: "the share is owed",
      job: { shares: [{ id: "share-0", batches: [[0, 1]] }] },
      want: { do: "drop", why: "OldShare" },
    },
    { when: "the share is another one now", task: { share: "share-1" }, want: { do: "drop", why: "OldShare" } },
    { when: "the batch is counted already", task: { batch: 1 }, want: { do: "drop", why: "OldShare" } },
    { when: "its time has not come", job: { notBeforeMs: NOW + 1 }, want: { do: "go-back", atMs: NOW + 1 } },
    {
      when: "its time is this millisecond",
      job: { notBeforeMs: NOW },
      want: { do: "send", receivers: untried("1", "2", "3") },
    },
    { when: "a worker is at it", rows: claimed(NOW + 1), want: { do: "go-back", atMs: NOW + 1 } },
    {
      when: "a worker was lost",
      rows: claimed(NOW),
      want: { do: "resolve", claim: { on: "batch", claim: { id: "c", slotMs: NOW, untilMs: NOW, count: 3 } } },
    },
    {
      when: "a worker was lost, and the job is canceled",
      rows: claimed(NOW),
      job: { state: "canceling" },
      want: { do: "drop", why: "NotRunning" },
    },
    {
      when: "a claim was taken back",
      rows: { ...NO_ROWS, batch: row({ version: 2 }) },
      want: { do: "send", receivers: untried("1", "2", "3") },
    },
    { when: "the quota split it", rows: partly, want: { do: "send", receivers: untried("3") } },
    {
      when: "everybody left waits for another attempt",
      rows: withFirst({ atMs: NOW, sent: { "1": "9", "3": "9" }, refused: { "2": "F" } }),
      want: { do: "wait", atMs: NOW + 2_000 },
    },
    {
      when: "two wait: the first of them",
      rows: {
        batch: row({
          results: [makeResult({ atMs: NOW - 1_000, sent: { "1": "9" }, refused: { "2": "F", "3": "F" } })],
        }),
        retry: row({ results: [makeResult({ atMs: NOW, refused: { "3": "F" } })] }),
      },
      want: { do: "wait", atMs: NOW + 1_000 },
    },
    { when: "everybody has an outcome", rows: done, want: { do: "count" } },
    {
      when: "the last one has it by a late answer",
      rows: withFirst({ atMs: NOW, sent: { "1": "9", "2": "9" } }),
      late: { "3": "9" },
      want: { do: "count" },
    },
  ])("when $when: $want.do", ({ job: change, rows = NO_ROWS, late = {}, task: parts, want }) => {
    expect(nextStep({ ...job, ...change }, rows, late, { ...task, ...parts }, NOW)).toEqual(want);
  });

  it("drops a task of a job that does not exist", () => {
    expect(nextStep(undefined, done, {}, task, NOW)).toEqual({ do: "drop", why: "NoSuchJob" });
  });

  it("never sends while a claim stands, nor for a job that does not run", () => {
    const states = fc.constantFrom(...JOB_STATES);
    fc.assert(
      fc.property(states, fc.nat(2 * NOW), fc.nat(2 * NOW), (state, untilMs, nowMs) => {
        const step = nextStep({ ...job, state }, claimed(untilMs), {}, task, nowMs);
        expect(["drop", "go-back", "resolve"]).toContain(step.do);
        const free = nextStep({ ...job, state }, NO_ROWS, {}, task, nowMs);
        if (!sends(state) || hasEnded(state)) expect(free.do).toBe("drop");
      }),
    );
  });
});

it("the next attempt is made at its very moment", () => {
  const task: Task = { v: TASK_VERSION, job: "j", run: "r", share: "share-0", batch: 0, receivers: "1" };
  const refused = makeResult({ atMs: NOW - 2_000, refused: { "1": "FailedReceiver" } });
  const rows = { ...NO_ROWS, batch: { ...NO_ROWS.batch, version: 2, results: [refused] } };
  const step = (nowMs: number) => nextStep(aJob({ id: "j", run: "r" }), rows, {}, task, nowMs).do;
  expect([step(NOW - 1), step(NOW)]).toEqual(["wait", "send"]);
});
