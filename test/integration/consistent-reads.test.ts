import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dynamoBatchRowStore } from "../../lib/adapters/dynamo-batch-row-store.ts";
import { dynamoDispatchLock } from "../../lib/adapters/dynamo-dispatch-lock.ts";
import { dynamoDueJobs } from "../../lib/adapters/dynamo-due-jobs.ts";
import { dynamoDueOutboxes } from "../../lib/adapters/dynamo-due-outboxes.ts";
import { dynamoExportStore } from "../../lib/adapters/dynamo-export-store.ts";
import { dynamoFailedBatches } from "../../lib/adapters/dynamo-failed-batches.ts";
import { dynamoJobIndex } from "../../lib/adapters/dynamo-job-index.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import type { DynamoTable } from "../../lib/adapters/dynamo-table.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import { dynamoTokenBucket } from "../../lib/adapters/dynamo-token-bucket.ts";
import { NO_ROW } from "../../lib/domain/batch-rows.ts";
import { aClaim, aKey, aResult } from "../contracts/batch-samples.ts";
import { aJob, NOW } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";
import { endAll } from "./loopback.ts";
import { type Recorded, recordingDynamo } from "./recording-dynamo.ts";

// No emulator serves stale copies, so a read that is only eventually consistent passes every other test. What is asked is
// looked at on the wire instead.

afterEach(endAll);

const RUN = "run00000";
const CSV = { format: "csv" } as const;
const TALLY = { run: RUN, tally: 0, goneAtMs: NOW };
const POLICY = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const rows = (on: DynamoTable) => dynamoBatchRowStore(on);
const bucket = (on: DynamoTable) => dynamoTokenBucket({ ...on, policy: POLICY, now: () => NOW, random: () => 0 });
const lock = (on: DynamoTable) => dynamoDispatchLock(on).take("account", { nowMs: NOW, leaseMs: 1, gapMs: 1 });
const LATE = { batch: 0, claimId: "claim000", messageIds: { "1": "901" }, corrected: 0 };

type Row = Readonly<{ who: string; reads: string; ask: (on: DynamoTable) => Promise<unknown> }>;

/** Every function of an adapter that reads items, also where it reads only because its write was refused. */
const READS: readonly Row[] = [
  { who: "jobs: find", reads: "GetItem", ask: (on) => dynamoJobStore(on).find("job") },
  { who: "jobs: create", reads: "GetItem", ask: (on) => dynamoJobStore(on).create(aJob(), NOW) },
  { who: "jobs: write", reads: "GetItem", ask: (on) => dynamoJobStore(on).write(aJob(), { state: "paused" }) },
  { who: "messages: read", reads: "GetItem", ask: (on) => dynamoMessageStore(on).read(RUN) },
  {
    who: "batches: look",
    reads: "BatchGetItem",
    ask: (on) => rows(on).look({ job: "job", run: RUN, first: "1", withMessage: true }),
  },
  {
    who: "batches: look, with an item of another table",
    reads: "BatchGetItem",
    ask: ({ client, table }) =>
      dynamoBatchRowStore({ client, table, companion: bucket({ client, table: "quota" }).companion("account") }).look({
        job: "job",
        run: RUN,
        first: "1",
        withMessage: false,
      }),
  },
  { who: "batches: read", reads: "BatchGetItem", ask: (on) => rows(on).read(RUN, ["1"]) },
  { who: "batches: claim", reads: "GetItem", ask: (on) => rows(on).claim(aKey(), NO_ROW, aClaim()) },
  { who: "batches: record", reads: "GetItem", ask: (on) => rows(on).record(aKey(), NO_ROW, "claim000", aResult()) },
  { who: "batches: append", reads: "GetItem", ask: (on) => rows(on).append(aKey(), NO_ROW, aResult()) },
  { who: "batches: late answers", reads: "GetItem", ask: (on) => rows(on).addLate(aKey(), {}) },
  { who: "tallies: read", reads: "BatchGetItem", ask: (on) => dynamoTallies(on).read(RUN, [0]) },
  { who: "tallies: all", reads: "Query", ask: (on) => dynamoTallies(on).all(RUN) },
  {
    who: "tallies: late answers",
    reads: "GetItem",
    ask: (on) => dynamoTallies(on).addLate(TALLY, { ...LATE, seen: { counted: false, lateVersion: 0 } }),
  },
  { who: "exports: find", reads: "GetItem", ask: (on) => dynamoExportStore(on).find(RUN, CSV) },
  { who: "exports: write", reads: "GetItem", ask: (on) => dynamoExportStore(on).write(anExport(), undefined, NOW) },
  {
    who: "quota: reserve",
    reads: "GetItem",
    ask: (on) => bucket(on).reserve("account", { count: 1, lane: "express", maxWaitMs: 0 }),
  },
  {
    who: "quota: a late call",
    reads: "GetItem",
    ask: (on) => bucket(on).moveLate("account", { slotMs: NOW - 5_000, count: 1, answeredAtMs: NOW }),
  },
  { who: "quota: an answered call", reads: "GetItem", ask: (on) => bucket(on).answered("account", 1) },
  { who: "quota: hold", reads: "GetItem", ask: (on) => bucket(on).hold("account", "flow") },
  { who: "quota: lift", reads: "GetItem", ask: (on) => bucket(on).lift("account") },
  { who: "quota: usage", reads: "GetItem", ask: (on) => bucket(on).usage("account") },
  { who: "quota: whether it is paused", reads: "GetItem", ask: (on) => bucket(on).isPaused("account") },
  { who: "quota: all of it", reads: "GetItem", ask: (on) => bucket(on).state("account") },
  {
    who: "quota: a change",
    reads: "GetItem",
    ask: (on) => bucket(on).change("account", { event: "pause", by: "ops" }),
  },
  { who: "quota: its changes", reads: "GetItem", ask: (on) => bucket(on).changes("account") },
  { who: "dispatch: its lock", reads: "GetItem", ask: lock },
];

