import { describe, expect, it } from "vitest";
import { seeded } from "../../bench/quota-simulation.ts";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import type { Job } from "../../lib/domain/job.ts";
import { numbersIn } from "../../lib/domain/ranges.ts";
import { tallyOf } from "../../lib/domain/tally.ts";
import type { Task } from "../../lib/domain/task.ts";
import { NOW } from "../support/a-job.ts";
import { granted } from "../support/fake-bucket.ts";
import { idle } from "../support/simulated-clock.ts";
import { outcomesOf } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { aRequest, CALLER, makeWorld, type World } from "./world.ts";

const BATCH = 3;
const SLOT_MS = 700;
const MINUTES_MS = 10 * 60_000;
const SEEDS = 60;

type Plant = (world: World) => Partial<World["ports"]>;

/**
 * A job that got somewhere, then its moment passes and DynamoDB and S3 delete whatever they like of it. Then everybody comes
 * again: dispatch, workers with the old tasks, readers, and the client with its key.
 *
 * @returns what went wrong
 */
async function live(seed: number, plant: Plant = () => ({})): Promise<string[]> {
  const random = seeded(seed);
  const receivers = random() < 0.3 ? 2 : 10;
  const made = makeWorld({
    batchSize: BATCH,
    grant: ({ n, nowMs, count }) => granted(nowMs + (n % 4) * SLOT_MS, count),
  });
  Object.assign(made.ports, plant(made));
  const world: World = { ...made, volley: made.processOf() };
  const { clock, upstream, volley, ports } = world;
  const wrong: string[] = [];
  const expectThat = (isSo: boolean, what: string) => void (isSo || wrong.push(what));
  const accept = () => volley.accept(aRequest(receivers), { caller: CALLER, idempotencyKey: "key" });
  const ids = Array.from({ length: receivers }, (_, i) => `${i + 1}`);
  const got = () => ids.map((id) => upstream.gotOf("hello", id).length);

  const { job } = await accept();
  await runUntilRest(world, { untilMs: NOW + Math.floor(random() * 8_000) });
  const old = (await ports.jobs.find(job.id)) ?? job;
  const tasks = [...tasksOf(job), ...tasksOf(old)];
  const before = got();

  clock.advanceTo(job.goneAtMs + Math.floor(random() * MINUTES_MS));
  await idle(); // who still waited for a slot wakes
  deleteSome(world, random);
  await ports.queue.enqueue(job.lane, tasks, { group: "old", delaySeconds: 0 });
  await volley.dispatch.eachMinute();
  await runUntilRest(world, { untilMs: clock.now() + MINUTES_MS });
  expectThat(`${got()}` === `${before}`, "something was sent from the old run");
  for (const read of [volley.query.job(CALLER, job.id), volley.query.outcomes(CALLER, job.id, { limit: 9 })]) {
    const code: unknown = await read.then(
      () => "found",
      ({ code }) => code,
    );
    expectThat(code === "NOT_FOUND", `a reader was told ${code}`);
  }

  const again = await accept();
  expectThat(!again.replayed && again.job.run !== job.run, "the key still belongs to the old job");
  await ports.queue.enqueue(job.lane, tasks, { group: "old", delaySeconds: 0 });
  await oldWrites(world, old);
  await runUntilRest(world, { untilMs: clock.now() + MINUTES_MS });
  expectThat((await ports.jobs.write(again.job, { state: "paused" })) === undefined, "an older version was written");
  expectThat((await ports.jobs.find(job.id))?.state === "done", "the new job did not end");
  expectThat(`${got()}` === `${before.map((n) => n + 1)}`, "the new job was not sent once to each");
  const outcomes = await outcomesOf(world, again.job);
  for (const { userId, status, messageId } of outcomes) {
    const isTrue = status === "sent" && messageId === upstream.gotOf("hello", userId).at(-1);
    expectThat(isTrue, `${userId} is told ${status} ${messageId}`);
  }
  expectThat(outcomes.length === receivers, "not everybody has an outcome");
  return wrong;
}

