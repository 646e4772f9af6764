import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import type { Job } from "../../lib/domain/job.ts";
import { allOf, NO_COUNTS, type Try } from "../../lib/domain/outcome.ts";
import type { BatchRow } from "../../lib/use-cases/query-jobs.ts";
import { aJob, aRecord, aTask, claimAll, type MakeResults, NOW, type ResultsPorts } from "./results-ports.ts";

const BIG = "9223372036854775807";

/** Every ResultReader passes this one suite. */
export function resultReaderContract(name: string, make: MakeResults): void {
  let ports = {} as ResultsPorts;
  let { results, jobs, batches, tallies } = ports;
  let job = aJob();

  const batch = (n: number, receivers: string, part = 0): Task =>
    aTask(job, { batch: { n, part, first: receivers.split(",")[0] ?? "" }, receivers });
  const record = async (task: Task, made: Partial<Try>) => {
    const seen = (await batches.look(task)).batch;
    expect(await batches.record(task, seen, aRecord(task, made))).toBe(true);
  };
  const all = async (onlyFailures: boolean, limit: number, from?: string) => {
    const rows: BatchRow[] = [];
    let next = from;
    do {
      const page = await results.batches(job.id, { onlyFailures, limit, ...(next !== undefined && { from: next }) });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      rows.push(...page.rows);
      next = page.next;
    } while (next !== undefined);
    return rows;
  };

  describe(`${name} honours ResultReader`, () => {
    beforeAll(() => {
      ports = make(() => NOW);
      ({ results, jobs, batches, tallies } = ports);
    });

    beforeEach(async () => {
      job = aJob();
      await jobs.create(job);
    });

    it("knows nothing of what is not there", async () => {
      const id = "0".repeat(25);
      expect(await results.job(id)).toBeUndefined();
      expect(await results.counts(id)).toEqual(NO_COUNTS);
      expect(await results.firsts(id)).toEqual([]);
      expect(await results.batchAt(id, "1")).toBeUndefined();
      expect(await results.batches(id, { onlyFailures: false, limit: 10 })).toEqual({ rows: [] });
    });

    it("reads a job's counts", async () => {
      await tallies.add(job, 3, { tag: "300.1", counts: { ...NO_COUNTS, sent: 2, unknown: 1 } });
      expect(await results.counts(job.id)).toEqual({ ...NO_COUNTS, sent: 2, unknown: 1 });
    });

    it.each([
      { when: "below the first", id: "9", want: undefined },
      { when: "at a first", id: "10", want: "10" },
      { when: "between", id: "99", want: "10" },
      { when: "at the next first, of more digits", id: "100", want: "100" },
      { when: "past all", id: BIG, want: BIG },
    ])("finds the batch that may hold a receiver: $when", async ({ id, want }) => {
      await record(batch(0, "10,11"), { sent: allOf(["10", "11"], "7") });
      await record(batch(1, "100"), { sent: allOf(["100"], "7") });
      await record(batch(2, BIG), { sent: allOf([BIG], "7") });
      expect((await results.batchAt(job.id, id))?.first).toBe(want);
    });

    it("shows a batch as it is: claimed, recorded, split, with its later attempts", async () => {
      await claimAll(ports, batch(0, "1,2"));
      expect(await results.batchAt(job.id, "2")).toMatchObject({ n: 0, first: "1", last: "", tries: [], rev: 1 });
      await record(batch(1, "3,4"), { sent: { "3": "7" }, retry: { "4": "FailedReceiver" } });
      await record({ ...batch(1, "3"), attempt: 2, receivers: "4" }, { sent: { "4": "8" } });
      expect(await results.batchAt(job.id, "4")).toMatchObject({
        n: 1,
        first: "3",
        last: "4",
        change: { tag: "1.1" },
        laterChange: { tag: "1.1" },
        tries: [
          { attempt: 1, retry: { "4": "FailedReceiver" } },
          { attempt: 2, sent: { "4": "8" } },
        ],
      });
      await record(batch(1, "5,6", 1), { sent: allOf(["5", "6"], "9") });
      expect(await results.batchAt(job.id, "6")).toMatchObject({ n: 1, first: "5", last: "6" });
    });

    it("keeps the first answer's end: a slow worker's does not move it", async () => {
      const task = batch(0, "1,2,3");
      await record({ ...task, receivers: "1,2" }, { unknown: allOf(["1", "2"], "WorkerLost") });
      await record(task, { sent: allOf(["1", "2", "3"], "7") });
      expect((await results.batchAt(job.id, "3"))?.last).toBe("2");
    });

    it.each([{ limit: 1 }, { limit: 2 }, { limit: 7 }, { limit: 100 }])(
      "pages through all batches in order, $limit at a time",
      async ({ limit }) => {
        const firsts = ["1", "2", "10", "11", "99", "100", BIG];
        for (const [n, first] of firsts.entries()) await record(batch(n, first), { sent: { [first]: "7" } });
        expect((await all(false, limit)).map(({ first }) => first)).toEqual(firsts);
        expect((await all(false, limit, "11")).map(({ first }) => first)).toEqual(["11", "99", "100", BIG]);
        expect((await all(false, limit, "12")).map(({ first }) => first)).toEqual(["99", "100", BIG]);
      },
    );

    it.each([{ limit: 1 }, { limit: 100 }])(
      "pages through batches that may hold failures, $limit at a time",
      async ({ limit }) => {
        await record(batch(0, "1"), { sent: { "1": "7" } });
        await record(batch(1, "2"), { failed: { "2": "InvalidParameter" } });
        await record(batch(2, "3"), { unknown: { "3": "CallTimeout" } });
        await record(batch(3, "4"), { retry: { "4": "FailedReceiver" } });
        await record({ ...batch(3, "4"), attempt: 2 }, { failed: { "4": "FailedReceiver" } });
        await record(batch(4, "5"), { canceled: { "5": "Canceled" } });
        await claimAll(ports, batch(5, "6"));
        const rows = await all(true, limit);
        expect(rows.map(({ first }) => first)).toEqual(["2", "3", "4"]);
        expect(rows.at(-1)?.tries).toHaveLength(2);
        expect((await all(true, limit, "3")).map(({ first }) => first)).toEqual(["3", "4"]);
      },
    );

    it("lists an app's jobs, newest first, by state, page by page", async () => {
      const { message } = job;
      const made = (id: string, createdAtMs: number, state: Job["state"]) =>
        aJob({ id: `${id}${job.id.slice(1)}`, message, createdAtMs, state });
      const [old, twinA, twinB, young] = [
        made("w", NOW - 1_000, "done"),
        made("x", NOW - 500, "running"),
        made("y", NOW - 500, "done"),
        made("z", NOW + 1_000, "running"),
      ];
      for (const one of [twinB, young, old, twinA]) await jobs.create(one);
      const list = async (filter: object) => {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await results.jobs({ appId: message.AppId, limit: 2, ...filter, ...(after && { after }) });
          expect(page.jobs.length).toBeLessThanOrEqual(2);
          seen.push(...page.jobs.map(({ id }) => id[0] ?? ""));
          after = page.next;
        } while (after !== undefined);
        return seen;
      };
      expect(await list({})).toEqual(["z", job.id[0], "y", "x", "w"]);
      expect(await list({ state: "done" })).toEqual(["y", "w"]);
      expect(await list({ state: "canceled" })).toEqual([]);
      const { jobs: everybody } = await results.jobs({ limit: 1_000 });
      const ours = everybody.filter(({ appId }) => appId === message.AppId);
      expect(ours.map(({ id }) => id)).toEqual([young, job, twinB, twinA, old].map(({ id }) => id));
      expect(ours[0]).toEqual({
        id: young.id,
        appId: message.AppId,
        state: "running",
        lane: "bulk",
        receivers: 3,
        duplicatesDropped: 0,
        batches: 1,
        createdAtMs: NOW + 1_000,
      });
    });
  });
}