/** Indexes trail: DynamoDB refuses a consistent read of one. */
const OF_INDEXES: readonly Row[] = [
  { who: "due jobs", reads: "Query", ask: (on) => dynamoDueJobs(on).due("bulk", NOW, 1) },
  { who: "due outboxes", reads: "Query", ask: (on) => dynamoDueOutboxes(on).due(NOW, 1) },
  {
    who: "a client's jobs",
    reads: "Query",
    ask: (on) => dynamoJobIndex({ ...on, now: () => NOW }).list({ clientId: "a", limit: 1 }),
  },
  { who: "failed batches", reads: "Query", ask: (on) => dynamoFailedBatches(on).list(RUN, { from: "1" }, 1) },
];

/** Everything that is asked of an empty table. What the function makes of it is not what is tested here. */
async function recordOf({ ask }: Row): Promise<readonly Recorded[]> {
  const { client, recorded } = await recordingDynamo();
  await ask({ client, table: "results" }).catch(() => {});
  client.destroy();
  return recorded.filter(({ operation }) => /^(Get|BatchGet|Query|Scan)/.test(operation));
}

const isConsistent = ({ operation, body }: Recorded): boolean =>
  (operation === "BatchGetItem" ? Object.values(body["RequestItems"] ?? {}) : [body]).every(
    (part: { ConsistentRead?: unknown }) => part.ConsistentRead === true,
  );

describe("a read that a decision rests on is strongly consistent", () => {
  it.each(READS)("$who", async (row) => {
    const reads = await recordOf(row);
    expect(reads.map(({ operation }) => operation)).toContain(row.reads);
    expect(reads.filter((read) => !isConsistent(read))).toEqual([]);
  });

  it.each(OF_INDEXES)("$who are read by an index, which cannot be", async (row) => {
    const reads = await recordOf(row);
    expect(reads).not.toEqual([]);
    expect(reads.filter(({ body }) => body["IndexName"] === undefined || body["ConsistentRead"] === true)).toEqual([]);
  });

  it("no adapter reads but those", () => {
    const root = join(import.meta.dirname, "../..");
    const reading = globSync("{lib,functions}/**/*.ts", { cwd: root }).filter((file) =>
      /new (GetItem|BatchGetItem|TransactGetItems|Query|Scan|ExecuteStatement)Command/.test(
        readFileSync(join(root, file), "utf8"),
      ),
    );
    expect(reading.map((file) => file.replace(/^lib\/adapters\/dynamo-|\.ts$/g, "")).sort()).toEqual([
      "batch-row-store",
      "due-index",
      "export-store",
      "get-items",
      "job-index",
      "job-store",
      "ledgers",
      "message-store",
      "query-items",
      "quota-changes",
      "update-if",
    ]);
  });
});