/** The tasks of all its shares. */
const tasksOf = ({ id, run, shares, receivers }: Job): Task[] =>
  shares.flatMap(({ id: share, batches }) =>
    [...numbersIn(batches)].map((batch) => {
      const size = Math.min(BATCH, receivers - batch * BATCH);
      const list = Array.from({ length: size }, (_, i) => batch * BATCH + i + 1);
      return { v: 1, job: id, run, share, batch, receivers: list.join(",") };
    }),
  );

/** Time to live deletes items one by one, in whatever order. */
function deleteSome({ table, objects }: World, random: () => number): void {
  const share = random();
  const thin = (map: Map<never, unknown> | Map<string, unknown> | Map<number, unknown>) => {
    for (const key of [...map.keys()]) if (random() < share) map.delete(key as never);
  };
  for (const map of [table.jobs, table.messages, objects, ...table.rows.values(), ...table.tallies.values()]) thin(map);
}

/** Writes of workers and dispatch runs of the old run that come only now. */
async function oldWrites({ ports, clock }: World, old: Job): Promise<void> {
  await ports.jobs.write(old, { state: "canceled", shares: [] });
  for (let batch = 0; batch < old.batches; batch++) {
    const key = { run: old.run, first: `${batch * BATCH + 1}`, on: "batch", goneAtMs: old.goneAtMs } as const;
    const [rows] = await ports.rows.read(old.run, [key.first]);
    if (!rows) continue;
    await ports.rows.append(key, rows.batch, makeResult({ atMs: clock.now(), sent: { [key.first]: "old" } }));
    const counted = { batch, counts: { sent: BATCH, failed: 0, unknown: 0 }, lateVersion: 0 };
    await ports.tallies.count({ run: old.run, tally: tallyOf(batch), goneAtMs: old.goneAtMs }, counted);
  }
}

const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);
/** Everything that went wrong in any of the lives, each once. */
async function liveAll(plant?: Plant): Promise<string[]> {
  const wrong = await Promise.all(seeds.map((seed) => live(seed, plant).catch((error: unknown) => [String(error)])));
  return [...new Set(wrong.flat())];
}

describe("a job past its moment, of which anything may be deleted", () => {
  it("sends nothing, says nothing, and leaves the next job under its key alone", async () => {
    expect(await liveAll()).toEqual([]);
  });

  it.each<{ mistake: string; want: string; plant: Plant }>([
    {
      mistake: "rows stand under the job, not under its run",
      want: "the new job was not sent once to each",
      plant: ({ ports: { rows } }) => ({
        rows: {
          ...rows,
          look: (key) => rows.look({ ...key, run: "one" }).then(({ message: _, ...rest }) => rest),
          read: (_run, firsts) => rows.read("one", firsts),
          claim: (key, ...rest) => rows.claim({ ...key, run: "one" }, ...rest),
          record: (key, ...rest) => rows.record({ ...key, run: "one" }, ...rest),
          append: (key, ...rest) => rows.append({ ...key, run: "one" }, ...rest),
        },
      }),
    },
    {
      mistake: "a job is never gone",
      want: "a reader was told found",
      plant: ({ ports: { jobs } }) => ({
        jobs: { ...jobs, find: async (id) => forEver(await jobs.find(id)) },
      }),
    },
    {
      mistake: "a write is not conditional on the version",
      want: "an older version was written",
      plant: ({ ports: { jobs } }) => ({
        jobs: { ...jobs, write: async (job, change) => jobs.write((await jobs.find(job.id)) ?? job, change) },
      }),
    },
  ])("is caught when $mistake", async ({ plant, want }) => {
    expect(await liveAll(plant)).toContain(want);
  });
});

const forEver = (job: Job | undefined): Job | undefined =>
  job && { ...job, goneAtMs: Number.MAX_SAFE_INTEGER, expiresAtMs: Number.MAX_SAFE_INTEGER };
