import { beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { JobFilter, JobIndex, JobSummary } from "../../lib/ports/job-index.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { aJob, drawId, NOW } from "../support/a-job.ts";

export type JobIndexUnderTest = Readonly<{ jobs: JobStore; index: JobIndex }>;

/** Every JobIndex passes this one suite. @param make one whose clock stands at `nowMs` */
export function jobIndexContract(name: string, make: (nowMs: number) => JobIndexUnderTest): void {
  let { jobs, index } = {} as JobIndexUnderTest;
  const clientId = drawId();
  let all: readonly Job[] = [];

  const add = async (parts: Partial<Job>): Promise<Job> => {
    const job = aJob(parts);
    await jobs.create(job, 0);
    return job;
  };
  const pagesOf = async (filter: JobFilter): Promise<JobSummary[][]> => {
    const pages: JobSummary[][] = [];
    let after = filter.after;
    do {
      const page = await index.list({ ...filter, ...(after !== undefined && { after }) });
      expect(page.jobs.length).toBeLessThanOrEqual(filter.limit);
      pages.push(page.jobs);
      expect(pages.length).toBeLessThan(500);
      after = page.next;
    } while (after !== undefined);
    return pages;
  };
  const idsOf = async (filter: JobFilter) => (await pagesOf(filter)).flat().map(({ id }) => id);
  const newestFirst = (given: readonly Job[]) =>
    given.toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1)).map(({ id }) => id);

  describe(`${name} honours JobIndex`, () => {
    beforeAll(async () => {
      ({ jobs, index } = make(NOW));
      // Three to each millisecond, two apps, one in nine paused.
      const parts = Array.from({ length: 27 }, (_, i) => ({
        createdAtMs: NOW - Math.floor(i / 3),
        appId: 1 + (i % 2),
        state: i % 9 === 0 ? ("paused" as const) : ("running" as const),
        ...(i % 4 === 0 && { label: i % 8 === 0 ? "Spring" : "Herbst 🍂" }),
        ...(i % 3 === 0 && { tags: { "a:b": "c", size: String(i % 2), empty: "" } }),
      }));
      all = await Promise.all(parts.map((one) => add({ ...one, clientId })));
      await add({ clientId: `${clientId}#1`, appId: 1 });
      await add({ clientId, appId: 1, goneAtMs: NOW });
      await add({ clientId, appId: 1, state: "paused", goneAtMs: NOW - 1 });
    });

    it("lists nothing of a client, an app or a state that has none", async () => {
      expect(await idsOf({ clientId: drawId(), limit: 10 })).toEqual([]);
      expect(await idsOf({ clientId, appId: 3, limit: 10 })).toEqual([]);
      expect(await idsOf({ clientId, state: "done", limit: 10 })).toEqual([]);
    });

    it("shows what a list of jobs shows, and no more", async () => {
      const { id, appId, state, lane, receivers, duplicatesDropped, batches, createdAtMs, ...rest } = await add({
        lane: "express",
        receivers: 9,
        duplicatesDropped: 2,
      });
      const want = { id, appId, state, lane, receivers, duplicatesDropped, batches, createdAtMs };
      expect(await pagesOf({ clientId: rest.clientId, limit: 10 })).toEqual([[want]]);
    });

    it("shows a label and tags as they were given", async () => {
      const parts = { label: "Spring 🌱", tags: { "a:b/c._-": "x:y ü", empty: "" } };
      const { clientId } = await add(parts);
      expect(await pagesOf({ clientId, limit: 10 })).toMatchObject([[parts]]);
    });

    it("follows the state", async () => {
      const job = await add({});
      await jobs.write(job, { state: "done" });
      expect(await index.list({ clientId: job.clientId, limit: 1 })).toMatchObject({ jobs: [{ state: "done" }] });
      expect(await idsOf({ clientId: job.clientId, state: "running", limit: 1 })).toEqual([]);
    });

    type Listing = Readonly<{
      what: string;
      filter: Omit<JobFilter, "clientId" | "limit">;
      has: (job: Job) => boolean;
    }>;

    /** What is asked for is one thing, how it comes in pages another: the latter is tried with much, little and hardly anything. */
    describe.each([{ limit: 2 }, { limit: 7 }, { limit: 27 }])("$limit at a time", ({ limit }) => {
      it.each<Listing>([
        { what: "all of a client's jobs", filter: {}, has: () => true },
        { what: "those in a state", filter: { state: "paused" }, has: ({ state }) => state === "paused" },
        {
          what: "those of an app in a state, with a label and a tag",
          filter: { appId: 1, state: "running", label: "Spring", tags: ["size:0"] },
          has: ({ appId, state, label, tags }) =>
            appId === 1 && state === "running" && label === "Spring" && tags !== undefined,
        },
      ])("lists $what, newest first, each once", async ({ filter, has }) => {
        expect(await idsOf({ clientId, limit, ...filter })).toEqual(newestFirst(all.filter(has)));
      });
    });

    it.each<Listing>([
      { what: "those of an app", filter: { appId: 2 }, has: ({ appId }) => appId === 2 },
      {
        what: "those of an app in a state",
        filter: { appId: 1, state: "running" },
        has: ({ appId, state }) => appId === 1 && state === "running",
      },
      { what: "those with a label", filter: { label: "Herbst 🍂" }, has: ({ label }) => label === "Herbst 🍂" },
      { what: "none by half a label", filter: { label: "Spr" }, has: () => false },
      { what: "those with a tag", filter: { tags: ["size:1"] }, has: ({ tags }) => tags?.["size"] === "1" },
      { what: "those with a tag of no value", filter: { tags: ["empty:"] }, has: ({ tags }) => tags !== undefined },
      { what: "those whose tag has colons", filter: { tags: ["a:b:c"] }, has: ({ tags }) => tags !== undefined },
      {
        what: "those with all of several tags",
        filter: { tags: ["a:b:c", "size:0"] },
        has: ({ tags }) => tags?.["size"] === "0",
      },
      { what: "none that has one of two tags", filter: { tags: ["a:b:c", "b:c"] }, has: () => false },
    ])("lists $what, newest first, each once", async ({ filter, has }) => {
      expect(await idsOf({ clientId, limit: 7, ...filter })).toEqual(newestFirst(all.filter(has)));
    });

    it("fills its pages where no state is asked for", async () => {
      const pages = await pagesOf({ clientId, appId: 2, limit: 6 });
      expect(pages.slice(0, 2).map((page) => page.length)).toEqual([6, 6]);
    });

    it("goes on where it was, whatever was made since", async () => {
      const owner = drawId();
      const made = await Promise.all([5, 4, 3, 2, 1].map((ago) => add({ clientId: owner, createdAtMs: NOW - ago })));
      const { next } = await index.list({ clientId: owner, limit: 2 });
      await add({ clientId: owner, createdAtMs: NOW });
      const rest = await idsOf({ clientId: owner, limit: 2, ...(next !== undefined && { after: next }) });
      expect(rest).toEqual(newestFirst(made).slice(2));
    });
  });
}
