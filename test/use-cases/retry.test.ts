import { describe, expect, it } from "vitest";
import type { JobState } from "../../lib/domain/job.ts";
import { type Accepting, type Asking, makeAccept } from "../../lib/use-cases/accept-job.ts";
import { makeRetry, type Retrying } from "../../lib/use-cases/retry-job.ts";
import type { Behaviour, Call } from "./fake-upstream.ts";
import {
  accepted,
  drain,
  expectEverybodyAnswered,
  makeWorld,
  summaryOf,
  type World,
  type WorldOptions,
} from "./world.ts";

const ASKING: Asking = { owner: "local" };

/** Batches of three: in the first 2 is refused for good, in the second 5 and 6 stand in neither list. */
const behave = ({ receivers }: Call): Behaviour =>
  receivers.includes("2") ? { fails: ["2"] } : { forgets: ["5", "6"] };

async function setUp(options: WorldOptions = {}) {
  const world = await accepted(makeWorld({ behave, ...options }));
  await drain(world);
  const { results, queue, clock } = world;
  const accepting: Accepting = {
    ...{ queue, jobs: results.jobs, parked: results.parked, now: clock.now },
    quota: { messages: 12_000, windowMs: 60_000 },
    bulkBatchSize: 400,
    jobId: (owner, key) => `${owner}-${key ?? clock.now()}`,
    hash: (text) => text,
  };
  const retrying: Retrying = { results: results.results, intake: makeAccept(accepting).intake };
  return { world, retrying, retry: makeRetry(retrying) };
}

/** The receivers on the queue. */
function queued({ queue }: World): string[] {
  const lists: string[] = [];
  for (let got = queue.receive(); got; got = queue.receive()) {
    lists.push(got.task.receivers);
    queue.remove(got.id);
  }
  return lists;
}

describe("retry", () => {
  it.each<{ include: "unknown"[]; want: string }>([
    { include: [], want: "2" },
    { include: ["unknown"], want: "2,5,6" },
  ])("sends to the failed and to $include again: $want", async ({ include, want }) => {
    const { world, retry } = await setUp();
    const { job, replayed, dryRun } = await retry(world.job.id, include, ASKING);
    expect({ replayed, dryRun }).toEqual({ replayed: false, dryRun: false });
    expect(job).toMatchObject({ state: "running", receivers: want.split(",").length, duplicatesDropped: 0 });
    expect(queued(world)).toEqual([want]);
  });

  it("ends as any other job, and leaves the first as it was", async () => {
    const { world, retry } = await setUp();
    const before = await summaryOf(world);
    const first = structuredClone(world.results.table.get(world.job.id));
    const { job } = await retry(world.job.id, ["unknown"], ASKING);
    await drain(world); // 2 is refused again, and now it is in one batch with 5 and 6
    const again = { ...world, job, ids: ["2", "5", "6"] };
    expect(await summaryOf(again)).toEqual(["2 failed FailedReceiver", "5 sent", "6 sent"]);
    expect(await world.results.results.job(job.id)).toMatchObject({ state: "done" });
    expect(await summaryOf(world)).toEqual(before);
    expect(world.results.table.get(world.job.id)).toEqual(first);
  });

  it.each([
    { delivery: "at-least-once", message: { AppId: 7, Sender: "5", MsgType: 0, Content: "two", Ext: { a: "b" } } },
    { delivery: "at-most-once", message: { AppId: 8, Sender: "6", MsgType: 1, Content: "" } },
  ] as const)("carries over message and delivery, $delivery, and no times", async ({ delivery, message }) => {
    const { world, retry } = await setUp({ job: { delivery, message, expiresAtMs: Number.MAX_SAFE_INTEGER } });
    const { job } = await retry(world.job.id, [], { owner: "else" });
    expect(job).toMatchObject({ delivery, message, owner: "else", createdAtMs: world.clock.now() });
    expect(job).not.toHaveProperty("expiresAtMs");
  });

  it("takes a canceled job too: who failed before it was canceled", async () => {
    const { world, retry } = await setUp({ job: { state: "running" } });
    await world.results.jobs.move(world.job.id, ["done"], "canceled");
    await retry(world.job.id, [], ASKING);
    expect(queued(world)).toEqual(["2"]);
  });

  it("reads page after page, and gives the ids in their order, 9 before 10", async () => {
    const { world, retry } = await setUp({
      receivers: 130,
      batchSize: 1,
      behave: ({ receivers }) => ({ fails: receivers }),
    });
    await retry(world.job.id, [], ASKING);
    expect(queued(world)).toEqual([world.ids.join()]);
  });
});

