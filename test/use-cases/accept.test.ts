import { describe, expect, it } from "vitest";
import type { Caller } from "../../lib/domain/caller.ts";
import { Unavailable } from "../../lib/domain/errors.ts";
import type { Job } from "../../lib/domain/job.ts";
import { namesOfJob } from "../../lib/domain/trace.ts";
import { NOW } from "../support/a-job.ts";
import { granted } from "../support/fake-bucket.ts";
import { intercept } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, aRequest, CALLER, jobNow, makeWorld, type RequestParts, SHARE_AGE_MS, TTL_MS } from "./world.ts";

const KEY = { caller: CALLER, idempotencyKey: "key" };
const DAY_MS = 86_400_000;

/** Tasks on both queues, and nudges. */
const queued = ({ queues, nudges }: ReturnType<typeof makeWorld>) => ({
  express: queues.express.receive()?.task.receivers,
  bulk: queues.bulk.receive()?.task.receivers,
  dispatch: nudges.dispatches.nextAtMs(),
});

describe("accept", () => {
  it.each<{
    when: string;
    receivers: number;
    options?: RequestParts["options"];
    want: Partial<Job>;
    express?: string;
    nudge?: boolean;
  }>([
    {
      when: "one batch",
      receivers: 3,
      want: { lane: "express", state: "running", batches: 1, cursor: 1, dueAtMs: NOW + SHARE_AGE_MS },
      express: "1,2,3",
    },
    {
      when: "one batch of a job in the bulk lane",
      receivers: 2,
      options: { lane: "bulk" },
      want: { lane: "bulk", state: "running", batches: 1, cursor: 0, shares: [], dueAtMs: NOW },
      nudge: true,
    },
    {
      when: "several batches",
      receivers: 7,
      want: { lane: "bulk", state: "running", batches: 3, cursor: 0, shares: [], dueAtMs: NOW },
      nudge: true,
    },
    {
      when: "one batch for later",
      receivers: 1,
      options: { notBeforeMs: NOW + DAY_MS },
      want: { lane: "express", state: "scheduled", cursor: 0, shares: [], dueAtMs: NOW + DAY_MS - 60_000 },
    },
    {
      when: "as late as may be",
      receivers: 7,
      options: { notBeforeMs: NOW + TTL_MS },
      want: { state: "scheduled", dueAtMs: NOW + TTL_MS - 60_000, goneAtMs: NOW + 3 * TTL_MS },
    },
    {
      when: "with an end",
      receivers: 1,
      options: { expiresAtMs: NOW + 5_000, delivery: "at-least-once" },
      want: { state: "running", expiresAtMs: NOW + 5_000, goneAtMs: NOW + 2 * TTL_MS, delivery: "at-least-once" },
      express: "1",
    },
  ])("takes $when", async ({ receivers, options, want, express, nudge = false }) => {
    const world = makeWorld();
    const job = await accepted(world, receivers, { ...(options && { options }) });
    expect(job).toMatchObject(want);
    expect(await jobNow(world, job)).toEqual(job);
    expect(world.objects.size).toBe(receivers > 3 ? 1 : 0);
    world.clock.advanceTo(NOW + 1_000);
    const found = queued(world);
    expect(found).toEqual({ express, bulk: undefined, dispatch: nudge ? NOW + 1_000 : undefined });
  });

  it.each<{ when: string; options: RequestParts["options"]; pointer: string }>([
    { when: "it starts now", options: { notBeforeMs: NOW }, pointer: "/Options/NotBefore" },
    { when: "it starts after the TTL", options: { notBeforeMs: NOW + TTL_MS + 1 }, pointer: "/Options/NotBefore" },
    { when: "it has expired", options: { expiresAtMs: NOW }, pointer: "/Options/ExpiresAt" },
  ])("refuses a request when $when", async ({ options, pointer }) => {
    const world = makeWorld();
    const asked = accepted(world, 3, { ...(options && { options }) });
    await expect(asked).rejects.toMatchObject({ code: "INVALID", faults: [{ pointer }] });
    expect([world.table.jobs.size, world.table.messages.size]).toEqual([0, 0]);
  });

  it("needs the scope to send", async () => {
    const caller: Caller = { clientId: "client", scopes: new Set(["read"]) };
    await expect(makeWorld().volley.accept(aRequest(1), { caller })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([3, 7])("plans a dry run of %i receivers and leaves nothing behind", async (receivers) => {
    const world = makeWorld();
    const calls: string[] = [];
    const { accept } = world.processOf(async (name, call) => {
      calls.push(name);
      return call();
    });
    const got = await accept(aRequest(receivers, { options: { dryRun: true } }), KEY);
    expect(got).toMatchObject({ dryRun: true, replayed: false, job: { receivers, state: "running" } });
    expect(calls).toEqual([]);
  });

  it("accepts nothing while the bucket is away, and takes the same request afterwards", async () => {
    const world = makeWorld();
    const { accept } = world.processOf(async (name, call) => {
      if (name === "lists.write") throw new Unavailable("the bucket is away", 5);
      return call();
    });
    await expect(accept(aRequest(7), KEY)).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfterS: 5 });
    expect([world.table.jobs.size, world.table.messages.size]).toEqual([0, 0]);
    const { job, replayed } = await world.volley.accept(aRequest(7), KEY);
    expect(replayed).toBe(false);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, [1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([3, 7])("a queue that is away delays a job of %i receivers, and is reported", async (receivers) => {
    const world = makeWorld();
    const { accept } = world.processOf(async (name, call) => {
      if (name === "queue.enqueue" || name === "nudges.dispatch") throw new Error("the queue is away");
      return call();
    });
    const { job } = await accept(aRequest(receivers), KEY);
    expect(world.events).toEqual([expect.objectContaining({ event: "not-queued", ...namesOfJob(job) })]);
    await runUntilRest(world);
    await expectEverybodyAnswered(
      world,
      job,
      Array.from({ length: receivers }, (_, i) => i + 1),
    );
  });
});

describe("the same key again", () => {
  it.each([
    { when: "at once", after: async () => {} },
    { when: "when it is done", after: runUntilRest },
  ])("gives the first answer again $when; another body is refused", async ({ after }) => {
    const world = makeWorld();
    const first = await world.volley.accept(aRequest(7), KEY);
    await after(world);
    const again = await world.volley.accept(aRequest(7), KEY);
    expect(again).toMatchObject({ replayed: true, job: { id: first.job.id, run: first.job.run, state: "running" } });
    for (const other of [aRequest(6), aRequest(7, { content: "other" })]) {
      await expect(world.volley.accept(other, KEY)).rejects.toMatchObject({ code: "INVALID", faults: [] });
    }
    expect(world.table.jobs.size).toBe(1);
  });

  it("is judged by the time of the first request", async () => {
    const world = makeWorld();
    const options = { notBeforeMs: NOW + 90_000 };
    await world.volley.accept(aRequest(1, { options }), KEY);
    world.clock.advanceTo(NOW + 100_000);
    const again = await world.volley.accept(aRequest(1, { options }), KEY);
    expect(again).toMatchObject({ replayed: true, job: { state: "scheduled" } });
  });

  it("is another client's own key, and free again once the job is gone", async () => {
    const world = makeWorld();
    const { job } = await world.volley.accept(aRequest(7), KEY);
    const other = { ...KEY, caller: { ...CALLER, clientId: "other" } };
    expect(await world.volley.accept(aRequest(7), other)).toMatchObject({ replayed: false });
    world.clock.advanceTo(job.goneAtMs);
    const next = await world.volley.accept(aRequest(2, { content: "new" }), KEY);
    expect(next).toMatchObject({ replayed: false, job: { id: job.id, receivers: 2 } });
    expect(next.job.run).not.toBe(job.run);
  });

  it.each([
    { when: "30 s later", afterMs: 30_000, want: ["1,2,3"] },
    { when: "sooner", afterMs: 29_999, want: [] },
    { when: "later, for a bulk job", afterMs: 30_000, receivers: 7, want: [] },
    { when: "later, for a paused job", afterMs: 30_000, action: "pause" as const, want: [] },
    { when: "later, when it was resumed and is owed", afterMs: 30_000, action: "resume" as const, want: [] },
  ])("queues an express job that nobody began again $when: $want", async ({ afterMs, receivers = 3, action, want }) => {
    const world = makeWorld();
    const { job } = await world.volley.accept(aRequest(receivers), KEY);
    if (action) await world.volley.control(CALLER, job.id, "pause");
    if (action === "resume") await world.volley.control(CALLER, job.id, "resume");
    for (const queue of Object.values(world.queues)) queue.purge();
    world.clock.advanceTo(NOW + afterMs);
    await world.volley.accept(aRequest(receivers), KEY);
    const got = world.queues.express.receive();
    expect(got ? [got.task.receivers] : []).toEqual(want);
    expect(world.queues.express.receive()).toBeUndefined();
  });

  it("does not queue a job again that somebody began", async () => {
    const world = makeWorld({ behave: () => ({ fails: ["2"] }), grant: ({ nowMs, count }) => granted(nowMs, count) });
    await world.volley.accept(aRequest(3), KEY);
    await runUntilRest(world, { untilMs: NOW + 1_000 });
    world.queues.express.purge();
    world.clock.advanceTo(NOW + 30_000);
    await world.volley.accept(aRequest(3), KEY);
    expect(world.queues.express.nextAtMs()).toBeUndefined();
  });
});

it("a port's calls can be told apart", () => {
  const names: string[] = [];
  const ports = intercept({ one: { go: async () => 7 }, two: 3 }, (name, call) => {
    names.push(name);
    return call();
  });
  return expect(ports.one.go().then((got) => [got, ports.two, names])).resolves.toEqual([7, 3, ["one.go"]]);
});
