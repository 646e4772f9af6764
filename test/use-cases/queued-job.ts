import { type BatchRows, NO_ROWS } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { Settled } from "../../lib/domain/settled.ts";
import { firstOf, type Task } from "../../lib/domain/task.ts";
import { NOW } from "../support/a-job.ts";
import type { Around } from "../support/intercept.ts";
import { until } from "../support/simulated-clock.ts";
import { accepted, makeWorld, type RequestParts, WORKER_MS, type World, type WorldOptions } from "./world.ts";

export type QueuedJob = Readonly<{ world: World; job: Job; task: Task; tasks: readonly Task[] }>;

/** A job whose tasks are queued, and here in the hand: none is left on its queue. */
export async function queuedJob(
  options: WorldOptions & RequestParts & { receivers?: number } = {},
): Promise<QueuedJob> {
  const { receivers = 3, ...parts } = options;
  const world = makeWorld(options);
  const job = await accepted(world, receivers, parts);
  if (job.lane === "bulk") await world.volley.dispatch.eachMinute();
  const tasks: Task[] = [];
  for (let got = world.queues[job.lane].receive(); got; got = world.queues[job.lane].receive()) {
    world.queues[job.lane].remove(got.id);
    tasks.push(got.task);
  }
  world.nudges.dispatches.purge();
  const [task] = tasks;
  if (!task) throw new Error("nothing was queued");
  return { world, job, task, tasks };
}

/** One worker takes the job's first task, and time passes until it is through. @param around stands around its calls */
export function deliverOnce(
  { world, job, task }: QueuedJob,
  around?: Around,
  workerMs: number = WORKER_MS[job.lane],
): Promise<Settled> {
  const { deliver } = around ? world.processOf(around) : world.volley;
  return until(world.clock, deliver(task, world.clock.now() + workerMs));
}

/** How long the companion of {@link deliverInCompany} keeps its worker busy. */
const BUSY_MS = 60_000;

/** The same where the worker has another task for a minute: one that reads its batch very slowly, and finds nothing. */
export function deliverInCompany({ world, job, task }: QueuedJob, workerMs: number = WORKER_MS[job.lane]) {
  let looks = 0;
  const { deliver } = world.processOf(async (name, call) => {
    if (name === "rows.look" && looks++ === 0) await world.clock.sleep(BUSY_MS);
    return call();
  });
  const deadlineMs = world.clock.now() + workerMs;
  void deliver({ ...task, job: "nobody knows it" }, deadlineMs);
  return until(world.clock, deliver(task, deadlineMs));
}

/** The rows of a task's batch. */
export async function rowsOf({ ports }: World, task: Task): Promise<BatchRows> {
  const [rows] = await ports.rows.read(task.run, [firstOf(task)]);
  return rows ?? NO_ROWS;
}

/** When each call left, in ms since the start, and to whom. */
export const callsOf = ({ upstream }: World) =>
  upstream.calls.map(({ atMs, receivers }) => `${atMs - NOW} ${receivers}`);