describe("a retry that cannot be", () => {
  it("is 404 where there is no such job", async () => {
    const { retry } = await setUp();
    await expect(retry("0", [], ASKING)).rejects.toMatchObject({ code: "BAD_REQUEST", status: 404 });
  });

  it.each<{ state: JobState }>([
    { state: "accepting" },
    { state: "abandoned" },
    { state: "scheduled" },
    { state: "running" },
    { state: "paused" },
  ])("is 409 while the job is $state", async ({ state }) => {
    const { retry, world } = await setUp({ job: { state: "canceled" } });
    const { id } = world.job;
    const waiting = makeWorld({ job: { id: "waiting", state } });
    await world.results.jobs.create(waiting.job);
    const message = expect.stringContaining(`that is ${state};`);
    await expect(retry("waiting", [], ASKING)).rejects.toMatchObject({ status: 409, message });
    await expect(retry(id, [], ASKING)).rejects.toMatchObject({ status: 409 }); // canceled, and nobody failed
  });

  it("takes a job as done when its last outcome is there, though nobody wrote `done` down yet", async () => {
    const { world, retry } = await setUp();
    await world.results.jobs.move(world.job.id, ["done"], "running");
    await retry(world.job.id, [], ASKING);
    expect(queued(world)).toEqual(["2"]);
  });

  it.each<{ include: "unknown"[]; message: string }>([
    { include: [], message: "no failed receivers" },
    { include: ["unknown"], message: "no failed or unknown receivers" },
  ])("is 409 where there is nothing to retry: $message", async ({ include, message }) => {
    const { world, retry } = await setUp({ behave: () => (include.length > 0 ? {} : { forgets: ["1"] }) });
    const refused = { status: 409, message: expect.stringContaining(message) };
    await expect(retry(world.job.id, include, ASKING)).rejects.toMatchObject(refused);
    expect(queued(world)).toEqual([]);
    expect([...world.results.table.keys()]).toEqual([world.job.id]);
  });

  it("is 409, not a job of nobody, where the counts still trail the outcomes", async () => {
    const { world, retrying } = await setUp();
    const counts = async () => ({ sent: 5, unknown: 1, failed: 0, canceled: 0 });
    const batches = async () => ({ rows: [] }); // the answer that was missing came, and is not counted yet
    const retry = makeRetry({ ...retrying, results: { ...retrying.results, counts, batches } });
    await expect(retry(world.job.id, ["unknown"], ASKING)).rejects.toMatchObject({ status: 409 });
    expect(queued(world)).toEqual([]);
  });
});

describe("the index of failures", () => {
  it.each([
    { when: "holds them all", holds: true, want: [true] },
    { when: "trails behind the table: all of it is read", holds: false, want: [true, false] },
  ])("$when", async ({ holds, want }) => {
    const { world, retrying } = await setUp();
    const asked: boolean[] = [];
    const { results } = retrying;
    const batches: typeof results.batches = async (id, page) => {
      asked.push(page.onlyFailures);
      return page.onlyFailures && !holds ? { rows: [] } : results.batches(id, page);
    };
    await makeRetry({ ...retrying, results: { ...results, batches } })(world.job.id, ["unknown"], ASKING);
    expect(asked).toEqual(want);
    expect(queued(world)).toEqual(["2,5,6"]);
  });
});

describe("the same Idempotency-Key", () => {
  const KEYED: Asking = { ...ASKING, idempotencyKey: "k" };

  it("makes one job, and gives the first answer again", async () => {
    const { world, retry } = await setUp();
    const first = await retry(world.job.id, [], KEYED);
    expect(await retry(world.job.id, [], KEYED)).toEqual({ ...first, replayed: true });
    expect(queued(world)).toEqual(["2"]);
  });

  it("with other receivers included is another request: 422", async () => {
    const { world, retry } = await setUp();
    await retry(world.job.id, [], KEYED);
    await expect(retry(world.job.id, ["unknown"], KEYED)).rejects.toMatchObject({ status: 422 });
  });

  it("missing: each retry is a new job", async () => {
    const { world, retry } = await setUp();
    const { job } = await retry(world.job.id, [], ASKING);
    world.clock.advanceTo(world.clock.now() + 1);
    expect((await retry(world.job.id, [], ASKING)).job.id).not.toBe(job.id);
  });

  it("of a retry whose job is done is answered too, though the job is retried itself", async () => {
    const { world, retry } = await setUp();
    const { job } = await retry(world.job.id, [], KEYED);
    await drain(world);
    const again = await retry(job.id, [], ASKING);
    expect(again.job.id).not.toBe(job.id);
    expect((await retry(world.job.id, [], KEYED)).job.id).toBe(job.id);
    await drain(world);
    await expectEverybodyAnswered({ ...world, job: again.job, ids: ["2"] }, ["done"]);
  });
});
