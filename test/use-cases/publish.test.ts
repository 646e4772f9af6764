import { describe, expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { eventsOn, postsOf, runAndPublish, typesOn } from "./told.ts";
import { accepted, CALLER, jobNow, makeWorld, type RequestParts, type WorldOptions } from "./world.ts";

const MINUTE_MS = 60_000;

describe("the life of a job is told", () => {
  it.each<{ when: string; receivers: number; options?: RequestParts["options"]; world?: WorldOptions; want: string[] }>(
    [
      { when: "a bulk job", receivers: 7, want: ["JobStarted", "JobCompleted"] },
      { when: "a bulk job that wants none", receivers: 7, options: { events: false }, want: [] },
      { when: "a job of one batch", receivers: 3, want: [] },
      {
        when: "a job of one batch that asks for it",
        receivers: 3,
        options: { events: true },
        want: ["JobStarted", "JobCompleted"],
      },
      {
        when: "a job of one batch with a callback",
        receivers: 3,
        options: { callbackUrl: "https://example.com/" },
        want: ["JobStarted", "JobCompleted"],
      },
      {
        when: "a job of one batch in the bulk lane that asks for it",
        receivers: 3,
        options: { lane: "bulk", events: true },
        want: ["JobStarted", "JobCompleted"],
      },
      {
        when: "a job for later that expires before it is through",
        receivers: 7,
        options: { notBeforeMs: NOW + MINUTE_MS, expiresAtMs: NOW + 2 * MINUTE_MS },
        world: {
          behave: () => ({ takesMs: 9_000 }),
          grant: ({ nowMs }) => ({ kind: "wait", untilMs: nowMs + MINUTE_MS, why: "quota" }),
        },
        want: ["JobStarted", "JobExpired"],
      },
    ],
  )("$when: $want", async ({ receivers, options, world: parts, want }) => {
    const world = makeWorld(parts);
    const job = await accepted(world, receivers, { ...(options && { options }) });
    await runAndPublish(world);
    expect(typesOn(world, job)).toEqual(want);
    expect(world.bus).toHaveLength(want.length);
    expect(await jobNow(world, job)).not.toHaveProperty("outbox");
    expect(await jobNow(world, job)).not.toHaveProperty("publishAtMs");
    expect(world.failures).toEqual([]);
  });

  it("with the state by the event, and the counts of the moment it is told", async () => {
    const world = makeWorld({ behave: ({ receivers }) => ({ fails: receivers.filter((id) => id === "2") }) });
    const job = await accepted(world, 7);
    await runAndPublish(world);
    const [started, completed] = eventsOn(world, job);
    expect(started?.data).toMatchObject({
      JobId: job.id,
      Status: "running",
      AppId: 7,
      ClientId: "client",
      Receivers: 7,
      Tally: { Pending: 7, Sent: 0 },
    });
    expect(completed?.data).toMatchObject({
      Status: "done",
      Tally: { Pending: 0, Sent: 6, Failed: 1, Unknown: 0, Canceled: 0 },
    });
    expect(completed?.atMs).toBe((await jobNow(world, job)).history.at(-1)?.atMs);
    expect(world.bus[0]).toMatchObject({ specversion: "1.0", source: "/volley/test", subject: job.id });
  });

  it("as a client pauses it twice and then cancels it", async () => {
    const world = makeWorld({ behave: () => ({ takesMs: 2_000 }) });
    const job = await accepted(world, 12);
    await runAndPublish(world, { untilMs: NOW + 1_500, workers: 1 });
    for (const action of ["pause", "resume", "pause", "cancel"] as const) {
      await world.volley.control(CALLER, job.id, action);
      await runAndPublish(world, { untilMs: world.clock.now() + 1_000, workers: 1 });
    }
    await runAndPublish(world, { workers: 1 });
    expect(typesOn(world, job)).toEqual(["JobStarted", "JobPaused", "JobPaused", "JobCanceled"]);
    const { counts } = await world.volley.query.job(CALLER, job.id);
    expect(counts.sent + counts.canceled).toBe(12);
    expect(eventsOn(world, job).at(-1)?.data["Tally"]).toMatchObject({ Sent: counts.sent, Canceled: counts.canceled });
  });

  it.each([
    { when: "before anything was queued", dispatched: false, want: ["JobRejected"] },
    { when: "after its first share", dispatched: true, want: ["JobStarted", "JobPaused"] },
  ])("as its list is found damaged $when, with the reason", async ({ dispatched, want }) => {
    const world = makeWorld({ usage: () => ({ used: 0, reservedAhead: 0, capacity: 2 }) });
    const job = await accepted(world, 30);
    if (dispatched) await world.volley.dispatch.eachMinute();
    world.objects.clear();
    await runAndPublish(world, { untilMs: NOW + 20 * MINUTE_MS });
    expect(typesOn(world, job)).toEqual(want);
    expect(eventsOn(world, job).at(-1)?.data["Reason"]).toBe("its receiver list is damaged");
  });

  it("as its account is held: once for each hold, and not for jobs that tell nothing", async () => {
    let heldSinceMs: number | undefined;
    const world = makeWorld({
      usage: () => ({
        ...{ used: 0, reservedAhead: 0, capacity: 12_000 },
        ...(heldSinceMs !== undefined && { heldSinceMs, heldUntilMs: Number.POSITIVE_INFINITY }),
      }),
      grant: ({ nowMs }) => ({ kind: "wait", untilMs: nowMs + MINUTE_MS, why: "held" }),
    });
    const job = await accepted(world, 7);
    const silent = await accepted(world, 7, { options: { events: false } });
    const minutes = async (n: number) => runAndPublish(world, { untilMs: world.clock.now() + n * MINUTE_MS });
    await minutes(2);
    heldSinceMs = world.clock.now();
    await minutes(4);
    heldSinceMs = undefined;
    await minutes(2);
    heldSinceMs = world.clock.now();
    await minutes(3);
    expect(typesOn(world, job)).toEqual(["JobStarted", "JobHeld", "JobHeld"]);
    expect(typesOn(world, silent)).toEqual([]);
  });
});

describe("the publisher", () => {
  it("finds by itself within a minute or so what its nudges lost", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    await runUntilRest(world);
    world.nudges.events.purge();
    const fromMs = world.clock.now();
    await runAndPublish(world);
    expect(typesOn(world, job)).toEqual(["JobStarted", "JobCompleted"]);
    expect(world.clock.now() - fromMs).toBeLessThanOrEqual(MINUTE_MS + 5_000);
  });

  it("keeps events while the bus is away, and sending goes on", async () => {
    const world = makeWorld();
    const [one, other] = [await accepted(world, 7), await accepted(world, 8)];
    let calls = 0;
    const away = world.processOf(async (name, call) => {
      if (name !== "publisher.publish") return call();
      calls++;
      throw new Error("the bus is away");
    });
    await runAndPublish(world, { publisher: () => away, untilMs: NOW + 10 * MINUTE_MS });
    for (const job of [one, other]) expect((await jobNow(world, job)).state).toBe("done");
    expect(world.bus).toEqual([]);
    expect(calls).toBeLessThanOrEqual(4 + 10); // its nudges, then once a minute: not once a job
    expect(world.failures).toEqual([]);
    await runAndPublish(world);
    for (const job of [one, other]) expect(typesOn(world, job)).toEqual(["JobStarted", "JobCompleted"]);
  });

  it("one job's failure does not keep it from the others", async () => {
    const world = makeWorld();
    const [bad, good] = [await accepted(world, 7), await accepted(world, 8)];
    await runUntilRest(world);
    world.nudges.events.purge();
    const run = (await jobNow(world, bad)).run;
    const tallies = world.ports.tallies.all;
    world.ports.tallies.all = (of) => (of === run ? Promise.reject(new Error("broken")) : tallies(of));
    await runAndPublish(world, { untilMs: world.clock.now() + 3 * MINUTE_MS });
    expect(typesOn(world, good)).toEqual(["JobStarted", "JobCompleted"]);
    expect(typesOn(world, bad)).toEqual([]);
    expect(world.events).toContainEqual(expect.objectContaining({ event: "outbox-failed", job: bad.id }));
  });

  it("that gets several nudges of a job at once tells each event once", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7, { options: { callbackUrl: "https://example.com/" } });
    await runUntilRest(world);
    await Promise.all([1, 2, 3].map(() => world.volley.publish.nudged(job.id)));
    expect(world.bus.map(({ type }) => type)).toEqual(["JobStarted", "JobCompleted"]);
    expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted"]);
  });

  it("leaves a job alone that is gone, and one that has nothing to tell", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    await world.volley.dispatch.eachMinute();
    world.clock.advanceTo(job.goneAtMs);
    expect(await world.volley.publish.nudged(job.id)).toEqual({ kind: "delete" });
    expect(await world.volley.publish.nudged("nobody knows it")).toEqual({ kind: "delete" });
    expect(world.bus).toEqual([]);
  });
});
