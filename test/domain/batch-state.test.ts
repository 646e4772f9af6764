import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchState, nextStep, toRetry, UNTOUCHED, untried } from "../../lib/domain/batch-state.ts";
import type { Task } from "../../lib/domain/batches.ts";
import type { Delivery, Job, JobState } from "../../lib/domain/job.ts";
import { allOf, makeTry, outcomeOf } from "../../lib/domain/outcome.ts";
import { aJob } from "../contracts/results-ports.ts";

const NOW = 1_000_000;

const task: Task = { job: "j", batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1,2,3" };

const job = (state: JobState, more: Partial<Job> = {}): Job => aJob({ state, acceptingUntilMs: NOW, ...more });

const touched = (parts: Partial<BatchState>): BatchState => ({ ...UNTOUCHED, rev: 1, ...parts });
const claimed = (untilMs: number) => touched({ claim: { id: "c", count: 3, untilMs } });
const answered = touched({ attempt: 2, covers: 3, tries: [makeTry({ atMs: 1, attempt: 1, sent: allOf(["1"], "m") })] });

const SEND = { do: "send", receivers: ["1", "2", "3"] };

describe("nextStep", () => {
  it.each<{ when: string; job: Job | undefined; batch: BatchState; want: object }>([
    { when: "there is no job", job: undefined, batch: UNTOUCHED, want: { do: "drop", why: "NoSuchJob" } },
    { when: "its intake died", job: job("abandoned"), batch: UNTOUCHED, want: { do: "drop", why: "IntakeDied" } },
    {
      when: "intake is still queueing",
      job: job("accepting"),
      batch: UNTOUCHED,
      want: { do: "look-again", afterMs: 1_000 },
    },
    {
      when: "intake has not been heard of for too long",
      job: job("accepting", { acceptingUntilMs: NOW - 1 }),
      batch: UNTOUCHED,
      want: { do: "drop", why: "IntakeDied" },
    },
    { when: "nobody touched the batch", job: job("running"), batch: UNTOUCHED, want: SEND },
    { when: "a claim was taken back", job: job("running"), batch: touched({ rev: 3 }), want: SEND },
    { when: "the batch is done", job: job("running"), batch: answered, want: { do: "finish" } },
    { when: "the batch is done, the job too", job: job("done"), batch: answered, want: { do: "finish" } },
    { when: "the batch is done, the job canceled", job: job("canceled"), batch: answered, want: { do: "finish" } },
    { when: "the batch is done, the job paused", job: job("paused"), batch: answered, want: { do: "finish" } },
    {
      when: "a worker is at it",
      job: job("running"),
      batch: claimed(NOW + 700),
      want: { do: "look-again", afterMs: 700 },
    },
    {
      when: "a worker is at it, and the job is canceled",
      job: job("canceled"),
      batch: claimed(NOW + 700),
      want: { do: "look-again", afterMs: 700 },
    },
    {
      when: "a worker was lost",
      job: job("running"),
      batch: claimed(NOW),
      want: { do: "give-up", again: false },
    },
    {
      when: "a worker was lost, the job wants it at least once",
      job: job("running", { delivery: "at-least-once" }),
      batch: claimed(NOW),
      want: { do: "give-up", again: true },
    },
    {
      when: "the same, and the job is canceled",
      job: job("canceled", { delivery: "at-least-once" }),
      batch: claimed(NOW),
      want: { do: "give-up", again: false },
    },
    {
      when: "the same, and the job is expired",
      job: job("running", { delivery: "at-least-once", expiresAtMs: NOW }),
      batch: claimed(NOW),
      want: { do: "give-up", again: false },
    },
    {
      when: "a worker was lost, the job is paused",
      job: job("paused"),
      batch: claimed(NOW),
      want: { do: "give-up", again: false },
    },
    {
      when: "the job is canceled",
      job: job("canceled"),
      batch: UNTOUCHED,
      want: { do: "cancel", code: "Canceled" },
    },
    {
      when: "the job expires this millisecond",
      job: job("running", { expiresAtMs: NOW }),
      batch: UNTOUCHED,
      want: { do: "cancel", code: "Expired" },
    },
    {
      when: "the job expires in a millisecond",
      job: job("running", { expiresAtMs: NOW + 1 }),
      batch: UNTOUCHED,
      want: SEND,
    },
    {
      when: "a paused job expires",
      job: job("paused", { expiresAtMs: NOW }),
      batch: UNTOUCHED,
      want: { do: "cancel", code: "Expired" },
    },
    {
      when: "a slow worker's answer left nobody to send to",
      job: job("running"),
      batch: touched({ tries: [makeTry({ atMs: 1, attempt: 1, sent: allOf(["1", "2", "3"], "m") })] }),
      want: { do: "finish" },
    },
    { when: "the job is paused", job: job("paused"), batch: UNTOUCHED, want: { do: "park" } },
    {
      when: "the job's time is farther than a message can be delayed",
      job: { ...job("scheduled"), notBeforeMs: NOW + 900_001 },
      batch: UNTOUCHED,
      want: { do: "park" },
    },
    {
      when: "the job's time is near",
      job: { ...job("scheduled"), notBeforeMs: NOW + 900_000 },
      batch: UNTOUCHED,
      want: { do: "look-again", afterMs: 900_000 },
    },
    {
      when: "the job's time has come, whether or not the sweeper was there",
      job: { ...job("scheduled"), notBeforeMs: NOW },
      batch: UNTOUCHED,
      want: { do: "send", receivers: task.receivers.split(",") },
    },
  ])("when $when: $want", ({ job: found, batch, want }) => {
    expect(nextStep(found, batch, task, NOW)).toEqual(want);
  });

  it("never sends while a claim stands, whatever the job says", () => {
    const state = fc.constantFrom<JobState>("scheduled", "running", "paused", "canceled", "done");
    const delivery = fc.constantFrom<Delivery>("at-most-once", "at-least-once");
    fc.assert(
      fc.property(state, delivery, fc.nat(2 * NOW), (is, wants, untilMs) => {
        expect(nextStep(job(is, { delivery: wants }), claimed(untilMs), task, NOW).do).toMatch(/look-again|give-up/);
      }),
    );
  });
});

describe("untried", () => {
  it.each<{ when: string; task?: Partial<Task>; batch: Partial<BatchState>; want: string[] }>([
    { when: "nobody tried yet", batch: {}, want: ["1", "2", "3"] },
    { when: "the quota split it, and the rest has an item of its own", batch: { covers: 2 }, want: ["1", "2"] },
    {
      when: "a later attempt has an item of its own, which covers what its message says",
      task: { attempt: 2, receivers: "2,3" },
      batch: { covers: 0 },
      want: ["2", "3"],
    },
    {
      when: "the quota split a later attempt",
      task: { attempt: 2 },
      batch: { tries: [makeTry({ atMs: 1, attempt: 2, sent: { "1": "m" }, retry: { "2": "F" } })] },
      want: ["3"],
    },
    {
      when: "an earlier attempt was refused",
      task: { attempt: 3 },
      batch: { tries: [makeTry({ atMs: 1, attempt: 2, retry: allOf(["1", "2", "3"], "F") })] },
      want: ["1", "2", "3"],
    },
    {
      when: "a slow worker's answer came in: what it sent is not sent again",
      task: { attempt: 2 },
      batch: { tries: [makeTry({ atMs: 1, attempt: 1, sent: { "2": "m" } })] },
      want: ["1", "3"],
    },
  ])("when $when: $want", ({ task: change, batch, want }) => {
    expect(untried({ ...task, ...change }, touched(batch))).toEqual(want);
  });
});

describe("toRetry", () => {
  it.each<{ when: string; batch: Partial<BatchState>; want: string[] }>([
    { when: "nothing was refused", batch: { attempt: 2, tries: answered.tries }, want: [] },
    {
      when: "some were refused, ascending by number",
      batch: {
        attempt: 2,
        tries: [makeTry({ atMs: 1, attempt: 1, retry: allOf(["10", "9"], "F"), sent: { "1": "m" } })],
      },
      want: ["9", "10"],
    },
    {
      when: "part of the next attempt is tried",
      batch: {
        attempt: 2,
        tries: [
          makeTry({ atMs: 1, attempt: 1, retry: allOf(["1", "2"], "F") }),
          makeTry({ atMs: 2, attempt: 2, retry: allOf(["1"], "F") }),
        ],
      },
      want: ["2"],
    },
    {
      when: "it came through at last",
      batch: {
        attempt: 3,
        tries: [
          makeTry({ atMs: 1, attempt: 1, retry: { "1": "F" } }),
          makeTry({ atMs: 2, attempt: 2, sent: { "1": "m" } }),
        ],
      },
      want: [],
    },
  ])("when $when: $want", ({ batch, want }) => {
    expect(toRetry(touched(batch))).toEqual(want);
  });

  it("and untried never name anybody whose outcome is final", () => {
    const part = fc.constantFrom("sent", "failed", "unknown", "canceled", "retry");
    const tries = fc.array(
      fc
        .record({ attempt: fc.integer({ min: 1, max: 3 }), unclear: fc.boolean(), part })
        .map(({ unclear, part: name, attempt }) =>
          makeTry({ atMs: 1, attempt, ...(unclear && { unclear }), [name]: allOf(["1", "2"], "x") }),
        ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(tries, fc.integer({ min: 1, max: 3 }), (list, attempt) => {
        const batch = touched({ attempt, tries: list });
        for (const id of [...toRetry(batch), ...untried({ ...task, attempt }, batch)]) {
          expect(outcomeOf(id, list)?.status ?? "pending").toBe("pending");
        }
      }),
    );
  });
});
