import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { DueOutboxes } from "../../lib/ports/due-outboxes.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { aJob, NOW } from "../support/a-job.ts";

export type DueOutboxesUnderTest = Readonly<{ jobs: JobStore; outboxes: DueOutboxes }>;

/** Every DueOutboxes passes this one suite. @param make no outboxes in it but those of this suite */
export function dueOutboxesContract(name: string, make: () => DueOutboxesUnderTest): void {
  let { jobs, outboxes } = {} as DueOutboxesUnderTest;
  const added: Job[] = [];
  const add = async (parts: Partial<Job>): Promise<Job> => {
    const job = aJob(parts);
    await jobs.create(job, NOW);
    added.push(job);
    return job;
  };
  const empty = async ({ id }: Job): Promise<void> => {
    const job = await jobs.find(id);
    if (job) await jobs.write(job, { publishAtMs: undefined });
  };

  describe(`${name} honours DueOutboxes`, () => {
    beforeAll(() => {
      ({ jobs, outboxes } = make());
    });
    afterEach(async () => {
      await Promise.all(added.splice(0).map(empty));
    });

    it("names nothing where nothing is to be told", async () => {
      await add({});
      expect(await outboxes.due(NOW + 1, 10)).toEqual([]);
    });

    it("names the longest due first, at most as many as asked for", async () => {
      const times = Array.from({ length: 20 }, (_, i) => 1 + ((i * 7) % 20)); // each once, in no order
      const all = await Promise.all(times.map((publishAtMs) => add({ publishAtMs })));
      const want = all.toSorted((a, b) => (a.publishAtMs ?? 0) - (b.publishAtMs ?? 0)).map(({ id }) => id);
      for (const limit of [0, 7, 20, 1_000]) expect(await outboxes.due(20, limit)).toEqual(want.slice(0, limit));
      expect(await outboxes.due(12, 1_000)).toEqual(want.slice(0, 12));
    });

    it("follows what is written: an event that happens, its next try, that all is told", async () => {
      const job = await add({ events: true, state: "running" });
      const history = [{ atMs: NOW + 5, event: "pause", by: "client" }];
      const paused = await jobs.write(job, { state: "paused", history });
      expect(await outboxes.due(NOW + 4, 10)).toEqual([]);
      expect(await outboxes.due(NOW + 5, 10)).toEqual([job.id]);
      const tried = await jobs.write(paused ?? job, { publishAtMs: NOW + 9 });
      expect(await outboxes.due(NOW + 8, 10)).toEqual([]);
      expect(await outboxes.due(NOW + 9, 10)).toEqual([job.id]);
      await jobs.write(tried ?? job, { outbox: undefined, publishAtMs: undefined });
      expect(await outboxes.due(NOW + 9, 10)).toEqual([]);
    });
  });
}
