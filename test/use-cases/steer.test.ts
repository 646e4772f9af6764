import { describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import type { JobState } from "../../lib/domain/job.ts";
import { makeSteer } from "../../lib/use-cases/control-job.ts";
import { makeDeliver } from "../../lib/use-cases/deliver.ts";
import { makeSweep } from "../../lib/use-cases/sweep.ts";
import { Crash, type CrashPoint, crashingPorts } from "./crashing.ts";
import { accepted, drain, expectEverybodyAnswered, makeWorld, summaryOf, type World } from "./world.ts";

const portsOf = ({ results: { jobs, parked }, queue }: World) => ({ jobs, parked, queue });
const steer = (world: World, action: "pause" | "resume" | "cancel") => makeSteer(portsOf(world))(world.job.id, action);
const parkedIn = ({ results, job }: World): Task[] => [...(results.table.get(job.id)?.parked.values() ?? [])];
const sweep = ({ results, queue, clock }: World) =>
  makeSweep({ ...results, queue, now: clock.now, report: () => {} })();
const expectAllSentOnce = (world: World) =>
  expect(Object.fromEntries([...world.upstream.inbox].map(([id, got]) => [id, got.length]))).toEqual(
    Object.fromEntries(world.ids.map((id) => [id, 1])),
  );

/** A job of three batches that was paused with its first batch sent. */
async function halfSent(): Promise<World> {
  const world = await accepted(makeWorld({ receivers: 9 }));
  const { queue, clock, ports } = world;
  const message = queue.receive();
  if (!message) throw new Error("nothing is queued");
  await makeDeliver(ports)(message.task, clock.now() + 120_000);
  queue.remove(message.id);
  await steer(world, "pause");
  await drain(world);
  return world;
}

describe("pause", () => {
  it("sends nothing more, and leaves nothing on the queue", async () => {
    const world = await halfSent();
    expect(world.failures).toEqual([]);
    expect(await summaryOf(world)).toEqual(["1 sent", "2 sent", "3 sent"]);
    expect(parkedIn(world)).toEqual(world.tasks.slice(1));
    expect(world.queue.nextAtMs()).toBeUndefined();
  });

  it("answers with the job as it is now", async () => {
    const world = await accepted(makeWorld());
    expect(await steer(world, "pause")).toEqual({ ...world.job, state: "paused" });
    expect(await world.results.jobs.job(world.job.id)).toMatchObject({ state: "paused" });
  });

  it("leaves parked what is parked already, where a resume died", async () => {
    const world = await halfSent();
    await world.results.jobs.move(world.job.id, ["paused"], "running");
    await steer(world, "pause");
    expect(parkedIn(world)).toEqual(world.tasks.slice(1));
    expect(world.queue.nextAtMs()).toBeUndefined();
  });
});

describe("resume", () => {
  it("queues what was parked, and each is sent once", async () => {
    const world = await halfSent();
    expect(await steer(world, "resume")).toMatchObject({ state: "running" });
    expect(parkedIn(world)).toEqual([]);
    expect(world.queue.nextAtMs()).toBe(world.clock.now());
    await drain(world);
    await expectEverybodyAnswered(world);
    expectAllSentOnce(world);
  });

  it("sends each once though job and worker change their minds again and again", async () => {
    const world = await halfSent();
    for (let i = 0; i < 3; i++) {
      await steer(world, "resume");
      await steer(world, "pause");
      await drain(world);
      expect(parkedIn(world)).toEqual(world.tasks.slice(1));
    }
    await steer(world, "resume");
    await drain(world);
    await expectEverybodyAnswered(world);
    expectAllSentOnce(world);
  });
});

describe("cancel", () => {
  const want = ["1 sent", "2 sent", "3 sent", ...[4, 5, 6, 7, 8, 9].map((id) => `${id} canceled Canceled`)];

  it("says of everybody not sent to that it was canceled, of the parked too", async () => {
    const world = await halfSent();
    expect(await steer(world, "cancel")).toMatchObject({ state: "canceled" });
    expect(parkedIn(world)).toEqual([]);
    await drain(world);
    expect(await summaryOf(world)).toEqual(want);
    await expectEverybodyAnswered(world, ["canceled"]);
  });

  it("says so at once of a job whose time is days ahead", async () => {
    const job = { state: "scheduled", notBeforeMs: makeWorld().clock.now() + 10 * 86_400_000 } as const;
    const world = await accepted(makeWorld({ job }));
    await drain(world);
    expect(parkedIn(world)).toEqual(world.tasks);
    await steer(world, "cancel");
    await drain(world);
    expect(await summaryOf(world)).toEqual(world.ids.map((id) => `${id} canceled Canceled`));
    expect(world.clock.now()).toBeLessThan(job.notBeforeMs);
  });
});

describe("a steer that cannot be", () => {
  it("is 404 where there is no such job", async () => {
    await expect(steer(makeWorld(), "pause")).rejects.toMatchObject({ code: "BAD_REQUEST", status: 404 });
  });

  it.each<{ state: JobState; action: "pause" | "resume" | "cancel" }>([
    { state: "done", action: "cancel" },
    { state: "canceled", action: "resume" },
    { state: "scheduled", action: "pause" },
    { state: "accepting", action: "cancel" },
  ])("is 409 on $action of a job that is $state, and changes nothing", async ({ state, action }) => {
    const world = await accepted(makeWorld({ job: { state } }));
    const before = structuredClone(world.results.table);
    const refused = { status: 409, message: expect.stringContaining(state) };
    await expect(steer(world, action)).rejects.toMatchObject(refused);
    expect(world.results.table).toEqual(before);
  });

  it.each([
    { first: "cancel", second: "resume", state: "canceled" },
    { first: "resume", second: "resume", state: "running" },
  ] as const)("is 409 for the $second that lost the race to a $first", async ({ first, second, state }) => {
    const world = await halfSent();
    const rivals = await Promise.allSettled([steer(world, first), steer(world, second)]);
    expect(rivals).toMatchObject([{ value: { state } }, { reason: { code: "BAD_REQUEST", status: 409 } }]);
    expect(await world.results.jobs.job(world.job.id)).toMatchObject({ state });
  });
});

describe("resume while a worker parks", () => {
  it("before any of the worker's calls: the message is not left behind, and sent once", async () => {
    const calls = await parkAndResume(Number.POSITIVE_INFINITY);
    expect(calls).toEqual(["look", "park", "look"]);
    for (let at = 0; at < calls.length; at++) await parkAndResume(at);
  });

  /** The job is resumed before the worker's call number `at`. */
  async function parkAndResume(at: number): Promise<string[]> {
    const world = await accepted(makeWorld({ receivers: 3, job: { state: "paused" } }));
    const { batches, parked } = world.ports;
    const calls: string[] = [];
    const resumeAt = async (name: string): Promise<void> => {
      if (calls.push(name) - 1 === at) await steer(world, "resume");
    };
    Object.assign(world.ports, {
      batches: { ...batches, look: (task: Task) => resumeAt("look").then(() => batches.look(task)) },
      parked: { ...parked, park: (tasks: Task[]) => resumeAt("park").then(() => parked.park(tasks)) },
    });
    await drain(world);
    if (at === Number.POSITIVE_INFINITY) return calls;
    expect(parkedIn(world)).toEqual([]);
    await expectEverybodyAnswered(world, ["done"]);
    expectAllSentOnce(world);
    return calls;
  }
});

describe("a steer that dies", () => {
  const modes: readonly Omit<CrashPoint, "at">[] = [
    { when: "before", dies: true },
    { when: "after", dies: true },
  ];

  it.each(modes)("$when any call is finished by the sweeper, or was never begun", async (mode) => {
    const { calls } = await run();
    expect(calls).toEqual([
      "jobs.job",
      "jobs.move",
      "parked.list",
      ...[1, 2].flatMap(() => ["queue.enqueue", "parked.remove"]), // pages of a hundred
    ]);
    for (let at = 0; at < calls.length; at++) await run({ ...mode, at });
  });

  async function run(point?: CrashPoint): Promise<{ calls: string[] }> {
    const world = await accepted(makeWorld({ receivers: 120, batchSize: 1, job: { state: "paused" } }));
    const calls: string[] = [];
    await drain(world);
    const dying = makeSteer(crashingPorts(portsOf(world), calls, point))(world.job.id, "resume");
    if (point) await expect(dying).rejects.toThrow(Crash);
    else await dying;
    if ((await world.results.jobs.job(world.job.id))?.state === "paused")
      await steer(world, "resume"); // never begun
    else await sweep(world);
    expect(parkedIn(world)).toEqual([]);
    await drain(world);
    await expectEverybodyAnswered(world, ["done"]);
    expectAllSentOnce(world);
    return { calls };
  }
});
