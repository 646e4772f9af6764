import { describe, expect, it } from "vitest";
import type { Caller } from "../../lib/domain/caller.ts";
import type { Job } from "../../lib/domain/job.ts";
import { JOB_STATES, type JobState, may } from "../../lib/domain/job-state.ts";
import { NOW } from "../support/a-job.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered, outcomesOf, summaryOf, tallyUp } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type World } from "./world.ts";

const ACTIONS = ["pause", "resume", "cancel"] as const;
const TO: Readonly<Record<(typeof ACTIONS)[number], JobState>> = {
  pause: "paused",
  resume: "running",
  cancel: "canceling",
};

/** A job of seven, put into a state. */
async function inState(state: JobState): Promise<{ world: World; job: Job }> {
  const world = makeWorld();
  const job = await accepted(world, 7);
  await world.volley.dispatch.eachMinute();
  const put = await world.ports.jobs.write(await jobNow(world, job), { state });
  return { world, job: put ?? job };
}

describe("control", () => {
  it.each(ACTIONS.flatMap((action) => JOB_STATES.map((state) => ({ action, state, ok: may(action, state) }))))(
    "$action a job that is $state: $ok",
    async ({ action, state, ok }) => {
      const { world, job } = await inState(state);
      const asked = world.volley.control(CALLER, job.id, action);
      if (ok) {
        expect(await asked).toMatchObject({ state: TO[action], version: job.version + 1 });
        expect(await jobNow(world, job)).toMatchObject({ state: TO[action] });
      } else {
        await expect(asked).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining(state) });
        expect(await jobNow(world, job)).toEqual(job);
      }
    },
  );

  it("is for the job's own client and an admin, who need the scope", async () => {
    const { world, job } = await inState("running");
    const as = (clientId: string, ...scopes: ("read" | "control" | "admin")[]): Caller => ({
      clientId,
      scopes: new Set(scopes),
    });
    const { control } = world.volley;
    await expect(control(as("other", "control"), job.id, "pause")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(control(as("client", "read"), job.id, "pause")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(control(CALLER, "nothing", "pause")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { history } = await control(as("boss", "control", "admin"), job.id, "pause");
    expect(history.at(-1)).toEqual({ atMs: NOW, event: "pause", by: "boss" });
    world.clock.advanceTo(job.goneAtMs);
    await expect(control(CALLER, job.id, "resume")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    { lost: 1, want: "paused" },
    { lost: 4, want: "paused" },
    { lost: 5, want: "running" },
  ])("takes the job again when it lost $lost races: $want", async ({ lost, want }) => {
    const { world, job } = await inState("running");
    let races = 0;
    const { control } = world.processOf(async (name, call) => {
      if (name === "jobs.write" && races++ < lost)
        await world.ports.jobs.write(await jobNow(world, job), { servedAtMs: races });
      return call();
    });
    const asked = control(CALLER, job.id, "pause");
    if (want === "paused") await asked;
    else await expect(asked).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await jobNow(world, job)).state).toBe(want);
  });

  it("judges anew after a lost race: the job may have ended", async () => {
    const { world, job } = await inState("running");
    let races = 0;
    const { control } = world.processOf(async (name, call) => {
      if (name === "jobs.write" && races++ === 0)
        await world.ports.jobs.write(await jobNow(world, job), { state: "done" });
      return call();
    });
    await expect(control(CALLER, job.id, "cancel")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("asks for a dispatch run where dispatch has something to do; a nudge that fails changes nothing", async () => {
    const { world, job } = await inState("running");
    const nextNudge = () => (world.nudges.dispatches.nextAtMs() ?? NaN) - NOW;
    world.nudges.dispatches.purge();
    await world.volley.control(CALLER, job.id, "pause");
    expect(nextNudge()).toBeNaN();
    await world.volley.control(CALLER, job.id, "resume");
    expect(nextNudge()).toBe(1_000);
    world.nudges.dispatches.purge();
    const frail = world.processOf((name, call) =>
      name.startsWith("nudges") ? Promise.reject(new Error("away")) : call(),
    );
    expect(await frail.control(CALLER, job.id, "cancel")).toMatchObject({ state: "canceling" });
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(7), ["canceled"]);
  });
});

describe("a paused job", () => {
  it.each([3, 30])("of %i sends nothing, and goes on where it was once resumed", async (receivers) => {
    const world = makeWorld({ behave: () => ({ takesMs: 400 }) });
    const job = await accepted(world, receivers);
    await runUntilRest(world, { workers: 2, untilMs: NOW + 1_600 });
    if (receivers === 30) {
      await world.volley.control(CALLER, job.id, "pause");
      const calls = world.upstream.calls.length;
      expect(calls).toBeGreaterThan(0);
      await runUntilRest(world);
      world.clock.advanceTo(world.clock.now() + 3_600_000);
      await world.volley.dispatch.eachMinute();
      await runUntilRest(world);
      expect(world.upstream.calls).toHaveLength(calls);
      await world.volley.control(CALLER, job.id, "resume");
    }
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(receivers));
    expect(world.upstream.calls.flatMap((call) => call.receivers)).toHaveLength(receivers);
  });

  it("voids every task that was queued before, also those that come back after it was resumed", async () => {
    const world = makeWorld();
    const job = await accepted(world, 9);
    await world.volley.dispatch.eachMinute();
    await world.volley.control(CALLER, job.id, "pause");
    await world.volley.control(CALLER, job.id, "resume");
    for (let got = world.queues.bulk.receive(); got; got = world.queues.bulk.receive()) {
      expect(await world.volley.deliver(got.task, NOW + 60_000)).toEqual({ kind: "delete" });
      world.queues.bulk.remove(got.id);
    }
    expect(world.upstream.calls).toEqual([]);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(9));
  });

  it("that waited for its time waits on, and starts at once if the time has passed", async () => {
    for (const resumedMs of [600_000, 4_000_000]) {
      const world = makeWorld();
      const job = await accepted(world, 7, { options: { notBeforeMs: NOW + 3_600_000 } });
      await world.volley.control(CALLER, job.id, "pause");
      world.clock.advanceTo(NOW + resumedMs);
      const { state } = await world.volley.control(CALLER, job.id, "resume");
      expect(state).toBe(resumedMs < 3_600_000 ? "scheduled" : "running");
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, listOf(7));
      expect(world.upstream.calls[0]?.atMs).toBeGreaterThanOrEqual(NOW + Math.max(3_600_000, resumedMs));
    }
  });
});

