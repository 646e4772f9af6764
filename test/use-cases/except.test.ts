import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { JobOptions } from "../../lib/domain/job-request.ts";
import { NOW } from "../support/a-job.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { ask, FILE, SORTED } from "./uploads.ts";
import { accepted, aRequest, CALLER, jobNow, listOf, makeWorld, type World } from "./world.ts";

const NOBODY = new BigUint64Array();
const except = (jobs: readonly Pick<Job, "id">[], receivers: readonly number[] = []): Partial<JobOptions> => ({
  except: { jobs: jobs.map(({ id }) => id), receivers: receivers.length > 0 ? listOf(receivers) : NOBODY },
});
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const OTHER = { caller: { ...CALLER, clientId: "other" } };

describe("a job that leaves out others", () => {
  it.each([
    { of: "a list", left: 11, names: (): readonly Pick<Job, "id">[] => [], ids: range(2, 10) },
    { of: "a job of several batches", left: 10, names: (world: World) => jobsOf(world, range(6, 15)), ids: [] },
    { of: "a job of one batch", left: 18, names: (world: World) => jobsOf(world, [1, 20, 99]), ids: [] },
    { of: "several", left: 8, names: (world: World) => jobsOf(world, range(6, 15), [20]), ids: [1, 99] },
  ])("of $of sends to everybody else, and says how many were left out", async ({ left, names, ids }) => {
    const world = makeWorld();
    const jobs = await names(world);
    const before = world.upstream.calls.length;
    const job = await accepted(world, 20, { content: "second", options: except(jobs, ids) });
    expect(job).toMatchObject({ receivers: left, excluded: 20 - left, batches: Math.ceil(left / 3) });
    await runUntilRest(world);
    const got = world.upstream.calls.slice(before).filter(({ message }) => message.Content === "second");
    expect(got.flatMap(({ receivers }) => receivers).length).toBe(left);
  });

  it("leaves out nobody of whom no list knows", async () => {
    const job = await accepted(makeWorld(), 5, { options: except([], [77]) });
    expect(job).toMatchObject({ receivers: 5, excluded: 0 });
  });

  it("counts them in a dry run, which writes nothing", async () => {
    const world = makeWorld();
    const [first] = await jobsOf(world, range(1, 7));
    const objects = world.objects.size;
    const job = await accepted(world, 10, { options: { ...except(first ? [first] : []), dryRun: true } });
    expect(job).toMatchObject({ receivers: 3, excluded: 7 });
    expect(world.objects.size).toBe(objects);
  });

  it("names each job that is unknown, another's, or without a list, beside every other fault", async () => {
    const world = makeWorld();
    const [mine] = await jobsOf(world, range(1, 7));
    const theirs = (await world.volley.accept(aRequest(7), OTHER)).job;
    const waiting = (await ask(world)).job;
    const jobs = [{ id: "nowhere" }, mine ?? theirs, theirs, waiting];
    await expect(accepted(world, 9, { options: { ...except(jobs), expiresAtMs: NOW - 1 } })).rejects.toMatchObject({
      faults: [
        { pointer: "/Options/ExpiresAt", detail: "must be in the future" },
        { pointer: "/Options/Except/Jobs/0", detail: "is no job of this client" },
        { pointer: "/Options/Except/Jobs/2", detail: "is no job of this client" },
        { pointer: "/Options/Except/Jobs/3", detail: "has no list yet" },
      ],
    });
  });

  it("is refused where nobody is left", async () => {
    const world = makeWorld();
    await expect(accepted(world, 4, { options: except(await jobsOf(world, range(1, 7))) })).rejects.toMatchObject({
      faults: [{ pointer: "/Options/Except", detail: "leaves nobody of the 4 receivers" }],
    });
    expect(world.table.jobs.size).toBe(1);
  });

  it("is refused where a list is damaged: nobody knows who is in it", async () => {
    const world = makeWorld();
    const jobs = await jobsOf(world, range(1, 7));
    world.objects.clear();
    await expect(accepted(world, 4, { options: except(jobs) })).rejects.toMatchObject({
      faults: [{ pointer: "/Options/Except/Jobs", detail: expect.stringContaining("damaged") }],
    });
  });

  it("is another request under the same key", async () => {
    const world = makeWorld();
    const key = "key";
    await accepted(world, 9, { key, options: except([], [2]) });
    expect((await accepted(world, 9, { key, options: except([], [2]) })).excluded).toBe(1);
    await expect(accepted(world, 9, { key, options: except([], [3]) })).rejects.toThrow("another request");
    await expect(accepted(world, 9, { key })).rejects.toThrow("another request");
  });

  it("queues no one again who was left out, when it is asked for again", async () => {
    const world = makeWorld();
    const parts = { key: "key", options: except([], [1]) };
    await accepted(world, 3, parts);
    world.queues.express.purge();
    world.clock.advanceTo(NOW + 40_000);
    await accepted(world, 3, parts);
    expect(world.queues.express.receive()?.task.receivers).toBe("2,3");
  });

  it("is retried with its pace and its window, and leaves out nobody a second time", async () => {
    const world = makeWorld({ behave: ({ n }) => (n === 0 ? { refuses: { why: "request", code: "Bad" } } : {}) });
    const paced = {
      maxPerMinute: 600,
      pauseAfterFailures: { percent: 50, of: 500 },
      sendWindow: { from: "07:00", to: "21:00", timeZone: "UTC" },
    };
    const job = await accepted(world, 20, { options: { ...except([], [20]), ...paced } });
    await runUntilRest(world, { workers: 1 });
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    expect(again).toMatchObject({ receivers: 3, ...paced });
    expect(again).not.toHaveProperty("excluded");
  });
});

