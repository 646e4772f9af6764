import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Item } from "../lib/adapters/dynamo-attributes.ts";
import { CALLBACK_STATES } from "../lib/domain/callback.ts";
import { DELIVERIES, LANES } from "../lib/domain/job.ts";
import { JOB_EVENT_TYPES } from "../lib/domain/job-event.ts";
import { JOB_STATES } from "../lib/domain/job-state.ts";
import { EXPORT_FORMATS, EXPORT_STATES } from "../lib/domain/outcome-export.ts";
import { HOLD_REASONS } from "../lib/domain/quota/ledger.ts";
import * as now from "./recorded/forms.ts";
import { CLIENTS, EXPORT, JOB, LEDGER, RECEIVERS, ROW, TALLY, TASKS } from "./recorded/samples.ts";
import type { UnderWay } from "./recorded/under-way.ts";
import { withBytes } from "./support/put-back.ts";

// What the versions before stored is read by this one, and what this one stores is read by them: while a stage is upgraded
// both run on the same items, messages and lists. What a change of a stored form has to do is in docs/UPGRADES.md.

type Forms = typeof now;

const folder = join(import.meta.dirname, "recorded");
const versions = await Promise.all(
  globSync("*/forms.mjs", { cwd: folder }).map(async (file) => {
    const name = file.split("/")[0] ?? "";
    const before = (await import(join(folder, file))) as Forms;
    const underWay = JSON.parse(readFileSync(join(folder, name, "under-way.json"), "utf8")) as UnderWay;
    return { name, before, underWay };
  }),
);

/** Both sides of an upgrade: who writes, who reads. */
const sidesOf = (before: Forms) => [
  { sides: "from it by this one", write: before, read: now },
  { sides: "from this one by it", write: now, read: before },
];

it("an item of a later form than this version knows is not read: a worker of the later version takes it", () => {
  const later = { v: { N: "2" } };
  const readers = [now.fromJobItem, now.fromRowItem, now.fromTallyItem, now.fromMessageItem, now.fromQuotaItem];
  for (const read of readers) expect(() => read(later)).toThrow("v is 2: a later version of Volley wrote this item");
  expect(() => now.fromExportItem("run", later)).toThrow("later version");
});

it("there is a version before", () => expect(versions).not.toEqual([]));

