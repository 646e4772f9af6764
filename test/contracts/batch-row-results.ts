import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NO_ROW } from "../../lib/domain/batch-rows.ts";
import type { BatchRowStore, RowKey } from "../../lib/ports/batch-row-store.ts";
import { NOW } from "../support/a-job.ts";
import { aClaim, aKey, aResult, claimRow, rowAt } from "./batch-samples.ts";

/** What a BatchRowStore keeps of results, and how results and late answers come without a claim. */
export function batchRowResultsContract(name: string, make: () => BatchRowStore): void {
  let rows = {} as BatchRowStore;
  let key: RowKey = aKey();
  const at = () => rowAt(rows, key);

  describe(`${name} honours BatchRowStore: results`, () => {
    beforeAll(() => {
      rows = make();
    });
    beforeEach(() => {
      key = aKey({ on: "retry" });
    });

    it("keeps every part, ids and message ids exact", async () => {
      const result = aResult({
        requestId: "20240515160313D1B5",
        sent: { "9223372036854775807": "9223372036854775806", "1": "900719925474099312345" },
        failed: { "2": "InvalidParameter", "22": "" },
        unknown: { "3": "NotInAnswer" },
        refused: { "4": "FailedReceiver" },
        unclear: { "5": "CallTimeout" },
      });
      expect(await rows.append(key, NO_ROW, result)).toBe(true);
      expect(await at()).toEqual({ version: 1, results: [result], late: {} });
    });

    it("keeps 500 outcomes of 19 digits, and three results of them", async () => {
      const ids = Array.from({ length: 500 }, (_, i) => String(9_223_372_036_854_775_307n + BigInt(i)));
      const result = aResult({ sent: Object.fromEntries(ids.map((id) => [id, id])) });
      const claim = aClaim({ receivers: ids, count: 500 });
      const row = await claimRow(rows, key, claim);
      await rows.record(key, row, claim.id, result);
      await rows.append(key, await at(), result);
      await rows.append(key, await at(), result);
      expect(await at()).toEqual({ version: 4, results: [result, result, result], late: {} });
    });

    it("appends on condition that nobody wrote meanwhile", async () => {
      const [one, two, three] = [1, 2, 3].map((i) => aResult({ atMs: NOW + i }));
      if (!one || !two || !three) return;
      expect(await rows.append(key, NO_ROW, one)).toBe(true);
      const seen = await at();
      expect(await rows.append(key, seen, two)).toBe(true);
      expect(await rows.append(key, seen, three)).toBe(false);
      expect(await rows.append(key, NO_ROW, three)).toBe(false);
      expect(await at()).toMatchObject({ version: 2, results: [one, two] });
    });

    it("appends once, however often the write is repeated", async () => {
      await rows.append(key, NO_ROW, aResult());
      expect(await rows.append(key, NO_ROW, aResult())).toBe(true);
      expect(await at()).toMatchObject({ version: 1, results: [aResult()] });
    });

    it("appends nothing while a claim is open: its record would take the same place", async () => {
      const claim = aClaim();
      const row = await claimRow(rows, key, claim);
      expect(await rows.append(key, row, aResult({ atMs: NOW + 1 }))).toBe(false);
      expect(await rows.record(key, row, claim.id, aResult())).toBe(true);
      expect(await at()).toEqual({ version: 2, results: [aResult()], late: {} });
    });

    it("lets one of many append", async () => {
      const results = Array.from({ length: 8 }, (_, i) => aResult({ atMs: NOW + i }));
      const won = await Promise.all(results.map((result) => rows.append(key, NO_ROW, result)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await at()).results).toEqual([results[won.indexOf(true)]]);
    });

    it("an append keeps out a claim of somebody who read before it", async () => {
      await rows.append(key, NO_ROW, aResult());
      expect(await rows.claim(key, NO_ROW, aClaim())).toBe(false);
    });

    it("adds late answers whatever else happens to the row, and none twice", async () => {
      await rows.addLate(key, { "1": "901" });
      const claim = aClaim();
      const row = await claimRow(rows, key, claim);
      await rows.addLate(key, { "2": "902" });
      expect(await rows.record(key, row, claim.id, aResult())).toBe(true);
      await rows.addLate(key, { "1": "901", "2": "902" });
      expect(await at()).toEqual({ version: 4, results: [aResult()], late: { "1": "901", "2": "902" } });
    });

    it("keeps the first late answer for a receiver: readers were told of it", async () => {
      await rows.addLate(key, { "1": "901" });
      await rows.addLate(key, { "1": "999", "2": "902" });
      expect((await at()).late).toEqual({ "1": "901", "2": "902" });
    });

    it("loses none of several late answers that come at once", async () => {
      const ids = ["1", "2", "3", "4", "5", "6"];
      await Promise.all(ids.map((id) => rows.addLate(key, { [id]: `90${id}` })));
      expect((await at()).late).toEqual(Object.fromEntries(ids.map((id) => [id, `90${id}`])));
    });

    it("late answers raise the version: who read before them may not claim", async () => {
      await rows.addLate(key, { "1": "901" });
      expect(await rows.claim(key, NO_ROW, aClaim())).toBe(false);
    });
  });
}