it.each(ACTIONS)("a process that dies anywhere in %s leaves a job that goes on or has stopped", async (action) => {
  const play = async (point?: Parameters<typeof crashAt>[0]) => {
    const { world, job } = await inState(action === "resume" ? "paused" : "running");
    const crash = crashAt(point);
    await world
      .processOf(crash.around)
      .control(CALLER, job.id, action)
      .catch(() => {});
    await runUntilRest(world);
    if ((await jobNow(world, job)).state === "paused") await world.volley.control(CALLER, job.id, "resume");
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(7), ["done", "canceled"]);
    return crash.calls;
  };
  for (const point of crashPoints(await play())) await play(point);
});

describe("a million receivers", () => {
  it("are canceled by a few writes, however many batches there are", async () => {
    const world = makeWorld({
      batchSize: 500,
      usage: () => ({ used: 0, reservedAhead: 0, capacity: 12_000 }),
    });
    const job = await accepted(world, 1_000_000);
    const writes: string[] = [];
    const counting = world.processOf((name, call) => {
      if (/write|claim|record|release|append|count|addLate|create|take/.test(name)) writes.push(name);
      return call();
    });
    await runUntilRest(world, { untilMs: NOW + 1_100, workers: 0 });
    for (let i = 0; i < 4; i++) {
      const got = world.queues.bulk.receive();
      if (!got) throw new Error("nothing is queued");
      await world.volley.deliver(got.task, world.clock.now() + 60_000);
      world.queues.bulk.remove(got.id);
    }
    await counting.control(CALLER, job.id, "cancel");
    await runUntilRest(world, { volley: () => counting });
    expect(await jobNow(world, job)).toMatchObject({ state: "canceled", canceled: 1_000_000 - 2_000 });
    const table = writes.filter((name) => !name.startsWith("lock"));
    expect(table.length).toBeLessThan(20);
  });
});

it("a canceled job says so of everybody else at once", async () => {
  const world = makeWorld();
  const job = await accepted(world, 7, { options: { notBeforeMs: NOW + 3_600_000 } });
  expect(await world.volley.control(CALLER, job.id, "cancel")).toMatchObject({ state: "canceled", canceled: 7 });
  expect(tallyUp(await outcomesOf(world, job))).toMatchObject({ canceled: 7 });
  expect((await summaryOf(world, job))[0]).toBe("1 canceled Canceled");
});
