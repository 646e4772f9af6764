import { type Item, N, S } from "../../lib/adapters/dynamo-attributes.ts";
import { ITEM_VERSION } from "../../lib/adapters/dynamo-item-version.ts";
import type { Row } from "../../lib/domain/batch-rows.ts";
import type { Callback } from "../../lib/domain/callback.ts";
import type { Client } from "../../lib/domain/client.ts";
import { EXPORT_TASK_VERSION } from "../../lib/domain/export-task.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { JobEvent } from "../../lib/domain/job-event.ts";
import type { ListImport, ListUpload } from "../../lib/domain/list-upload.ts";
import { NUDGE_VERSION } from "../../lib/domain/nudge.ts";
import type { OutcomeExport } from "../../lib/domain/outcome-export.ts";
import type { Ledger } from "../../lib/domain/quota/ledger.ts";
import { TASK_VERSION, type Task } from "../../lib/domain/task.ts";
import { NOW } from "../support/a-job.ts";

// One of each thing that is stored, with everything it may have: `Required` makes whoever adds an attribute add it here, so
// that it is shown to the versions before.

const EVENT: Required<JobEvent> = {
  ...{ type: "JobPaused", version: 3, atMs: NOW, reason: "its list is damaged", published: true, posted: true },
};
const CALLBACK: Required<Callback> = {
  ...{ url: "https://a.example/", state: "waiting", attempts: 2, sinceMs: NOW, nextAtMs: NOW + 1, lastStatus: 503 },
  ...{ lastError: "CallTimeout", last: EVENT },
};
const UPLOAD: Required<ListUpload> = { format: "csv", gzip: true, column: "UserId", maxBadLines: 5, maxReceivers: 100 };
const IMPORT: Required<ListImport> = {
  ...{
    etag: "etag",
    totalBytes: 1_000,
    bytes: 500,
    ids: 40,
    badLines: 2,
    described: 2,
    isRead: false,
    report: "reports/r",
  },
  place: { offset: 480, lines: 42, layout: { delimiter: ",", column: 1, columns: 3, isGuess: false } },
  segments: [{ id: "segment-0", count: 40 }],
};

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const LEFT_OUT = { list: { key: "lists/run1123456789abc", bytes: 80, sha256: "sha256" } };

export const JOB: Required<Job> = {
  ...{ id: "0123456789abcdefghijklmno", run: "run0123456789abc", version: 4, clientId: "shop", account: "account" },
  ...{ appId: 7, requestHash: "hash", lane: "bulk", delivery: "at-most-once", state: "running", receivers: 1_200 },
  ...{ duplicatesDropped: 1, batches: 3, batchSize: 497, estimatedSeconds: 9, createdAtMs: NOW, notBeforeMs: NOW + 1 },
  list: { key: "lists/run0123456789abc", bytes: 9_624, sha256: "sha256" },
  ...{
    expiresAtMs: NOW + 2,
    goneAtMs: NOW + 3,
    cursor: 2,
    servedAtMs: NOW,
    endsAtMs: NOW + 4,
    canceled: 3,
    dueAtMs: NOW + 5,
  },
  shares: [
    { id: "share-0", batches: [[0, 1]], queuedAtMs: NOW },
    { id: "share-1", batches: [[1, 2]] },
  ],
  history: [{ atMs: NOW, event: "create", by: "shop" }],
  source: { job: "1123456789abcdefghijklmno", run: "run1123456789abc", include: ["unknown"] },
  ...{
    label: "spring",
    tags: { campaign: "spring" },
    reason: "why",
    events: true,
    outbox: [EVENT],
    publishAtMs: NOW + 6,
  },
  ...{ upload: UPLOAD, import: IMPORT, heldAtMs: NOW + 7, callback: CALLBACK },
  ...{ excluded: 4, except: [{ ...LEFT_OUT, receivers: 9, batches: 1, batchSize: 500 }] },
  sendWindow: { from: "09:00", to: "21:00", timeZone: "Asia/Shanghai" },
  trace: TRACE,
  ...{ maxPerMinute: 600, pacedUntilMs: NOW + 8 },
  ...{ pauseAfterFailures: { percent: 5, of: 1_000 }, brakeBase: { failed: 1, counted: 20 } },
};