describe.each(versions)("stored by or for version $name", ({ before, underWay }) => {
  describe.each(sidesOf(before))("is read $sides", ({ write, read }) => {
    it("a job, with everything that it may have", () => {
      const item = write.toJobItem(JOB, "token");
      expect(JOB).toMatchObject(read.fromJobItem(item));
      expect(JOB).toMatchObject(read.fromJobSummary(item));
      expect(write.fromJobItem(item)).toMatchObject(read.fromJobItem(item)); // a reader takes what it knows, as it was written
    });

    it.each([
      ...JOB_STATES.map((state) => ({ word: state, parts: { state } })),
      ...LANES.map((lane) => ({ word: lane, parts: { lane } })),
      ...DELIVERIES.map((delivery) => ({ word: delivery, parts: { delivery } })),
      ...JOB_EVENT_TYPES.map((type) => ({ word: type, parts: { outbox: [{ type, version: 1, atMs: 1 }] } })),
      ...CALLBACK_STATES.map((state) => ({
        word: `callback ${state}`,
        parts: { callback: { url: "https://a.example", state, attempts: 1, sinceMs: 1 } },
      })),
    ])("a job's word $word", ({ parts }) => {
      expect(read.fromJobItem(write.toJobItem({ ...JOB, ...parts }, "token"))).toMatchObject(parts);
    });

    it.each(HOLD_REASONS)("a quota that is held: %s", (why) => {
      const ledger = { ...LEDGER, hold: { ...LEDGER.hold, why } };
      const found = read.fromQuotaItem(write.toQuotaItem("account", { version: 7, ledger }));
      expect({ version: 7, ledger }).toMatchObject(found);
      expect(found.ledger.entries).toEqual(LEDGER.entries);
    });

    it.each(EXPORT_STATES.flatMap((state) => EXPORT_FORMATS.map((format) => ({ state, format }))))(
      "an export: $state, $format",
      ({ state, format }) => {
        const one = { ...EXPORT, state, request: { ...EXPORT.request, format } };
        expect(read.fromExportItem(one.run, write.toExportItem(one))).toEqual(one);
      },
    );

    it("a batch row with a claim and results", () => {
      const [result] = ROW.results;
      const item: Item = {
        version: { N: String(ROW.version) },
        claim: { M: write.toClaimMap(ROW.claim) },
        result1: { M: result ? write.toResultMap(result) : {} },
        late: { M: write.toPartMap("sent", ROW.late) },
      };
      expect(read.fromRowItem(item)).toEqual(ROW);
    });

    it("a tally with late answers", () => {
      expect(read.fromTallyItem(TALLY)).toEqual(write.fromTallyItem(TALLY));
      expect(read.fromTallyItem(TALLY)).toMatchObject({ counts: { sent: 900 }, lateVersion: 1 });
    });

    it("the list of clients", () => {
      expect(CLIENTS).toMatchObject(read.readClients(write.writeClients(CLIENTS), "test"));
    });

    it("a receiver list", () => {
      const list = write.encodeList(RECEIVERS, 2);
      expect([...read.decodeIds(list)]).toEqual([...write.decodeIds(list)]);
      expect([...read.decodeIds(list)].slice(0, RECEIVERS.length)).toEqual([...RECEIVERS]);
    });
  });

  it("messages of every queue, as this version sends them", () => {
    expect(TASKS.task).toMatchObject(before.readTask(JSON.stringify(TASKS.task)));
    expect(TASKS.dispatch).toMatchObject(before.readDispatchNudge(JSON.stringify(TASKS.dispatch)));
    expect(before.readPublishNudge(JSON.stringify(TASKS.job))).toBe(TASKS.job.job);
    expect(before.readImport(JSON.stringify(TASKS.job))).toEqual([{ job: TASKS.job.job }]);
    expect(TASKS.export).toMatchObject(before.readExportTask(JSON.stringify(TASKS.export)));
  });

  describe("while jobs of every kind were under way", () => {
    const items = underWay.results as readonly Item[];
    const under = (prefix: string) => items.filter(({ sk }) => sk?.S?.startsWith(prefix));

    it.each([
      { prefix: "JOB", read: (of: Forms, item: Item) => of.fromJobItem(item) },
      { prefix: "BATCH#", read: (of: Forms, item: Item) => of.fromRowItem(item) },
      { prefix: "RETRY#", read: (of: Forms, item: Item) => of.fromRowItem(item) },
      { prefix: "EXPORT#", read: (of: Forms, item: Item) => of.fromExportItem("run", item) },
    ])("its items $prefix… mean the same to this version", ({ prefix, read }) => {
      expect(under(prefix)).not.toEqual([]);
      for (const item of under(prefix)) expect(read(now, item)).toEqual(read(before, item));
    });

    it("its messages and its quota mean the same to this version", () => {
      const messages = under("MESSAGE").map(withBytes);
      for (const item of messages) expect(now.fromMessageItem(item)).toEqual(before.fromMessageItem(item));
      const quota = (underWay.quota as readonly Item[]).filter(({ pk }) => pk?.S?.startsWith("QUOTA#"));
      expect(quota).toHaveLength(1);
      for (const item of quota) expect(now.fromQuotaItem(item)).toEqual(before.fromQuotaItem(item));
    });

    it("its tasks are read by this version", () => {
      const tasks = ["express", "bulk"].flatMap((queue) => underWay.queues[queue] ?? []);
      expect(tasks.length).toBeGreaterThan(2);
      for (const body of tasks) expect(now.readTask(body)).toEqual(before.readTask(body));
    });

    it("its lists are read by this version", () => {
      const lists = Object.entries(underWay.objects).filter(([key]) => key.startsWith("lists/"));
      expect(lists).not.toEqual([]);
      for (const [, text] of lists) {
        const bytes = Buffer.from(text, "base64");
        expect(now.decodeIds(bytes)).toEqual(before.decodeIds(bytes));
      }
    });
  });
});
