import { describe, expect, it } from "vitest";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { memoryTaskQueue } from "../../lib/adapters/memory-task-queue.ts";
import type { Task } from "../../lib/domain/batches.ts";
import type { Job } from "../../lib/domain/job.ts";
import { type Accepting, type Asking, makeAccept } from "../../lib/use-cases/accept-job.ts";
import { NOW } from "../contracts/results-ports.ts";
import { Crash } from "./crashing.ts";

const BODY = { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" };
const body = (receivers: readonly unknown[], more: object = {}) =>
  JSON.stringify({ ...BODY, Receiver: receivers, ...more });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const ASKING: Asking = { owner: "local" };
const KEYED: Asking = { owner: "local", idempotencyKey: "k" };

/** Intake on memory; ids are the owner and the key, hashes the text itself. */
function setUp(crashAt?: number) {
  let nowMs = NOW;
  let made = 0;
  const now = () => nowMs;
  const ports = memoryResults(now);
  const queue = memoryTaskQueue(now, 0);
  const calls: string[] = [];
  /** Ports that crash once, in the middle of a call: a few messages are taken, the rest is not. */
  const crash = async (name: string, half: () => Promise<unknown>): Promise<void> => {
    if (calls.push(name) - 1 !== crashAt) return;
    await half();
    throw new Crash(name);
  };
  const { create, writeManifest, start } = ports.jobs;
  const accepting: Accepting = {
    jobs: {
      ...ports.jobs,
      create: async (job) => crash("create", () => create(job)).then(() => create(job)),
      writeManifest: async (job, firsts) => {
        await crash("writeManifest", () => writeManifest(job, firsts.slice(0, 1)));
        return writeManifest(job, firsts);
      },
      start: async (job, state) => crash("start", async () => {}).then(() => start(job, state)),
    },
    queue: {
      enqueue: async (lane, tasks, delay) => {
        await crash("enqueue", () => queue.enqueue(lane, tasks.slice(0, tasks.length / 2), delay));
        return queue.enqueue(lane, tasks, delay);
      },
    },
    parked: ports.parked,
    now,
    quota: { messages: 12_000, windowMs: 60_000 },
    bulkBatchSize: 400,
    jobId: (owner, key) => (key === undefined ? `job-${++made}` : `${owner}-${key}`),
    hash: (text) => text,
  };
  const queued = (): Task[] => {
    const tasks: Task[] = [];
    for (let got = queue.receive(); got; got = queue.receive()) {
      tasks.push(got.task);
      queue.remove(got.id);
    }
    return tasks;
  };
  const parked = async (id: string) => {
    const tasks: Task[] = [];
    for await (const page of ports.parked.list(id)) tasks.push(...page);
    return tasks;
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ...makeAccept(accepting), ports, queue, queued, parked, pass, calls, job: ports.results.job };
}

describe("accept", () => {
  it("writes the job down, then queues its batches, then lets it run", async () => {
    const { accept, queued, calls, job, ports } = setUp();
    const { job: accepted, ...rest } = await accept(body([3, "1", 2, 1]), ASKING);
    const want: Job = {
      id: "job-1",
      message: BODY,
      lane: "express",
      delivery: "at-most-once",
      state: "running",
      receivers: 3,
      duplicatesDropped: 1,
      batches: 1,
      batchSize: 500,
      lastReceiver: "3",
      estimatedSeconds: 1,
      createdAtMs: NOW,
      acceptingUntilMs: NOW + 60_000,
      requestHash: body([3, "1", 2, 1]),
      owner: "local",
    };
    expect(accepted).toEqual(want);
    expect(rest).toEqual({ replayed: false, dryRun: false });
    expect(await job("job-1")).toEqual(want);
    expect(await ports.results.firsts("job-1")).toEqual(["1"]);
    expect(queued()).toEqual([{ job: "job-1", batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1,2,3" }]);
    expect(calls).toEqual(["create", "writeManifest", "enqueue", "start"]);
  });

  it.each([
    { when: "one receiver", count: 1, Options: {}, lane: "express", sizes: [1] },
    { when: "exactly a batch", count: 500, Options: {}, lane: "express", sizes: [500] },
    { when: "one more", count: 501, Options: {}, lane: "bulk", sizes: [400, 101] },
    { when: "many, in a hurry", count: 900, Options: { Lane: "express" }, lane: "express", sizes: [400, 400, 100] },
    { when: "a few, in no hurry", count: 2, Options: { Lane: "bulk" }, lane: "bulk", sizes: [2] },
  ])("cuts and sends by the right lane: $when", async ({ count, Options, lane, sizes }) => {
    const { accept, queued } = setUp();
    const { job } = await accept(body(upTo(count), { Options }), ASKING);
    expect(job).toMatchObject({ lane, batches: sizes.length, receivers: count });
    expect(queued().map((task) => task.receivers.split(",").length)).toEqual(sizes);
  });

  it("queues a large list a few hundred batches at a time", async () => {
    const { accept, calls, queued } = setUp();
    const { job } = await accept(body(upTo(100_000)), ASKING);
    expect(job.batches).toBe(250);
    expect(calls).toEqual(["create", "writeManifest", "enqueue", "enqueue", "start"]);
    expect(queued()).toHaveLength(250);
  });

  it("only says what it would do on a dry run", async () => {
    const { accept, calls, queued } = setUp();
    const { job, dryRun } = await accept(body(upTo(1_000), { Options: { DryRun: true } }), KEYED);
    expect({ dryRun, batches: job.batches, seconds: job.estimatedSeconds }).toEqual({
      dryRun: true,
      batches: 3,
      seconds: 5,
    });
    expect(calls).toEqual([]);
    expect(queued()).toEqual([]);
  });

  it("keeps a job for later off the queue until its time", async () => {
    const { accept, queued, parked, job } = setUp();
    const Options = { NotBefore: "2026-01-31T09:00:00Z", ExpiresAt: "2026-01-31T10:00:00Z" };
    const accepted = await accept(body(upTo(1_000), { Options }), ASKING);
    expect(accepted.job).toMatchObject({ state: "scheduled", notBeforeMs: NOW + 3_600_000 });
    expect(await job("job-1")).toMatchObject({ state: "scheduled", expiresAtMs: NOW + 7_200_000 });
    expect(queued()).toEqual([]);
    expect(await parked("job-1")).toHaveLength(3);
  });

  it.each([
    { when: "not JSON", text: "hello", status: 400 },
    { when: "an id that is none", text: body([1, 0]), status: 422 },
    { when: "no receiver", text: body([]), status: 422 },
  ])("writes and queues nothing when the body is $when", async ({ text, status }) => {
    const { accept, calls } = setUp();
    await expect(accept(text, KEYED)).rejects.toMatchObject({ code: "BAD_REQUEST", status });
    expect(calls).toEqual([]);
  });
});

describe("the same Idempotency-Key", () => {
  it("and the same body: the first answer again, nothing twice", async () => {
    const { accept, queued } = setUp();
    const first = await accept(body(upTo(3)), KEYED);
    expect(queued()).toHaveLength(1);
    expect(await accept(body(upTo(3)), KEYED)).toEqual({ ...first, replayed: true });
    expect(queued()).toEqual([]);
  });

  it.each([{ state: "done" }, { state: "canceled" }, { state: "paused" }] as const)(
    "is answered as the first time though the job is $state by now",
    async ({ state }) => {
      const { accept, ports } = setUp();
      const first = await accept(body(upTo(3)), KEYED);
      await ports.jobs.move(first.job.id, ["running"], state);
      expect(await accept(body(upTo(3)), KEYED)).toEqual({ ...first, replayed: true });
    },
  );

  it("is answered as the first time though its times have passed by now", async () => {
    const { accept, pass } = setUp();
    const Options = { NotBefore: "2026-01-31T09:00:00Z", ExpiresAt: "2026-01-31T10:00:00Z" };
    const first = await accept(body(upTo(3), { Options }), KEYED);
    pass(7 * 24 * 3_600_000);
    expect(await accept(body(upTo(3), { Options }), KEYED)).toEqual({ ...first, replayed: true });
    await expect(accept(body(upTo(3), { Options }), ASKING)).rejects.toMatchObject({ status: 422, total: 2 });
  });

  it("and another body: refused", async () => {
    const { accept } = setUp();
    await accept(body(upTo(3)), KEYED);
    await expect(accept(body(upTo(4)), KEYED)).rejects.toMatchObject({ status: 422 });
  });

  it("of somebody else is another key; without one each request is a new job", async () => {
    const { accept } = setUp();
    const ids = [KEYED, { ...KEYED, owner: "else" }, ASKING, ASKING].map(async (asking) => {
      const { job, replayed } = await accept(body(upTo(3)), asking);
      return replayed ? "replayed" : job.id;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(4);
  });

  it("at the same time: one makes the job, the others are told to wait", async () => {
    const { accept, queued } = setUp();
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => accept(body(upTo(1_000)), KEYED)));
    const made = all.filter((one) => one.status === "fulfilled" && !one.value.replayed);
    expect(made).toHaveLength(1);
    expect(queued()).toHaveLength(3);
  });
});

describe("an intake that dies", () => {
  const large = body(upTo(100_000));

  it("at any call is resumed by the same request, once it is dead for sure", async () => {
    const { calls, accept: whole, queued: all } = setUp();
    const want = (await whole(large, KEYED)).job;
    const tasks = all();
    for (let crashAt = 0; crashAt < calls.length; crashAt++) {
      const { accept, queued, pass, job, ports } = setUp(crashAt);
      await expect(accept(large, KEYED)).rejects.toThrow(Crash);
      const dead = queued();
      expect((await job(want.id))?.state).toBe("accepting"); // nothing is sent before the last batch is queued
      await expect(accept(large, KEYED)).rejects.toMatchObject({ status: 409 });
      pass(60_001);
      const resumed = await accept(large, KEYED);
      expect(resumed.job).toEqual({ ...want, createdAtMs: NOW });
      expect(queued()).toEqual(tasks);
      expect(tasks).toEqual(expect.arrayContaining(dead)); // the same cuts: what was queued twice is sent once
      expect(await ports.results.firsts(want.id)).toEqual(tasks.map(({ batch }) => batch.first));
      expect(await job(want.id)).toMatchObject({ state: "running", acceptingUntilMs: NOW + 120_001 });
    }
  });

  it("and was given up by the sweeper is resumed at once", async () => {
    const { accept, pass, ports, job } = setUp(2);
    await expect(accept(large, KEYED)).rejects.toThrow(Crash);
    await ports.jobs.move("local-k", ["accepting"], "abandoned");
    pass(1);
    expect((await accept(large, KEYED)).replayed).toBe(false);
    expect((await job("local-k"))?.state).toBe("running");
  });
});