export const LEDGER = {
  entries: [
    { slotMs: NOW, count: 497 },
    { slotMs: NOW + 250, count: 1 },
  ],
  ...{ seenMs: NOW, pacedUntilMs: NOW + 1, lateness: 64 },
  hold: { why: "flow", sinceMs: NOW, untilMs: NOW + 1_000, backoffMs: 1_000, probing: true },
  lastHold: { fromMs: NOW - 2, toMs: NOW - 1 },
  shrunk: { sinceMs: NOW, capacity: 9_600 },
  open: { lastId: NOW + 1, calls: [{ id: NOW + 1, slotMs: NOW + 250, count: 1 }] },
  standing: {
    limits: { messages: 4_000, floor: 20 },
    pausedAtMs: NOW,
    lastPause: { fromMs: NOW - 9, toMs: NOW - 8 },
    before: { slotMs: NOW, windowMs: 60_000, callsWindowMs: 60_000 },
    last: { n: 3, atMs: NOW, by: "operator", event: "limits", limits: { messages: 4_000, perSecond: null } },
  },
} as const satisfies { [K in keyof Required<Ledger>]: NonNullable<Ledger[K]> };

export const EXPORT: Required<OutcomeExport> = {
  ...{
    run: JOB.run,
    request: { format: "csv", status: "failed", code: "FailedReceiver" },
    version: 2,
    file: "file0000",
  },
  ...{
    state: "running",
    requestedAtMs: NOW,
    jobVersion: 4,
    final: true,
    leaseUntilMs: NOW + 1,
    attempts: 1,
    restarts: 1,
  },
  ...{
    upload: { id: "upload", receipts: ["receipt"] },
    after: "5",
    complete: false,
    rows: 3,
    bytes: 90,
    doneAtMs: NOW,
  },
  reason: "why",
};

export const ROW = {
  version: 5,
  claim: { id: "claim", slotMs: NOW, untilMs: NOW + 15_000, count: 2, receivers: ["1", "2"] },
  results: [
    {
      ...{ atMs: NOW, requestId: "request", sent: { 3: "7467368000000002253" }, failed: { 4: "FailedReceiver" } },
      ...{ unknown: { 5: "NotInAnswer" }, refused: { 6: "FailedReceiver" }, unclear: { 7: "CallTimeout" } },
    },
  ],
  late: { 8: "7467368000000002254" },
} satisfies Required<Row>;

/** As the tallies write it, in parts. */
export const TALLY: Item = {
  ...{
    pk: S("RUN#run0123456789abc"),
    sk: S("TALLY#000000"),
    v: N(ITEM_VERSION),
    expiresAt: N(1),
    counted: { NS: ["0", "1"] },
  },
  ...{
    sent: N(900),
    failed: N(2),
    unknown: N(1),
    lateVersion: N(1),
    lateClaims: { SS: ["claim"] },
    late1: { M: { 9: N(7) } },
  },
};

const SHOP: Required<Client> = {
  ...{ id: "shop", scopes: ["send", "read", "control", "admin"], appIds: [7], senders: ["9007199254740993"] },
  ...{ maxReceivers: 5, requestsPerMinute: 6, callbackHosts: ["a.example"], callbackSecrets: ["whsec_test"] },
  keys: [{ sha256: "0".repeat(64), accessKeyId: "AKVtest", secretAccessKey: "secret", createdAtMs: NOW }],
};
export const CLIENTS: readonly Client[] = [SHOP];

export const RECEIVERS = BigUint64Array.of(1n, 2n, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n);

const TASK: Required<Task> = {
  ...{
    v: TASK_VERSION,
    job: JOB.id,
    run: JOB.run,
    share: "share0123456789a",
    batch: 1,
    receivers: "1,9223372036854775807",
    trace: TRACE,
  },
};
/** As they are sent, one of each kind. */
export const TASKS = {
  task: TASK,
  dispatch: { v: NUDGE_VERSION, account: "account", atMs: NOW },
  job: { v: NUDGE_VERSION, job: JOB.id },
  export: { v: EXPORT_TASK_VERSION, job: JOB.id, run: JOB.run, request: EXPORT.request, trace: TRACE },
};
