import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BatchState } from "../../lib/domain/batch-state.ts";
import type { Task } from "../../lib/domain/batches.ts";
import { allOf, makeTry, NO_COUNTS } from "../../lib/domain/outcome.ts";
import { aJob, aRecord, aTask, claimAll, type MakeResults, NOW, type ResultsPorts } from "./results-ports.ts";

const UNTIL = NOW + 15_000;

/** Every BatchStore passes this one suite. */
export function batchStoreContract(name: string, make: MakeResults): void {
  let ports = {} as ResultsPorts;
  let { batches, jobs } = ports;
  let job = aJob();
  let task: Task = aTask(job);
  const look = async (): Promise<BatchState> => (await batches.look(task)).batch;

  describe(`${name} honours BatchStore`, () => {
    beforeAll(() => {
      ports = make(() => NOW);
      ({ batches, jobs } = ports);
    });

    beforeEach(async () => {
      job = aJob();
      task = aTask(job);
      await jobs.create(job);
    });

    it("sees the job, and a batch nobody touched", async () => {
      expect(await batches.look(task)).toEqual({ job, batch: { rev: 0, attempt: 1, covers: 0, tries: [] } });
    });

    it("sees no job where there is none", async () => {
      expect(await batches.look({ ...task, job: "0".repeat(25) })).toEqual({
        batch: { rev: 0, attempt: 1, covers: 0, tries: [] },
      });
    });

    it("claims: what is returned is what the next one sees", async () => {
      const claimed = await claimAll(ports, task);
      expect(claimed).toMatchObject({ rev: 1, attempt: 1, covers: 0, tries: [], claim: { count: 3, untilMs: UNTIL } });
      expect(await look()).toEqual(claimed);
    });

    it("lets exactly one of many rivals claim", async () => {
      const { batch } = await batches.look(task);
      const claim = { receivers: ["1", "2", "3"], untilMs: UNTIL };
      const rivals = await Promise.all(Array.from({ length: 12 }, () => batches.claim(task, batch, claim)));
      expect(rivals.filter(Boolean)).toHaveLength(1);
      expect(await look()).toEqual(rivals.find(Boolean));
    });

    it("releases: the batch may be claimed again, by those who look again", async () => {
      const claimed = await claimAll(ports, task);
      await batches.release(task, claimed);
      expect(await look()).toEqual({ rev: 2, attempt: 1, covers: 0, tries: [] });
      expect(await batches.claim(task, claimed, { receivers: ["1"], untilMs: UNTIL })).toBeUndefined();
      expect(await claimAll(ports, task)).toMatchObject({ rev: 3 });
    });

    it("does not release what somebody changed meanwhile", async () => {
      const claimed = await claimAll(ports, task);
      await batches.record(task, claimed, aRecord(task, { unknown: allOf(["1", "2", "3"], "WorkerLost") }));
      const after = await look();
      await batches.release(task, claimed);
      expect(await look()).toEqual(after);
    });

    it("records every kind of outcome, ids and message ids exact, and ends the claim", async () => {
      const claimed = await claimAll(ports, task);
      const entry = aRecord(
        task,
        {
          requestId: "20240515160313D1B5",
          maybeTwice: true,
          unclear: true,
          sent: { "9223372036854775807": "9223372036854775806" },
          failed: { "2": "InvalidParameter" },
          unknown: { "3": "NotInAnswer" },
          canceled: { "4": "Canceled" },
          retry: { "5": "FailedReceiver" },
        },
        { change: { tag: "0.1", counts: { sent: 1, failed: 1, unknown: -1, canceled: 0 } }, covers: 5 },
      );
      expect(await batches.record(task, claimed, entry)).toBe(true);
      expect(await look()).toEqual({ rev: 2, attempt: 2, covers: 5, tries: [entry.try], change: entry.change });
    });

    it("appends: what stands is never rewritten", async () => {
      const first = aRecord(task, { unknown: allOf(["1", "2", "3"], "WorkerLost") });
      await batches.record(task, await look(), first);
      const late = aRecord(task, { sent: allOf(["1", "2", "3"], "7") }, { change: { tag: "0.2", counts: NO_COUNTS } });
      expect(await batches.record(task, await look(), late)).toBe(true);
      expect(await look()).toMatchObject({ rev: 2, tries: [first.try, late.try], change: late.change });
    });

    it("leaves another worker's claim alone", async () => {
      const claimed = await claimAll(ports, task);
      await batches.record(task, claimed, aRecord(task, {}, { endsClaim: false }));
      expect((await look()).claim).toEqual(claimed.claim);
    });

    it("refuses and changes nothing when somebody wrote first", async () => {
      const seen = await look();
      const claimed = await claimAll(ports, task);
      expect(await batches.record(task, seen, aRecord(task, {}))).toBe(false);
      expect(await batches.claim(task, seen, { receivers: ["1"], untilMs: UNTIL })).toBeUndefined();
      expect(await batches.record(task, { ...claimed, rev: 2 }, aRecord(task, {}))).toBe(false);
      expect(await look()).toEqual(claimed);
    });

    it("keeps later attempts apart from the first, and both apart from other batches", async () => {
      const second = aTask(job, { attempt: 2, receivers: "2" });
      const third = aTask(job, { attempt: 3, receivers: "2" });
      const part = aTask(job, { batch: { n: 0, part: 1, first: "3" } });
      await batches.record(task, await look(), aRecord(task, { sent: { "1": "7" }, retry: { "2": "F" } }));
      const claimed = await claimAll(ports, second);
      expect((await batches.look(third)).batch).toEqual(claimed); // the second and the third share one
      expect(await look()).toMatchObject({ rev: 1, attempt: 2 });
      expect((await batches.look(part)).batch.rev).toBe(0);
      await batches.record(second, claimed, aRecord(second, { sent: { "2": "8" } }));
      expect((await batches.look(second)).batch).toMatchObject({ attempt: 3, tries: [{ sent: { "2": "8" } }] });
    });

    it("holds 500 outcomes of 19 digits", async () => {
      const ids = Array.from({ length: 500 }, (_, i) => String(9_223_372_036_854_775_307n + BigInt(i)));
      const full = aTask(job, { batch: { n: 0, part: 0, first: ids[0] ?? "" }, receivers: ids.join() });
      const made = makeTry({ atMs: NOW, attempt: 1, sent: Object.fromEntries(ids.map((id) => [id, id])) });
      expect(await batches.record(full, (await batches.look(full)).batch, aRecord(full, made))).toBe(true);
      expect((await batches.look(full)).batch.tries).toEqual([made]);
    });
  });
}
