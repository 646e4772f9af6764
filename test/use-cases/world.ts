import { expect } from "vitest";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { memoryTaskQueue } from "../../lib/adapters/memory-task-queue.ts";
import { cutBatches, type Task } from "../../lib/domain/batches.ts";
import type { Job, JobState } from "../../lib/domain/job.ts";
import { NO_COUNTS, type Outcome } from "../../lib/domain/outcome.ts";
import { type Delivering, type DeliveryEvent, makeDeliver, type Reservation } from "../../lib/use-cases/deliver.ts";
import { makeAsk } from "../../lib/use-cases/query-jobs.ts";
import { aJob, NOW } from "../contracts/results-ports.ts";
import { type Ask, fakeBucket, granted } from "./fake-bucket.ts";
import { type Behaviour, type Call, fakeUpstream } from "./fake-upstream.ts";
import { idle, simulatedClock } from "./simulated-clock.ts";

/** As serverless.yml sets them: how long a worker has, how long its message hides, how long a call may take. */
const WORKER_MS = 120_000;
export const VISIBILITY_MS = 720_000;
const CALL_TIMEOUT_MS = 10_000;
const MARGIN_MS = 300;

export type WorldOptions = Readonly<{
  /** Receivers 1 to this. */
  receivers?: number;
  batchSize?: number;
  job?: Partial<Job>;
  behave?: (call: Call) => Behaviour;
  grant?: (ask: Ask) => Reservation;
}>;

export type World = ReturnType<typeof makeWorld>;
export type Deliver = ReturnType<typeof makeDeliver>;

/** One accepted job whose batches are queued, and everything deliver needs, in memory and in simulated time. */
export function makeWorld({ receivers = 6, batchSize = 3, job: parts, behave, grant }: WorldOptions = {}) {
  const clock = simulatedClock(NOW);
  const results = memoryResults(clock.now);
  const queue = memoryTaskQueue(clock.now, VISIBILITY_MS);
  const upstream = fakeUpstream(clock, behave ?? (() => ({})));
  const quota = fakeBucket(clock, grant ?? (({ nowMs, count }) => granted(nowMs, count)));
  const events: DeliveryEvent[] = [];
  const ids = Array.from({ length: receivers }, (_, i) => `${i + 1}`);
  const batches = Math.ceil(receivers / batchSize);
  const job = aJob({ state: "running", receivers, batchSize, batches, lastReceiver: `${receivers}`, ...parts });
  const list = BigUint64Array.from(ids.map(BigInt));
  const ports: Delivering = {
    batches: results.batches,
    tallies: results.tallies,
    parked: results.parked,
    queue,
    bucket: quota.bucket,
    rtc: upstream.rtc,
    clock,
    random: () => 0,
    accountOf: () => "account",
    report: (event) => events.push(event),
    marginMs: MARGIN_MS,
    callTimeoutMs: CALL_TIMEOUT_MS,
  };
  return {
    ...{ clock, results, queue, upstream, quota, events, ids, job, ports },
    tasks: [...cutBatches(job.id, list, batchSize)],
    ask: makeAsk(results.results),
    failures: [] as unknown[],
  };
}

/** Write the job down and queue its batches, as intake leaves them. */
export async function accepted(world: World): Promise<World> {
  await world.results.jobs.create(world.job);
  await world.queue.enqueue(world.job.lane, world.tasks, 0);
  return world;
}

/** A job of one batch, delivered until its queue is empty; no port failed. */
export async function deliverAll(options: WorldOptions = {}): Promise<World> {
  const world = await accepted(makeWorld({ receivers: 3, ...options }));
  await drain(world);
  expect(world.failures).toEqual([]);
  return world;
}

/** When each call left, in ms since the start, and to whom. */
export const callsOf = ({ upstream }: World) =>
  upstream.calls.map(({ atMs, receivers }) => `${atMs - NOW} ${receivers}`);

/** The first batch of the job, as the next worker sees it. */
export const batchOf = async ({ results, tasks: [task] }: World) => task && (await results.batches.look(task)).batch;

/** Let workers take messages, and time pass, until the queue is empty. A message whose delivery throws comes again. */
export async function drain(world: World, workers = 1, deliver: Deliver = makeDeliver(world.ports)): Promise<void> {
  const { clock, queue, failures } = world;
  let running = 0;
  const start = async (id: number, task: Task): Promise<void> => {
    running++;
    await deliver(task, clock.now() + WORKER_MS).then(
      () => queue.remove(id),
      (error) => failures.push(error),
    );
    running--;
  };
  for (let rounds = 0; rounds < 2_000; rounds++) {
    while (running < workers) {
      const message = queue.receive();
      if (!message) break;
      void start(message.id, message.task);
    }
    await idle();
    const next = Math.min(clock.nextAtMs() ?? Infinity, running < workers ? (queue.nextAtMs() ?? Infinity) : Infinity);
    if (next === Infinity) return;
    clock.advanceTo(next);
  }
  throw new Error("this never ends");
}

export async function outcomesOf({ ask, job }: World): Promise<Outcome[]> {
  const all: Outcome[] = [];
  let page = await ask.outcomes(job.id, { limit: 4 });
  for (all.push(...page.outcomes); page.next; all.push(...page.outcomes)) {
    page = await ask.outcomes(job.id, { limit: 4, position: page.next });
  }
  return all;
}

/** `1 sent`, `2 failed FailedReceiver`, … */
export const summaryOf = async (world: World): Promise<string[]> =>
  (await outcomesOf(world)).map(({ userId, status, code }) => [userId, status, code].filter(Boolean).join(" "));

/**
 * What has to be true once the queue is empty, whatever happened on the way: every receiver has one final outcome, the
 * tallies say the same, and nothing that is said contradicts what the upstream did.
 */
export async function expectEverybodyAnswered(world: World, states?: readonly JobState[]): Promise<void> {
  const { ids, job, upstream, results } = world;
  const outcomes = await outcomesOf(world);
  expect(outcomes.map(({ userId }) => userId)).toEqual(ids);
  const counts = { ...NO_COUNTS };
  for (const { userId, status, messageId } of outcomes) {
    const got = upstream.inbox.get(userId) ?? [];
    if (status === "pending") throw new Error(`${userId} is still pending`);
    if (status === "sent") expect(got, `${userId} is sent`).toContain(messageId);
    if (status === "failed" || status === "canceled") expect(got, `${userId} is ${status}`).toEqual([]);
    if (job.delivery === "at-most-once") expect(got.length, `${userId} got it`).toBeLessThanOrEqual(1);
    counts[status]++;
  }
  expect(await results.tallies.read(job)).toEqual(counts);
  const { state } = (await results.results.job(job.id)) ?? {};
  expect(states ?? [job.state === "canceled" ? "canceled" : "done"]).toContain(state);
}
