import { describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import type { Job } from "../../lib/domain/job.ts";
import { allOf, makeTry, NO_COUNTS, type Try } from "../../lib/domain/outcome.ts";
import { toDelay } from "../../lib/use-cases/record-attempt.ts";
import { aTask, claimAll, NOW } from "../contracts/results-ports.ts";
import { IDS, sentTo, setUp } from "./recording.ts";

describe("record", () => {
  it("writes down, counts, and finishes the job with its last receiver", async () => {
    const { ports, job, task, record, look, enqueued, stateOf } = await setUp();
    await record(job, task, await claimAll(ports, task), IDS, sentTo(IDS));
    const change = { tag: "0.1", counts: { ...NO_COUNTS, sent: 3 } };
    expect(await look(task)).toEqual({ rev: 2, attempt: 2, covers: 3, tries: [sentTo(IDS)], change });
    expect(await ports.tallies.read(job)).toEqual(change.counts);
    expect(await stateOf()).toBe("done");
    expect(enqueued).toEqual([]);
  });

  it.each<{ when: string; parts: Partial<Job>; batches: number[]; want: Job["state"] }>([
    { when: "one of two batches", parts: { receivers: 6, batches: 2, batchSize: 3 }, batches: [0], want: "running" },
    { when: "both of two batches", parts: { receivers: 6, batches: 2, batchSize: 3 }, batches: [1, 0], want: "done" },
    {
      when: "a batch of each of two tallies",
      parts: { receivers: 303, batches: 101, batchSize: 3 },
      batches: [0, 100],
      want: "running",
    },
    {
      when: "all batches of two tallies, the last one first",
      parts: { receivers: 303, batches: 101, batchSize: 3 },
      batches: Array.from({ length: 101 }, (_, n) => 100 - n),
      want: "done",
    },
    { when: "the only batch of a canceled job", parts: { state: "canceled" }, batches: [0], want: "canceled" },
    { when: "the only batch of a paused job", parts: { state: "paused" }, batches: [0], want: "done" },
  ])("after $when the job is $want", async ({ parts, batches, want }) => {
    const { job, record, look, stateOf } = await setUp(parts);
    for (const n of batches) {
      const ids = [1, 2, 3].map((i) => `${3 * n + i}`);
      const task = aTask(job, { batch: { n, part: 0, first: ids[0] ?? "" }, receivers: ids.join() });
      await record(job, task, await look(task), ids, sentTo(ids));
    }
    expect(await stateOf()).toBe(want);
  });

  it.each<{ when: string; task: Partial<Task>; made: Partial<Try>; receivers: string[]; want: object[] }>([
    {
      when: "some were refused: they have a second attempt, a little later",
      task: {},
      made: { sent: { "1": "7" }, retry: { "2": "F", "3": "F" } },
      receivers: IDS,
      want: [{ attempt: 2, receivers: "2,3", delay: 2 }],
    },
    {
      when: "some were refused again: the third attempt waits longer",
      task: { attempt: 2, receivers: "2,3" },
      made: { sent: { "2": "7" }, retry: { "3": "F" } },
      receivers: ["2", "3"],
      want: [{ attempt: 3, receivers: "3", delay: 5 }],
    },
    {
      when: "it may have arrived: the next attempt knows",
      task: {},
      made: { unclear: true, retry: allOf(IDS, "CallTimeout") },
      receivers: IDS,
      want: [{ attempt: 2, receivers: "1,2,3", maybeTwice: true, delay: 2 }],
    },
    {
      when: "it may have arrived before: that is not forgotten",
      task: { attempt: 2, maybeTwice: true },
      made: { sent: { "1": "7", "2": "7" }, retry: { "3": "F" } },
      receivers: IDS,
      want: [{ attempt: 3, receivers: "3", maybeTwice: true, delay: 5 }],
    },
    {
      when: "the quota split the batch: the rest is a part of its own",
      task: {},
      made: { sent: { "1": "7", "2": "7" } },
      receivers: ["1", "2"],
      want: [{ batch: { n: 0, part: 1, first: "3" }, attempt: 1, receivers: "3", delay: 0 }],
    },
    {
      when: "the quota split a part again",
      task: { batch: { n: 0, part: 1, first: "2" }, receivers: "2,3" },
      made: { sent: { "2": "7" } },
      receivers: ["2"],
      want: [{ batch: { n: 0, part: 2, first: "3" }, receivers: "3", delay: 0 }],
    },
    {
      when: "the quota split a later attempt: the rest is the same attempt",
      task: { attempt: 2 },
      made: { retry: { "1": "F" } },
      receivers: ["1"],
      want: [{ batch: { n: 0, part: 0, first: "1" }, attempt: 2, receivers: "2,3", delay: 0 }],
    },
    {
      when: "the quota split a batch of which some were refused: both go on",
      task: {},
      made: { retry: { "1": "F" } },
      receivers: ["1"],
      want: [
        { batch: { n: 0, part: 0, first: "1" }, attempt: 2, receivers: "1", delay: 2 },
        { batch: { n: 0, part: 1, first: "2" }, attempt: 1, receivers: "2,3", delay: 0 },
      ],
    },
    { when: "everybody has an answer", task: {}, made: { failed: allOf(IDS, "X") }, receivers: IDS, want: [] },
  ])("queues what is left when $when", async ({ task: parts, made, receivers, want }) => {
    const { job, record, look, enqueued } = await setUp();
    const task = aTask(job, parts);
    await record(job, task, await look(task), receivers, makeTry({ atMs: NOW, attempt: task.attempt, ...made }));
    expect(enqueued.map(({ task: queued, delay }) => ({ ...queued, delay }))).toMatchObject(want);
    expect(enqueued).toHaveLength(want.length);
  });
});

describe("recordIfUnchanged", () => {
  it("writes, counts and queues nothing when the batch changed since it was seen", async () => {
    const { ports, job, task, recordIfUnchanged, look, enqueued } = await setUp();
    const seen = await look(task);
    const claimed = await claimAll(ports, task);
    expect(await recordIfUnchanged(job, task, seen, ["1"], sentTo(["1"]))).toBe(false);
    expect(await look(task)).toEqual(claimed);
    expect(await ports.tallies.read(job)).toEqual(NO_COUNTS);
    expect(enqueued).toEqual([]);
  });
});

describe("follow", () => {
  it("is safe to repeat: counts once, queues what may be lost", async () => {
    const { ports, job, task, record, follow, look, enqueued } = await setUp();
    await record(job, task, await look(task), ["1"], makeTry({ atMs: NOW, attempt: 1, retry: { "1": "F" } }));
    const once = [...enqueued];
    await follow(job, task, await look(task));
    expect(enqueued).toEqual([...once, ...once]);
    expect(await ports.tallies.read(job)).toEqual(NO_COUNTS);
  });

  it("finishes a job whose last worker did not live to", async () => {
    const { ports, job, task, follow, look, stateOf } = await setUp();
    const change = { tag: "0.1", counts: { ...NO_COUNTS, sent: 3 } };
    const entry = { try: sentTo(IDS), nextAttempt: 2, change, covers: 3, last: "3", endsClaim: true };
    await ports.batches.record(task, await look(task), entry);
    await ports.tallies.add(job, 0, change);
    await follow(job, task, await look(task));
    expect(await stateOf()).toBe("done");
  });
});

describe("toDelay", () => {
  it.each([
    { ms: -5, want: 0 },
    { ms: 0, want: 0 },
    { ms: 1, want: 1 },
    { ms: 1_000, want: 1 },
    { ms: 1_001, want: 2 },
    { ms: 10 ** 9, want: 900 },
  ])("$ms ms are $want s for SQS", ({ ms, want }) => {
    expect(toDelay(ms)).toBe(want);
  });
});