describe("an upload that leaves out others", () => {
  it.each([
    { when: "in memory", segmentIds: 1_000 },
    { when: "in segments", segmentIds: 40 },
  ])("does so when its file is imported, $when", async ({ segmentIds }) => {
    const world = makeWorld({ batchSize: 10, segmentIds });
    const first = (await world.volley.accept({ ...aRequest(1), receivers: SORTED.slice(0, 60) }, { caller: CALLER }))
      .job;
    const small = (await world.volley.accept({ ...aRequest(1), receivers: SORTED.slice(70, 75) }, { caller: CALLER }))
      .job;
    const options = { except: { jobs: [first.id, small.id], receivers: SORTED.slice(140) } };
    const { job } = await ask(world, { options });
    expect(job.except).toHaveLength(2);
    world.uploaded.set(`uploads/${job.id}/${job.run}`, FILE);
    await world.volley.importList({ job: job.id, run: job.run }, Number.POSITIVE_INFINITY);
    const now = await jobNow(world, job);
    expect(now).toMatchObject({ state: "running", receivers: 75, excluded: 75, duplicatesDropped: 50, batches: 8 });
    expect(now).not.toHaveProperty("except");
    await runUntilRest(world);
    const left = [...SORTED.slice(60, 70), ...SORTED.slice(75, 140)];
    await expectEverybodyAnswered(world, job, BigUint64Array.from(left));
  });

  it("is rejected if nobody is left", async () => {
    const world = makeWorld({ batchSize: 10 });
    const { job } = await ask(world, { options: { except: { jobs: [], receivers: SORTED } } });
    world.uploaded.set(`uploads/${job.id}/${job.run}`, FILE);
    await world.volley.importList({ job: job.id, run: job.run }, Number.POSITIVE_INFINITY);
    const reason = "Except leaves nobody of the 150 users that the list names";
    expect(await jobNow(world, job)).toMatchObject({ state: "rejected", reason });
  });

  it("is rejected if what it has to leave out cannot be read", async () => {
    const world = makeWorld({ batchSize: 10 });
    const { job } = await ask(world, { options: { except: { jobs: [], receivers: SORTED.slice(0, 50) } } });
    world.uploaded.set(`uploads/${job.id}/${job.run}`, FILE);
    world.objects.clear();
    await world.volley.importList({ job: job.id, run: job.run }, Number.POSITIVE_INFINITY);
    expect(await jobNow(world, job)).toMatchObject({ state: "rejected", reason: expect.stringContaining("damaged") });
  });
});

/** Jobs to these lists, one each. */
async function jobsOf(world: World, ...lists: readonly number[][]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const list of lists) jobs.push(await accepted(world, list));
  return jobs;
}
