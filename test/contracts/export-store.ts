import { beforeAll, describe, expect, it } from "vitest";
import { applyToExport, type ExportRequest, type OutcomeExport } from "../../lib/domain/outcome-export.ts";
import type { ExportStore } from "../../lib/ports/export-store.ts";
import { drawId, NOW } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";

const GONE = NOW + 86_400_000;

/** Every ExportStore passes this one suite. */
export function exportStoreContract(name: string, make: () => ExportStore): void {
  let store: ExportStore;
  const stored = async (parts?: Partial<OutcomeExport>): Promise<OutcomeExport> => {
    const one = anExport(parts);
    expect(await store.write(one, undefined, GONE)).toBe(true);
    return one;
  };

  describe(`${name} honours ExportStore`, () => {
    beforeAll(() => {
      store = make();
    });

    it("finds nothing where nothing was written", async () => {
      expect(await store.find(drawId(), { format: "csv" })).toBeUndefined();
    });

    it.each<Partial<OutcomeExport>>([
      {},
      { request: { format: "ndjson", status: "failed", code: "Failed.Receiver-1" } },
      { final: true, leaseUntilMs: NOW, attempts: 3, restarts: 1, jobVersion: 12 },
      { upload: { id: "upload", receipts: [] } },
      { upload: { id: "upload", receipts: ["a b", 'c "d"'] }, after: "9223372036854775807", rows: 7, bytes: 8 },
      { state: "done", complete: true, doneAtMs: NOW + 5 },
      { state: "failed", reason: "its receiver list is damaged" },
    ])("reads back what was written: %o", async (parts) => {
      const one = await stored(parts);
      expect(await store.find(one.run, one.request)).toEqual(one);
    });

    it("keeps an export for each request", async () => {
      const run = drawId();
      const requests: ExportRequest[] = [
        { format: "csv" },
        { format: "ndjson" },
        { format: "csv", status: "sent" },
        { format: "csv", code: "sent" },
        { format: "csv", status: "sent", code: "x" },
      ];
      for (const [i, request] of requests.entries()) await stored({ run, request, file: `file${i}` });
      for (const [i, request] of requests.entries()) expect((await store.find(run, request))?.file).toBe(`file${i}`);
    });

    it("writes on condition that nobody wrote since", async () => {
      const one = await stored({ upload: { id: "upload", receipts: ["a"] }, after: "5" });
      const mine = applyToExport(one, { rows: 1, upload: undefined, after: undefined });
      expect(await store.write(mine, one, GONE)).toBe(true);
      expect(await store.write(applyToExport(one, { rows: 2 }), one, GONE)).toBe(false);
      expect(await store.write(anExport({ run: one.run }), undefined, GONE)).toBe(false);
      expect(await store.find(one.run, one.request)).toEqual(mine);
    });

    it("lets exactly one of many rivals win", async () => {
      const one = await stored();
      const rivals = Array.from({ length: 8 }, (_, rows) => applyToExport(one, { rows }));
      const won = await Promise.all(rivals.map((rival) => store.write(rival, one, GONE)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.find(one.run, one.request)).toEqual(rivals[won.indexOf(true)]);
    });
  });
}
