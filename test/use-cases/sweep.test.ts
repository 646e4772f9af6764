import { describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import { type Accepting, makeAccept } from "../../lib/use-cases/accept-job.ts";
import { makeSteer } from "../../lib/use-cases/control-job.ts";
import { makeSweep, type SweepEvent, type Sweeping } from "../../lib/use-cases/sweep.ts";
import { NOW } from "../contracts/results-ports.ts";
import { type CrashPoint, crashingPorts } from "./crashing.ts";
import { aWorld, intakeDied, messageGone, pass, SCENES, scheduled, workerDied } from "./sweep-scenes.ts";
import { accepted, drain, expectEverybodyAnswered, makeWorld, outcomesOf, type World } from "./world.ts";

const itemsOf = ({ results, job }: World) => results.table.get(job.id);
const steer = ({ results: { jobs, parked }, queue, job }: World, action: "pause" | "resume" | "cancel") =>
  makeSteer({ jobs, parked, queue })(job.id, action);

/** A sweeper, and what it told, called and queued. */
function sweeper(world: World, point?: CrashPoint, more: Partial<Sweeping["jobs"]> = {}) {
  const { results, tallies, parked } = world.results;
  const jobs = { ...world.results.jobs, ...more };
  const events: SweepEvent[] = [];
  const calls: string[] = [];
  const queued: { task: Task; delay: number }[] = [];
  const queue: Pick<World["queue"], "enqueue"> = {
    async enqueue(lane, tasks, delay) {
      queued.push(...tasks.map((task) => ({ task, delay })));
      return world.queue.enqueue(lane, tasks, delay);
    },
  };
  const ports = crashingPorts({ jobs, results, tallies, parked, queue }, calls, point);
  const sweep = makeSweep({ ...ports, now: world.clock.now, report: (event) => events.push(event) });
  return { sweep, events, calls, queued };
}

async function sweepOnce(world: World, more?: Partial<Sweeping["jobs"]>) {
  const { sweep, ...seen } = sweeper(world, undefined, more);
  await sweep();
  return seen;
}

describe.each(SCENES)("a job when $when", ({ make, want, state, dueInMs }) => {
  it("is looked after", async () => {
    const world = await make();
    const { events } = await sweepOnce(world);
    expect(events).toEqual(want.map((facts) => ({ job: "job", ...facts })));
    const { job, dueAtMs, parked } = itemsOf(world) ?? {};
    expect(job?.state).toBe(state);
    expect(dueAtMs).toBe(dueInMs === undefined ? undefined : world.clock.now() + dueInMs);
    if (state !== "scheduled") expect(parked?.size).toBe(0);
  });

  it("is left as it is by a second run, whether or not its look is due", async () => {
    const world = await make();
    await sweepOnce(world);
    const table = structuredClone(world.results.table);
    const second = await sweepOnce(world);
    expect(second).toMatchObject({ events: [], queued: [] });
    expect(world.results.table).toEqual(table);
    if (dueInMs === undefined || state === "scheduled") return;
    await world.results.jobs.lookAgain("job", world.clock.now());
    expect((await sweepOnce(world)).queued).toEqual([]);
    expect(world.results.table).toEqual(table);
  });

  it("is not looked after twice by two at once", async () => {
    const [alone, both] = [await make(), await make()];
    const one = await sweepOnce(alone);
    const two = await Promise.all([sweepOnce(both), sweepOnce(both)]);
    expect(both.results.table).toEqual(alone.results.table);
    expect(new Set(two.flatMap(({ queued }) => queued.map(({ task }) => task.batch.n)))).toEqual(
      new Set(one.queued.map(({ task }) => task.batch.n)),
    );
  });

  it.each(["before", "after"] as const)(
    "is as well off when the sweeper dies %s any call, and comes again",
    async (when) => {
      const whole = await make();
      const { calls, queued } = await sweepOnce(whole);
      for (let at = 0; at < calls.length; at++) {
        const world = await make();
        const dying = sweeper(world, { at, when, dies: true });
        await expect(dying.sweep(), `${when} ${calls[at]}`).rejects.toThrow(when);
        const next = await sweepOnce(world);
        expect(world.results.table, `${when} ${calls[at]}`).toEqual(whole.results.table);
        const tasks = new Set([...dying.queued, ...next.queued].map(({ task }) => task.batch.n));
        expect(tasks).toEqual(new Set(queued.map(({ task }) => task.batch.n)));
      }
    },
  );
});

describe("a job that is started", () => {
  it("has its messages delayed to the second, and each is sent once, at its time and not before", async () => {
    const world = await scheduled(30_500);
    expect((await sweepOnce(world)).queued).toEqual(world.tasks.map((task) => ({ task, delay: 31 })));
    await drain(world);
    expect(world.upstream.calls.map(({ atMs }) => atMs - NOW)).toEqual([31_000]);
    await expectEverybodyAnswered(world, ["done"]);
  });

  it("late has no delay", async () => {
    const world = await scheduled(30_500);
    pass(world, 40_000);
    expect((await sweepOnce(world)).queued).toMatchObject([{ delay: 0 }]);
  });

  it("is not, when it is canceled at that moment", async () => {
    const world = await scheduled(0);
    const job: Sweeping["jobs"]["job"] = async (id) => {
      const found = await world.results.jobs.job(id);
      await steer(world, "cancel");
      return found;
    };
    const { events, queued } = await sweepOnce(world, { job });
    expect({ events, queued }).toEqual({ events: [], queued: [] });
    expect(itemsOf(world)?.job?.state).toBe("canceled");
  });
});

describe("an intake that died", () => {
  it("and was given up is resumed by the same key", async () => {
    const { results, queue, clock } = makeWorld();
    const accepting: Accepting = {
      ...{ jobs: results.jobs, parked: results.parked, queue, now: clock.now },
      quota: { messages: 12_000, windowMs: 60_000 },
      bulkBatchSize: 400,
      jobId: () => "job",
      hash: (text) => text,
    };
    const died = { ...accepting, jobs: { ...results.jobs, start: () => Promise.reject(new Error("died")) } };
    const body = JSON.stringify({ AppId: 7, Sender: "5", MsgType: 1, Content: "", Receiver: [1, 2, 3] });
    const asking = { owner: "local", idempotencyKey: "k" };
    await expect(makeAccept(died).accept(body, asking)).rejects.toThrow("died");
    clock.advanceTo(NOW + 60_001);
    const world = { ...makeWorld(), results, queue, clock };
    expect((await sweepOnce(world)).events).toEqual([{ event: "intake-died", job: "job" }]);
    expect(await makeAccept(accepting).accept(body, asking)).toMatchObject({
      replayed: false,
      job: { state: "running" },
    });
    expect((await sweepOnce(world)).events).toEqual([]);
  });

  it("and was taken over at that moment is left to whoever did", async () => {
    const world = await intakeDied(60_001);
    const job: Sweeping["jobs"]["job"] = async (id) => {
      const found = await world.results.jobs.job(id);
      if (found) await world.results.jobs.takeOver(found, world.clock.now() + 60_000);
      return found;
    };
    expect((await sweepOnce(world, { job })).events).toEqual([]);
    expect(itemsOf(world)?.job?.state).toBe("accepting");
  });
});

describe("a job whose time is up", () => {
  const stuck = { event: "stuck", job: "job", pending: 3, claimsRunOut: ["1"] };

  it("is said to be stuck once an hour", async () => {
    const world = await messageGone(1);
    const events: number[] = [];
    for (let minute = 0; minute <= 120; minute++, pass(world, 60_000)) {
      const told = await sweepOnce(world);
      if (told.events.length === 0) continue;
      expect(told.events).toEqual([stuck]);
      events.push(minute);
    }
    expect(events).toEqual([0, 59, 118]); // a run looks a minute ahead
  });

  it("is stuck without a claim that ran out where the message went before", async () => {
    const world = await workerDied("batches.claim", 1);
    pass(world, 1);
    expect((await sweepOnce(world)).events).toEqual([{ ...stuck, claimsRunOut: [] }]);
  });

  it.each(["resume", "cancel"] as const)("has its time anew after a %s", async (action) => {
    const world = await accepted(aWorld());
    await steer(world, "pause");
    pass(world, 7 * 86_400_000);
    await steer(world, action);
    expect((await sweepOnce(world)).events).toEqual([]);
    pass(world, 17 * 60_000 + 2_001);
    expect((await sweepOnce(world)).events).toEqual([{ ...stuck, claimsRunOut: [] }]);
  });

  it("is finished with the last of its batches, more than a page of them", async () => {
    const world = await workerDied("tallies.add", 130, { receivers: 130, batchSize: 1 });
    expect((await outcomesOf(world)).length).toBe(130);
    expect((await sweepOnce(world)).events).toMatchObject([{ event: "finished" }]);
    await expectEverybodyAnswered(world);
  });
});

describe("a run", () => {
  it("goes on where one job fails, and fails in the end", async () => {
    const world = await scheduled(30_000);
    await world.results.jobs.create({ ...world.job, id: "bad", acceptingUntilMs: NOW });
    const job: Sweeping["jobs"]["job"] = async (id) => {
      if (id === "bad") throw new TypeError("lane is blue");
      return world.results.jobs.job(id);
    };
    const { sweep, events } = sweeper(world, undefined, { job });
    await expect(sweep()).rejects.toMatchObject({ errors: [{}], message: "TypeError: lane is blue" });
    expect(events).toEqual([{ event: "started", job: "job" }]);
  });

  it.each(["done", "paused", "abandoned"] as const)("forgets a job that is %s: it needs nobody", async (state) => {
    const world = await accepted(aWorld({ job: { state } }));
    await world.results.jobs.lookAgain("job", NOW);
    expect((await sweepOnce(world)).events).toEqual([]);
    expect(itemsOf(world)).toMatchObject({ job: { state }, dueAtMs: undefined });
  });

  it("passes over a job that expired from the table", async () => {
    const { events, queued } = await sweepOnce(makeWorld(), { due: async () => ["gone"] });
    expect({ events, queued }).toEqual({ events: [], queued: [] });
  });
});
