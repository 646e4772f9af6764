import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Job, Lane } from "../../lib/domain/job.ts";
import type { DueJobs } from "../../lib/ports/due-jobs.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { aJob, NOW } from "../support/a-job.ts";

export type DueJobsUnderTest = Readonly<{ jobs: JobStore; due: DueJobs }>;

/** Every DueJobs passes this one suite. @param make no jobs in it but those of this suite */
export function dueJobsContract(name: string, make: () => DueJobsUnderTest): void {
  let { jobs, due } = {} as DueJobsUnderTest;
  const added: Job[] = [];
  const add = async (parts: Partial<Job>): Promise<Job> => {
    const job = aJob(parts);
    await jobs.create(job, NOW);
    added.push(job);
    return job;
  };
  const end = async ({ id }: Job): Promise<void> => {
    const job = await jobs.find(id);
    if (job) await jobs.write(job, { dueAtMs: undefined });
  };
  const idsOf = async (lane: Lane, untilMs: number, limit = 1_000) =>
    (await due.due(lane, untilMs, limit)).map(({ id }) => id);

  describe(`${name} honours DueJobs`, () => {
    beforeAll(() => {
      ({ jobs, due } = make());
    });
    afterEach(async () => {
      await Promise.all(added.splice(0).map(end));
    });

    it("names nothing where nothing is due", async () => {
      expect(await due.due("bulk", NOW, 10)).toEqual([]);
    });

    it("names a job and its account from its time on, in its lane", async () => {
      const { id } = await add({ lane: "express", dueAtMs: NOW, account: "app-7" });
      expect(await due.due("express", NOW - 1, 10)).toEqual([]);
      expect(await due.due("express", NOW, 10)).toEqual([{ id, account: "app-7" }]);
      expect(await due.due("bulk", NOW, 10)).toEqual([]);
    });

    it("names the longest due first, at most as many as asked for", async () => {
      const times = Array.from({ length: 20 }, (_, i) => 1 + ((i * 7) % 20)); // each once, in no order
      const all = await Promise.all(times.map((dueAtMs) => add({ dueAtMs })));
      const want = all.toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0)).map(({ id }) => id);
      for (const limit of [0, 7, 20, 1_000]) expect(await idsOf("bulk", 20, limit)).toEqual(want.slice(0, limit));
    });

    it("names every one of many that are due at the same time", async () => {
      const all = await Promise.all(Array.from({ length: 15 }, () => add({ dueAtMs: NOW })));
      expect((await idsOf("bulk", NOW)).sort()).toEqual(all.map(({ id }) => id).sort());
      expect(new Set(await idsOf("bulk", NOW, 7)).size).toBe(7);
    });

    it("follows what is written", async () => {
      const job = await add({ dueAtMs: NOW });
      const later = await jobs.write(job, { dueAtMs: NOW + 10 });
      expect(await idsOf("bulk", NOW + 9)).toEqual([]);
      expect(await idsOf("bulk", NOW + 10)).toEqual([job.id]);
      const served = await jobs.write(later ?? job, { servedAtMs: NOW });
      expect(await idsOf("bulk", NOW + 10)).toEqual([job.id]);
      const ended = await jobs.write(served ?? job, { state: "done", dueAtMs: undefined });
      expect(await idsOf("bulk", NOW + 10)).toEqual([]);
      await jobs.write(ended ?? job, { dueAtMs: NOW });
      expect(await idsOf("bulk", NOW)).toEqual([job.id]);
    });
  });
}
