import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeResult, WORKER_LOST } from "../../lib/domain/attempt-result.ts";
import { NO_ROW, NO_ROWS, type RowName } from "../../lib/domain/batch-rows.ts";
import type { BatchRowStore, RowKey } from "../../lib/ports/batch-row-store.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import type { MessageStore, StoredMessage } from "../../lib/ports/message-store.ts";
import { aJob, NOW } from "../support/a-job.ts";
import { aClaim, aKey, aResult, claimRow, rowAt } from "./batch-samples.ts";

export type RowPorts = Readonly<{ rows: BatchRowStore; jobs: JobStore; messages: MessageStore }>;

const LOST = makeResult({ atMs: NOW, unknown: { "1": WORKER_LOST, "2": WORKER_LOST, "3": WORKER_LOST } });

/** Every BatchRowStore passes this one suite. */
export function batchRowStoreContract(name: string, make: () => RowPorts): void {
  let { rows, jobs, messages } = {} as RowPorts;
  let key: RowKey = aKey();
  const at = () => rowAt(rows, key);

  describe(`${name} honours BatchRowStore`, () => {
    beforeAll(() => {
      ({ rows, jobs, messages } = make());
    });
    beforeEach(() => {
      key = aKey();
    });

    describe("look", () => {
      const message: StoredMessage = {
        message: { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" },
        receivers: "1,2,9223372036854775807",
      };

      it("finds a job, both rows and the message", async () => {
        const job = aJob();
        await jobs.create(job, NOW);
        await messages.write(job.run, message, job.goneAtMs);
        const [batch, retry] = (["batch", "retry"] as const).map((on) => aKey({ run: job.run, on }));
        if (!batch || !retry) return;
        await rows.append(batch, NO_ROW, aResult());
        const claim = aClaim({ count: 2, receivers: ["2", "3"] });
        await rows.claim(retry, NO_ROW, claim);
        const want = {
          job,
          rows: {
            batch: { version: 1, results: [aResult()], late: {} },
            retry: { version: 1, claim, results: [], late: {} },
          },
        };
        const asked = { job: job.id, run: job.run, first: "1" };
        expect(await rows.look({ ...asked, withMessage: true })).toEqual({ ...want, message });
        expect(await rows.look({ ...asked, withMessage: false })).toEqual(want);
      });

      it("finds nothing where there is nothing", async () => {
        const asked = { job: key.run, run: key.run, first: "1", withMessage: true };
        expect(await rows.look(asked)).toEqual({ rows: NO_ROWS });
      });
    });

    describe("read", () => {
      it("keeps the order of what was asked for, in more than one call", async () => {
        const firsts = Array.from({ length: 130 }, (_, i) => String(1 + 7 * i)).reverse();
        const written = firsts.filter((_, i) => i % 10 === 0);
        await Promise.all(
          written.map((first) => rows.append({ ...key, first }, NO_ROW, aResult({ sent: { [first]: first } }))),
        );
        const found = await rows.read(key.run, firsts);
        expect(found.map(({ batch }) => Object.keys(batch.results[0]?.sent ?? {})[0])).toEqual(
          firsts.map((first, i) => (i % 10 === 0 ? first : undefined)),
        );
        expect(found[1]).toEqual(NO_ROWS);
        expect(await rows.read(key.run, [])).toEqual([]);
      });

      it("keeps rows, batches and runs apart", async () => {
        await rows.append(key, NO_ROW, aResult());
        await rows.append({ ...key, on: "retry" }, NO_ROW, LOST);
        const [one, other] = await rows.read(key.run, ["1", "11"]);
        expect(one).toMatchObject({ batch: { results: [aResult()] }, retry: { results: [LOST] } });
        expect(other).toEqual(NO_ROWS);
        expect(await rows.read(aKey().run, ["1"])).toEqual([NO_ROWS]);
      });
    });

    describe.each<{ on: RowName }>([{ on: "batch" }, { on: "retry" }])("claim, record and release on $on", ({ on }) => {
      beforeEach(() => {
        key = aKey({ on });
      });

      it("claims: what was claimed is what the next one reads", async () => {
        const claim = aClaim(on === "retry" ? { receivers: ["1", "2", "9223372036854775807"] } : {});
        expect(await rows.claim(key, NO_ROW, claim)).toBe(true);
        expect(await at()).toEqual({ version: 1, claim, results: [], late: {} });
      });

      it("lets exactly one of many rivals claim", async () => {
        const claims = Array.from({ length: 12 }, () => aClaim());
        const won = await Promise.all(claims.map((claim) => rows.claim(key, NO_ROW, claim)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await at()).claim).toEqual(claims[won.indexOf(true)]);
      });

      it("takes a repetition of one's own claim for won", async () => {
        const claim = aClaim();
        await rows.claim(key, NO_ROW, claim);
        expect(await rows.claim(key, NO_ROW, claim)).toBe(true);
        expect(await at()).toMatchObject({ version: 1, claim });
      });

      it("records: the result stands, the claim is gone", async () => {
        const claim = aClaim();
        const row = await claimRow(rows, key, claim);
        expect(await rows.record(key, row, claim.id, aResult())).toBe(true);
        expect(await at()).toEqual({ version: 2, results: [aResult()], late: {} });
      });

      it("records once, however often the write is repeated, also after later ones", async () => {
        const claim = aClaim();
        const row = await claimRow(rows, key, claim);
        await rows.record(key, row, claim.id, aResult());
        expect(await rows.record(key, row, claim.id, aResult())).toBe(true);
        expect((await at()).results).toEqual([aResult()]);
        await rows.append(key, await at(), LOST);
        expect(await rows.record(key, row, claim.id, aResult())).toBe(true);
        expect(await at()).toMatchObject({ version: 3, results: [aResult(), LOST] });
      });

      it("does not record what somebody resolved meanwhile", async () => {
        const claim = aClaim();
        const row = await claimRow(rows, key, claim);
        expect(await rows.record(key, row, claim.id, LOST)).toBe(true);
        expect(await rows.record(key, row, claim.id, aResult())).toBe(false);
        expect(await at()).toEqual({ version: 2, results: [LOST], late: {} });
      });

      it("does not record under another claim", async () => {
        const row = await claimRow(rows, key, aClaim());
        expect(await rows.record(key, row, "somebody", aResult())).toBe(false);
        expect(await at()).toEqual(row);
        expect(await rows.record({ ...key, first: "2" }, NO_ROW, "somebody", aResult())).toBe(false);
      });

      it("lets one of a worker and those who resolve its claim win", async () => {
        const claim = aClaim();
        const row = await claimRow(rows, key, claim);
        const results = Array.from({ length: 8 }, (_, i) => aResult({ atMs: NOW + i }));
        const won = await Promise.all(results.map((result) => rows.record(key, row, claim.id, result)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await at()).results).toEqual([results[won.indexOf(true)]]);
      });

      it("releases: whoever reads again may claim, whoever read before may not", async () => {
        const claim = aClaim();
        await rows.claim(key, NO_ROW, claim);
        await rows.release(key, NO_ROW, claim.id);
        expect(await at()).toEqual({ version: 2, results: [], late: {} });
        expect(await rows.claim(key, NO_ROW, aClaim())).toBe(false);
        expect(await rows.claim(key, { ...NO_ROW, version: 1 }, aClaim())).toBe(false);
        expect(await rows.claim(key, await at(), aClaim())).toBe(true);
      });

      it.each([
        { when: "on a row that nobody wrote", writes: 0 },
        { when: "on a row that was written before", writes: 2 },
      ])("a release that overtakes its claim keeps it out $when", async ({ writes }) => {
        for (let i = 0; i < writes; i++) await rows.append(key, await at(), aResult({ atMs: NOW + i }));
        const row = await at();
        const claim = aClaim();
        await rows.release(key, row, claim.id);
        expect(await at()).toEqual({ ...row, version: writes + 1 });
        expect(await rows.claim(key, row, claim)).toBe(false);
        expect(await at()).toEqual({ ...row, version: writes + 1 });
      });

      it("a release leaves what others wrote meanwhile alone", async () => {
        const claim = aClaim();
        await rows.claim(key, NO_ROW, claim);
        await rows.release(key, NO_ROW, claim.id);
        const other = await claimRow(rows, key, aClaim());
        await rows.release(key, NO_ROW, claim.id);
        expect(await at()).toEqual(other);
      });
    });
  });
}
