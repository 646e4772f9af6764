import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { importScratchOn } from "../lib/adapters/import-scratch-on.ts";
import { memoryNudges } from "../lib/adapters/memory-nudges.ts";
import { memoryReportFiles } from "../lib/adapters/memory-report-files.ts";
import { memoryResults } from "../lib/adapters/memory-results.ts";
import { receiverListsOn } from "../lib/adapters/receiver-lists-on.ts";
import type { Job } from "../lib/domain/job.ts";
import { makeImportList } from "../lib/use-cases/import-list.ts";
import { fileObjects, fileUpload } from "./upload-files.ts";

// A fresh process that makes the list of one file. Prints its seconds, its peak of memory in MB, and what came of it.
const [work = "", file = "", folder = ""] = process.argv.slice(2);

const start = performance.now();
const result = work === "import" ? await importFile() : bare();
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, peakMB: process.resourceUsage().maxRSS / 1024, ...result }));

/** The real use case, on files in place of a bucket. */
async function importFile() {
  const now = () => Date.now();
  const { table, ...results } = memoryResults(now);
  const objects = fileObjects(folder);
  let drawn = 0;
  const importList = makeImportList({
    ...results,
    lists: receiverListsOn(objects),
    scratch: importScratchOn(objects),
    uploads: fileUpload(file),
    reports: memoryReportFiles(),
    collectFailed: { pages: () => Promise.reject(new Error("this is no retry")) as never },
    nudges: memoryNudges(now, 60_000),
    clock: { now, sleep: async () => {} },
    drawId: () => `drawn${++drawn}`,
    settings: {
      maxBatch: 500,
      cutOf: () => ({ bulkBatchSize: 497, quota: { messages: 12_000, windowMs: 60_000, marginMs: 300 } }),
    },
  });
  table.jobs.set("job", aJob(now()));
  table.messages.set("run", { message: { AppId: 1, Sender: "1", MsgType: 1, Content: "hello" } });
  await importList({ job: "job", run: "run" }, now() + 900_000);
  const job = table.jobs.get("job");
  return { state: job?.state, receivers: job?.receivers, sha256: job?.list?.sha256, key: job?.list?.key };
}

/** The least code that reads the same file and sorts it. */
function bare() {
  const ids = BigUint64Array.from(readFileSync(file, "latin1").split("\n").slice(1, -1), BigInt).sort();
  return { receivers: ids.length, sha256: createHash("sha256").update(ids).digest("base64") };
}

function aJob(nowMs: number): Job {
  return {
    ...{ id: "job", run: "run", version: 1, clientId: "client", account: "account", appId: 1, requestHash: "" },
    ...{ lane: "bulk", delivery: "at-most-once", state: "awaiting-list", receivers: 0, duplicatesDropped: 0 },
    ...{ batches: 0, batchSize: 497, estimatedSeconds: 1, createdAtMs: nowMs, expiresAtMs: nowMs + 1e9 },
    ...{ goneAtMs: nowMs + 2e9, cursor: 0, shares: [], servedAtMs: 0, dueAtMs: nowMs + 1e9, history: [] },
    upload: { format: "csv", gzip: false, maxBadLines: 0 },
  };
}
