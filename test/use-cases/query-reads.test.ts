import { describe, expect, it } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import { NO_ROW } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import { type OutcomeStatus, STATUSES } from "../../lib/domain/outcome.ts";
import { BATCHES_PER_TALLY } from "../../lib/domain/tally.ts";
import { NOW } from "../support/a-job.ts";
import { outcomesOf } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, makeWorld, type World } from "./world.ts";

const SIZE = 25;

/** A job of 4,000 batches; `done` batches of it are finished. */
async function large(done: number) {
  const world = makeWorld({ batchSize: SIZE });
  const job = await accepted(world, 4_000 * SIZE);
  const { goneAtMs, run } = job;
  for (let batch = 0; batch < done; batch++) {
    const tally = Math.floor(batch / BATCHES_PER_TALLY);
    const change = { batch, counts: { sent: SIZE, failed: 0, unknown: 0 }, lateVersion: 0 };
    await world.ports.tallies.count({ run, tally, goneAtMs }, change);
  }
  const written = await world.ports.jobs.write(job, { cursor: done, shares: [] });
  return { world, job: written ?? job };
}

const ended = async (world: World, job: Job): Promise<void> => {
  await world.ports.jobs.write(await jobNow(world, job), { state: "canceled", dueAtMs: undefined });
};

describe.each([
  { what: "of which nothing is done", done: 0 },
  { what: "of which half is done", done: 2_000 },
  { what: "of which all is done", done: 4_000 },
])("a job of 4,000 batches, $what", async ({ done }) => {
  const { world, job } = await large(done);

  it.each(STATUSES.flatMap((status) => [1, 1_000].map((limit) => ({ status, limit }))))(
    "a page of $limit that are $status reads a bounded number of rows",
    async ({ status, limit }) => {
      for (const state of ["running", "canceled"]) {
        if (state === "canceled") await ended(world, job);
        let [rows, tallies, batches, calls] = [0, 0, 0, 0];
        const { ports } = world;
        const whole = { rows: ports.rows.read, tallies: ports.tallies.read, lists: ports.lists.read };
        ports.rows.read = (run, firsts) => {
          rows += firsts.length;
          return whole.rows(run, firsts);
        };
        ports.tallies.read = (run, numbers) => {
          tallies += numbers.length;
          return whole.tallies(run, numbers);
        };
        ports.lists.read = (stored, from, to) => {
          batches += to - from;
          return whole.lists(stored, from, to);
        };
        const { query } = world.processOf((_, call) => {
          calls++;
          return call();
        });
        await query.outcomes(CALLER, job.id, { status, limit });
        Object.assign(ports.rows, { read: whole.rows });
        Object.assign(ports.tallies, { read: whole.tallies });
        Object.assign(ports.lists, { read: whole.lists });
        expect({ rows: rows <= 100, tallies: tallies <= 500, batches: batches <= 50, calls: calls <= 20 }).toEqual({
          ...{ rows: true, tallies: true, batches: true, calls: true },
        });
      }
    },
  );

  it.each<OutcomeStatus>(["pending", "failed", "unknown"])("every page of those %s moves on", async (status) => {
    let after: string | undefined;
    for (let pages = 0; pages < 30; pages++) {
      const page = await world.volley.query.outcomes(CALLER, job.id, { status, limit: 1_000, ...(after && { after }) });
      if (page.next === undefined) return;
      expect(BigInt(page.next)).toBeGreaterThan(BigInt(after ?? 0));
      after = page.next;
    }
  });
});

describe("finished batches are passed over when `pending` is asked for", () => {
  it.each([1_000, 700])("page after page of %i", async (limit) => {
    const { world, job } = await large(0);
    const { run, goneAtMs } = job;
    const counts = { sent: SIZE, failed: 0, unknown: 0 };
    for (let batch = 0; batch < 4_000; batch++) {
      if (batch === 7 || batch === 2_345) continue;
      const tally = Math.floor(batch / BATCHES_PER_TALLY);
      await world.ports.tallies.count({ run, tally, goneAtMs }, { batch, counts, lateVersion: 0 });
      await finished(world, job, batch);
    }
    await world.ports.jobs.write(job, { cursor: 4_000 });
    let rows = 0;
    const whole = world.ports.rows.read;
    world.ports.rows.read = (of, firsts) => {
      rows += firsts.length;
      return whole(of, firsts);
    };
    const found = await outcomesOf(world, job, { status: "pending", limit });
    expect(found.map(({ userId }) => Number(userId) - 1)).toEqual(
      [7, 2_345].flatMap((batch) => Array.from({ length: SIZE }, (_, i) => batch * SIZE + i)),
    );
    expect(rows).toBeLessThanOrEqual(3 * BATCHES_PER_TALLY);
  });
});

/** Everybody in the batch is sent. */
async function finished({ ports }: World, { run, goneAtMs }: Job, batch: number): Promise<void> {
  const ids = Array.from({ length: SIZE }, (_, i) => String(batch * SIZE + i + 1));
  const sent = Object.fromEntries(ids.map((id) => [id, "m"]));
  const key = { run, first: ids[0] ?? "", on: "batch", goneAtMs } as const;
  await ports.rows.append(key, NO_ROW, makeResult({ atMs: NOW, sent }));
}

describe("one receiver takes at most three table reads and two of the list", () => {
  it.each([3, 40])("in a job of %i", async (receivers) => {
    const world = makeWorld({ behave: () => ({ fails: ["2"] }) });
    const job = await accepted(world, receivers);
    await runUntilRest(world, { untilMs: NOW + 3_000 });
    const calls: string[] = [];
    const { query } = world.processOf((name, call) => {
      calls.push(name);
      return call();
    });
    await query.outcome(CALLER, job.id, "2");
    const ofList = calls.filter((name) => name.startsWith("lists."));
    expect(ofList.length).toBeLessThanOrEqual(2);
    expect(calls.length - ofList.length).toBeLessThanOrEqual(3);
  });
});
