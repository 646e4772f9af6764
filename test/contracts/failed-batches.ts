import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AttemptResult, makeResult } from "../../lib/domain/attempt-result.ts";
import type { RowName } from "../../lib/domain/batch-rows.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { FailedBatches } from "../../lib/ports/failed-batches.ts";
import { drawId, NOW } from "../support/a-job.ts";
import { aClaim, aKey, claimRow, rowAt } from "./batch-samples.ts";

export type FailedPorts = Readonly<{ failed: FailedBatches; rows: BatchRowStore }>;

/** Every FailedBatches passes this one suite. */
export function failedBatchesContract(name: string, make: () => FailedPorts): void {
  let { failed, rows } = {} as FailedPorts;
  let run = "";
  const append = async (first: string, parts: Partial<AttemptResult>, on: RowName = "batch") => {
    const key = aKey({ run, first, on });
    await rows.append(key, await rowAt(rows, key), makeResult({ atMs: NOW, ...parts }));
  };
  const list = (from: string, to?: string, limit = 100) =>
    failed.list(run, { from, ...(to !== undefined && { to }) }, limit);

  describe(`${name} honours FailedBatches`, () => {
    beforeAll(() => {
      ({ failed, rows } = make());
    });
    beforeEach(() => {
      run = drawId();
    });

    it.each<{ when: string; parts: Partial<AttemptResult>; want: string[] }>([
      { when: "everybody is sent", parts: { sent: { "1": "9" } }, want: [] },
      { when: "somebody failed", parts: { failed: { "1": "F" } }, want: ["1"] },
      { when: "somebody is unknown", parts: { sent: { "2": "9" }, unknown: { "1": "U" } }, want: ["1"] },
      { when: "others have another attempt", parts: { refused: { "1": "F" }, unclear: { "2": "T" } }, want: [] },
    ])("lists a batch or not where $when: $want", async ({ parts, want }) => {
      await append("1", parts);
      expect(await list("1")).toEqual(want);
    });

    it("lists a batch that was recorded, and keeps it when a later result is good", async () => {
      const key = aKey({ run, first: "5", on: "retry" });
      const claim = aClaim();
      await rows.record(
        key,
        await claimRow(rows, key, claim),
        claim.id,
        makeResult({ atMs: NOW, failed: { "5": "F" } }),
      );
      await append("5", { sent: { "6": "9" } }, "retry");
      expect(await list("1")).toEqual(["5"]);
    });

    it("lists a batch once, though both of its rows have failures", async () => {
      for (const first of ["1", "2", "3"]) {
        await append(first, { failed: { [first]: "F" } });
        await append(first, { unknown: { [first]: "U" } }, "retry");
      }
      expect(await list("1")).toEqual(["1", "2", "3"]);
      expect(await list("1", undefined, 2)).toEqual(["1", "2"]);
      expect(await list("2", undefined, 1)).toEqual(["2"]);
    });

    it("lists by number, not by text, up to the largest id", async () => {
      const firsts = ["9", "10", "100", "9007199254740993", "9223372036854775807"];
      for (const first of firsts.toReversed()) await append(first, { failed: { [first]: "F" } });
      expect(await list("1")).toEqual(firsts);
      expect(await list("11")).toEqual(firsts.slice(2));
    });

    it.each([
      { from: "2", to: "4", want: ["2", "3"] },
      { from: "2", to: "2", want: [] },
      { from: "3", to: "2", want: [] },
      { from: "1", to: "9223372036854775807", want: ["1", "2", "3", "4"] },
      { from: "5", want: [] },
    ])("from $from, below $to: $want", async ({ from, to, want }) => {
      for (const first of ["1", "2", "3", "4"]) await append(first, { failed: { [first]: "F" } });
      expect(await list(from, to)).toEqual(want);
    });

    it("keeps runs apart", async () => {
      await append("1", { failed: { "1": "F" } });
      run = drawId();
      expect(await list("1")).toEqual([]);
    });
  });
}
