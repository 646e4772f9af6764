import { expect } from "vitest";
import { checkAtMs, type Job } from "../../lib/domain/job.ts";
import { makeDeliver } from "../../lib/use-cases/deliver.ts";
import { NOW } from "../contracts/results-ports.ts";
import { Crash } from "./crashing.ts";
import { accepted, drain, makeWorld, type World, type WorldOptions } from "./world.ts";

const MESSAGE = { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" };

/** Nothing in it is random: two of them can be compared. */
export const aWorld = ({ job, ...options }: WorldOptions = {}) =>
  makeWorld({ receivers: 3, ...options, job: { id: "job", message: MESSAGE, ...job } });

export const pass = ({ clock }: World, ms: number) => clock.advanceTo(clock.now() + ms);

/** A job that waits for its time, its batches off the queue. */
export async function scheduled(aheadMs: number): Promise<World> {
  const world = aWorld({ job: { state: "accepting", notBeforeMs: NOW + aheadMs } });
  const { jobs, parked } = world.results;
  await jobs.create(world.job);
  await parked.park(world.tasks);
  await jobs.start(world.job, "scheduled");
  return world;
}

/** A job whose worker died at the `nth` call of a port, its message gone with it; looked at when its time is up. */
export async function workerDied(at: string, nth: number, options: WorldOptions = {}): Promise<World> {
  const world = await accepted(aWorld(options));
  const [port = "", name = ""] = at.split(".");
  const methods = world.ports[port as "tallies"] as unknown as Record<string, (...args: unknown[]) => unknown>;
  const whole = methods[name];
  let calls = 0;
  const frail = (...args: unknown[]) => {
    if (++calls === nth) throw new Crash(at);
    return whole?.(...args);
  };
  const deliver = makeDeliver({ ...world.ports, [port]: { ...methods, [name]: frail } });
  await drain(world, 1, (task, deadlineMs) => deliver(task, deadlineMs).catch(() => {}));
  expect(calls).toBe(nth);
  world.clock.advanceTo(checkAtMs(world.job, NOW));
  await world.results.jobs.lookAgain(world.job.id, world.clock.now());
  return world;
}

export async function intakeDied(sinceMs: number): Promise<World> {
  const world = await accepted(aWorld({ job: { state: "accepting" } }));
  pass(world, sinceMs);
  return world;
}

/** A steer that died with the job moved, and the parked batches still parked. */
async function steerDied(to: "running" | "canceled"): Promise<World> {
  const world = await accepted(aWorld({ receivers: 120, batchSize: 1, job: { state: "paused" } }));
  await drain(world);
  await world.results.jobs.move(world.job.id, ["paused"], to);
  return world;
}

/** A job whose only message is gone, with a claim that ran out, seen so long after its time was up. */
export async function messageGone(lateMs: number): Promise<World> {
  const world = await workerDied("rtc.send", 1);
  const { batches } = world.results.table.get("job") ?? {};
  for (const [first, { claim, ...item }] of batches ?? []) {
    batches?.set(first, { ...item, ...(claim && { claim: { ...claim, id: "dead" } }) }); // it is random, else
  }
  pass(world, lateMs);
  return world;
}

const again: WorldOptions = { behave: ({ n }) => (n === 0 ? { fails: ["2"] } : {}) };

/** A job as the sweeper finds it; what it reports, and leaves behind. `dueInMs`: when somebody is to look again. */
type Scene = { when: string; make: () => Promise<World>; want: object[]; state: Job["state"]; dueInMs?: number };
const IN_TIME = 15 * 60_000 + 2_000;

export const SCENES: readonly Scene[] = [
  {
    when: "its time comes within the minute",
    make: () => scheduled(60_000),
    want: [{ event: "started" }],
    state: "running",
    dueInMs: IN_TIME,
  },
  { when: "its time comes later", make: () => scheduled(60_001), want: [], state: "scheduled", dueInMs: 60_001 },
  { when: "its intake died", make: () => intakeDied(60_001), want: [{ event: "intake-died" }], state: "abandoned" },
  { when: "its intake may be alive", make: () => intakeDied(60_000), want: [], state: "accepting", dueInMs: 0 },
  {
    when: "a worker died before it counted",
    make: () => workerDied("tallies.add", 1),
    want: [{ event: "finished" }],
    state: "done",
  },
  {
    when: "a worker died before it counted a later attempt",
    make: () => workerDied("tallies.add", 2, again),
    want: [{ event: "finished" }],
    state: "done",
  },
  {
    when: "a worker died before it wrote `done`",
    make: () => workerDied("tallies.finish", 1),
    want: [{ event: "finished" }],
    state: "done",
  },
  {
    when: "a worker died with the last of a canceled job",
    make: () => workerDied("tallies.add", 1, { job: { state: "canceled" } }),
    want: [{ event: "finished" }],
    state: "canceled",
  },
  {
    when: "who resumed it died",
    make: () => steerDied("running"),
    want: [{ event: "unparked", batches: 120 }],
    state: "running",
    dueInMs: IN_TIME,
  },
  {
    when: "who canceled it died",
    make: () => steerDied("canceled"),
    want: [{ event: "unparked", batches: 120 }],
    state: "canceled",
    dueInMs: IN_TIME,
  },
  {
    when: "a message is gone, and it still has time",
    make: () => messageGone(0),
    want: [],
    state: "running",
    dueInMs: 0,
  },
  {
    when: "a message is gone, and its time is up",
    make: () => messageGone(1),
    want: [{ event: "stuck", pending: 3, claimsRunOut: ["1"] }],
    state: "running",
    dueInMs: 3_600_000,
  },
];
