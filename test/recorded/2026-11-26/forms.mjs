// @ts-nocheck
// Made by test/recorded/record.ts of the code as it was in 2026-11-26. Not to be changed.

// lib/adapters/clients-json.ts
import * as v from "valibot";

// lib/domain/errors.ts
var AppError = class extends Error {
};
var BadConfig = class extends AppError {
  name = "BadConfig";
  // a literal: minifiers rewrite constructor.name
  code = "BAD_CONFIG";
};

// lib/domain/job.ts
var LANES = ["express", "bulk"];
var DELIVERIES = ["at-most-once", "at-least-once"];

// lib/domain/caller.ts
var SCOPES = ["send", "read", "control", "admin"];

// lib/domain/client.ts
var NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
var PRINCIPAL = /^\d{12}:[\w+=,.@/-]{1,500}$/;
var isClientId = (text2) => NAME.test(text2) || PRINCIPAL.test(text2);

// lib/adapters/clients-json.ts
var VERSION = 1;
var text = v.pipe(v.string(), v.minLength(1));
var count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
var client = v.strictObject({
  id: v.pipe(v.string(), v.check(isClientId)),
  scopes: v.array(v.picklist(SCOPES)),
  appIds: v.exactOptional(v.array(count)),
  senders: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,18}$/)))),
  maxReceivers: v.exactOptional(count),
  requestsPerMinute: v.exactOptional(count),
  callbackHosts: v.exactOptional(v.array(text)),
  callbackSecrets: v.exactOptional(v.array(v.pipe(v.string(), v.startsWith("whsec_")))),
  keys: v.array(
    v.strictObject({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      accessKeyId: text,
      secretAccessKey: text,
      createdAtMs: v.pipe(v.number(), v.safeInteger())
    })
  )
});
var schema = v.strictObject({ v: v.literal(VERSION), clients: v.array(client) });
function readClients(json, where) {
  const parsed = v.safeParse(schema, parse(json, where));
  if (parsed.success) return parsed.output.clients;
  const places = new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? "the whole"));
  throw new BadConfig(`the list of clients in ${where} is wrong at ${[...places].join(", ")}`);
}
var writeClients = (clients) => `${JSON.stringify({ v: VERSION, clients }, void 0, 2)}
`;
function parse(json, where) {
  try {
    return JSON.parse(json);
  } catch {
    throw new BadConfig(`the list of clients in ${where} is not JSON`);
  }
}

// lib/domain/attempt-result.ts
var PARTS = ["sent", "failed", "unknown", "refused", "unclear"];
var isEmpty = (part) => {
  for (const _ in part) return false;
  return true;
};

// lib/domain/batch-rows.ts
var NO_ROW = { version: 0, results: [], late: {} };

// lib/adapters/dynamo-attributes.ts
var S = (value) => ({ S: value });
var N = (value) => ({ N: String(value) });
function textOf(item, name) {
  const value = item[name]?.S;
  if (value === void 0) throw new TypeError(`${name} is not a string`);
  return value;
}
function numberOf(item, name) {
  const value = Number(item[name]?.N);
  if (!Number.isSafeInteger(value)) throw new TypeError(`${name} is not a whole number`);
  return value;
}
var digitsOf = (item, name) => item[name]?.N ?? "";
function optional(item, name, read) {
  return item[name] === void 0 ? void 0 : read(item, name);
}
function oneOf(item, name, allowed) {
  const text2 = textOf(item, name);
  const found = allowed.find((value) => value === text2);
  if (found === void 0) throw new TypeError(`${name} is ${text2}`);
  return found;
}
function mapOf(item, name) {
  const map = item[name]?.M;
  if (map === void 0) throw new TypeError(`${name} is not a map`);
  return map;
}
function listOf(item, name) {
  const list = item[name]?.L;
  if (list === void 0) throw new TypeError(`${name} is not a list`);
  return list.map((entry) => mapOf({ entry }, "entry"));
}
var mapEach = (map, each) => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, each(value)]));

// lib/adapters/dynamo-run-key.ts
var expiresAt = (goneAtMs) => N(Math.ceil(goneAtMs / 1e3));

// lib/adapters/dynamo-batch-item.ts
function fromRowItem(item) {
  if (item === void 0) return NO_ROW;
  const claim = item["claim"]?.M;
  return {
    version: numberOf(item, "version"),
    ...claim && { claim: fromClaimMap(claim) },
    results: resultsIn(item),
    late: fromPartMap(item["late"]?.M)
  };
}
var toClaimMap = ({ id, slotMs, untilMs, count: count2, receivers }) => ({
  id: S(id),
  slot: N(slotMs),
  until: N(untilMs),
  count: N(count2),
  ...receivers && { receivers: S(receivers.join()) }
});
function fromClaimMap(map) {
  const receivers = optional(map, "receivers", textOf);
  return {
    id: textOf(map, "id"),
    slotMs: numberOf(map, "slot"),
    untilMs: numberOf(map, "until"),
    count: numberOf(map, "count"),
    ...receivers !== void 0 && { receivers: receivers.split(",") }
  };
}
var resultName = (index) => `result${index + 1}`;
function resultsIn(item) {
  const results = [];
  for (let map = item[resultName(0)]?.M; map; map = item[resultName(results.length)]?.M) {
    results.push(fromResultMap(map));
  }
  return results;
}
function toResultMap(result) {
  const map = { at: N(result.atMs) };
  if (result.requestId !== void 0) map["requestId"] = S(result.requestId);
  for (const part of PARTS) if (!isEmpty(result[part])) map[part] = { M: toPartMap(part, result[part]) };
  return map;
}
function fromResultMap(map) {
  const requestId = optional(map, "requestId", textOf);
  return {
    atMs: numberOf(map, "at"),
    ...requestId !== void 0 && { requestId },
    sent: fromPartMap(map["sent"]?.M),
    failed: fromPartMap(map["failed"]?.M),
    unknown: fromPartMap(map["unknown"]?.M),
    refused: fromPartMap(map["refused"]?.M),
    unclear: fromPartMap(map["unclear"]?.M)
  };
}
function toPartMap(name, part) {
  const write = name === "sent" ? N : S;
  const map = {};
  for (const id in part) map[id] = write(part[id] ?? "");
  return map;
}
function fromPartMap(map = {}) {
  const part = {};
  for (const id in map) part[id] = map[id]?.N ?? map[id]?.S ?? "";
  return part;
}

// lib/domain/outcome.ts
var STATUSES = ["pending", "sent", "failed", "unknown", "canceled"];
var NO_COUNTS = { sent: 0, failed: 0, unknown: 0 };

// lib/domain/job-state.ts
var MEANING = {
  "awaiting-list": { sends: false, ended: false, implies: "pending" },
  importing: { sends: false, ended: false, implies: "pending" },
  scheduled: { sends: false, ended: false, implies: "pending" },
  running: { sends: true, ended: false, implies: "pending" },
  paused: { sends: false, ended: false, implies: "pending" },
  canceling: { sends: false, ended: false, implies: "pending" },
  expiring: { sends: false, ended: false, implies: "pending" },
  done: { sends: false, ended: true, implies: "canceled" },
  canceled: { sends: false, ended: true, implies: "canceled" },
  expired: { sends: false, ended: true, implies: "canceled" },
  rejected: { sends: false, ended: true, implies: "canceled" }
};
var JOB_STATES = Object.keys(MEANING);

// lib/domain/outcome-export.ts
var EXPORT_FORMATS = ["csv", "ndjson"];
var SETTLES_MS = 15 * 6e4;

// lib/adapters/dynamo-export-item.ts
var STATES = ["running", "done", "failed"];
var toExportItem = (one) => ({
  ...toRequest(one.request),
  version: N(one.version),
  file: S(one.file),
  state: S(one.state),
  requestedAt: N(one.requestedAtMs),
  jobVersion: N(one.jobVersion),
  final: { BOOL: one.final },
  leaseUntil: N(one.leaseUntilMs),
  attempts: N(one.attempts),
  restarts: N(one.restarts),
  complete: { BOOL: one.complete },
  rows: N(one.rows),
  bytes: N(one.bytes),
  ...one.upload && { upload: S(one.upload.id), receipts: { L: one.upload.receipts.map(S) } },
  ...one.after !== void 0 && { after: S(one.after) },
  ...one.doneAtMs !== void 0 && { doneAt: N(one.doneAtMs) },
  ...one.reason !== void 0 && { reason: S(one.reason) }
});
var toRequest = ({ format, status, code }) => ({
  format: S(format),
  ...status !== void 0 && { status: S(status) },
  ...code !== void 0 && { code: S(code) }
});
function fromExportItem(run, item) {
  const upload = fromUpload(item);
  const after = optional(item, "after", textOf);
  const doneAtMs = optional(item, "doneAt", numberOf);
  const reason = optional(item, "reason", textOf);
  return {
    run,
    request: fromRequest(item),
    version: numberOf(item, "version"),
    file: textOf(item, "file"),
    state: oneOf2(item, "state", STATES),
    requestedAtMs: numberOf(item, "requestedAt"),
    jobVersion: numberOf(item, "jobVersion"),
    final: item["final"]?.BOOL === true,
    leaseUntilMs: numberOf(item, "leaseUntil"),
    attempts: numberOf(item, "attempts"),
    restarts: numberOf(item, "restarts"),
    complete: item["complete"]?.BOOL === true,
    rows: numberOf(item, "rows"),
    bytes: numberOf(item, "bytes"),
    ...upload && { upload },
    ...after !== void 0 && { after },
    ...doneAtMs !== void 0 && { doneAtMs },
    ...reason !== void 0 && { reason }
  };
}
function fromRequest(item) {
  const status = optional(item, "status", (from, name) => oneOf2(from, name, STATUSES));
  const code = optional(item, "code", textOf);
  return {
    format: oneOf2(item, "format", EXPORT_FORMATS),
    ...status && { status },
    ...code !== void 0 && { code }
  };
}
function fromUpload(item) {
  const id = optional(item, "upload", textOf);
  return id === void 0 ? void 0 : { id, receipts: (item["receipts"]?.L ?? []).map((r) => textOf({ r }, "r")) };
}
function oneOf2(item, name, allowed) {
  const text2 = textOf(item, name);
  const found = allowed.find((one) => one === text2);
  if (found === void 0) throw new TypeError(`${name} is ${text2}`);
  return found;
}

// lib/domain/place-in-list.ts
var placeInList = ({ createdAtMs, id }) => `${new Date(createdAtMs).toISOString()}#${id}`;

// list-reader/list-file.ts
var LIST_FORMATS = ["csv", "ndjson", "txt"];
var MAX_LINE_BYTES = 64 * 1024;

// lib/adapters/dynamo-import-item.ts
var toUploadMap = ({ format, gzip, column, maxBadLines, maxReceivers }) => ({
  format: S(format),
  gzip: { BOOL: gzip },
  ...column !== void 0 && { column: typeof column === "number" ? N(column) : S(column) },
  maxBadLines: N(maxBadLines),
  ...maxReceivers !== void 0 && { maxReceivers: N(maxReceivers) }
});
function toUpload(item, name) {
  const map = mapIn(item, name);
  const format = LIST_FORMATS.find((one) => one === map["format"]?.S);
  const gzip = map["gzip"]?.BOOL;
  if (format === void 0 || gzip === void 0) throw new TypeError("format or gzip of an upload is something else");
  const column = optional(map, "column", (of, key) => of[key]?.S ?? numberOf(of, key));
  const maxReceivers = optional(map, "maxReceivers", numberOf);
  return {
    ...{ format, gzip, maxBadLines: numberOf(map, "maxBadLines") },
    ...column !== void 0 && { column },
    ...maxReceivers !== void 0 && { maxReceivers }
  };
}
var toImportMap = ({ etag, totalBytes, place, segments, isRead, report, ...counts }) => ({
  ...etag !== void 0 && { etag: S(etag) },
  ...totalBytes !== void 0 && { totalBytes: N(totalBytes) },
  bytes: N(counts.bytes),
  place: { M: toPlaceMap(place) },
  ids: N(counts.ids),
  badLines: N(counts.badLines),
  described: N(counts.described),
  segments: { L: segments.map(({ id, count: count2 }) => ({ M: { id: S(id), count: N(count2) } })) },
  isRead: { BOOL: isRead },
  ...report !== void 0 && { report: S(report) }
});
function toImport(item, name) {
  const map = mapIn(item, name);
  const etag = optional(map, "etag", textOf);
  const totalBytes = optional(map, "totalBytes", numberOf);
  const report = optional(map, "report", textOf);
  const segments = (map["segments"]?.L ?? []).map((segment) => {
    const entry = mapIn({ segment }, "segment");
    return { id: textOf(entry, "id"), count: numberOf(entry, "count") };
  });
  return {
    ...etag !== void 0 && { etag },
    ...totalBytes !== void 0 && { totalBytes },
    ...{ bytes: numberOf(map, "bytes"), place: toPlace(map), ids: numberOf(map, "ids") },
    ...{ badLines: numberOf(map, "badLines"), described: numberOf(map, "described") },
    ...{ segments, isRead: map["isRead"]?.BOOL === true },
    ...report !== void 0 && { report }
  };
}
var toPlaceMap = ({ offset, lines, layout }) => ({
  offset: N(offset),
  lines: N(lines),
  ...layout && {
    delimiter: S(layout.delimiter),
    column: N(layout.column),
    columns: N(layout.columns),
    isGuess: { BOOL: layout.isGuess }
  }
});
function toPlace(item) {
  const map = mapIn(item, "place");
  const place = { offset: numberOf(map, "offset"), lines: numberOf(map, "lines") };
  const delimiter = optional(map, "delimiter", textOf);
  if (delimiter === void 0) return place;
  const isGuess = map["isGuess"]?.BOOL === true;
  return {
    ...place,
    layout: { delimiter, column: numberOf(map, "column"), columns: numberOf(map, "columns"), isGuess }
  };
}
function mapIn(item, name) {
  const map = item[name]?.M;
  if (map === void 0) throw new TypeError(`${name} is not a map`);
  return map;
}

// lib/domain/callback.ts
var CALLBACK_STATES = ["waiting", "delivered", "failed", "ended"];

// lib/domain/job-event.ts
var STATUS = {
  JobStarted: "running",
  JobHeld: "running",
  JobPaused: "paused",
  JobCompleted: "done",
  JobCanceled: "canceled",
  JobExpired: "expired",
  JobRejected: "rejected"
};
var JOB_EVENT_TYPES = Object.keys(STATUS);

// lib/adapters/dynamo-outbox-item.ts
var TRUE = { BOOL: true };
function toToldAttributes({ events, outbox, publishAtMs, heldAtMs, callback }, pk) {
  return {
    ...events && { events: TRUE },
    ...outbox && { outbox: { L: outbox.map((event) => ({ M: toEventMap(event) })) } },
    ...publishAtMs !== void 0 && { outboxPk: pk, outboxAt: N(publishAtMs) },
    ...heldAtMs !== void 0 && { heldAtMs: N(heldAtMs) },
    ...callback && { callback: { M: toCallbackMap(callback) } }
  };
}
function fromToldAttributes(item) {
  const outbox = optional(item, "outbox", (of, name) => listOf(of, name).map(toEvent));
  const publishAtMs = optional(item, "outboxAt", numberOf);
  const heldAtMs = optional(item, "heldAtMs", numberOf);
  const callback = optional(item, "callback", (of, name) => toCallback(mapOf(of, name)));
  return {
    ...item["events"]?.BOOL && { events: true },
    ...outbox && { outbox },
    ...publishAtMs !== void 0 && { publishAtMs },
    ...heldAtMs !== void 0 && { heldAtMs },
    ...callback && { callback }
  };
}
var toEventMap = ({ type, version, atMs, reason, published, posted }) => ({
  type: S(type),
  version: N(version),
  atMs: N(atMs),
  ...reason !== void 0 && { reason: S(reason) },
  ...published && { published: TRUE },
  ...posted && { posted: TRUE }
});
function toEvent(map) {
  const reason = optional(map, "reason", textOf);
  return {
    type: oneOf(map, "type", JOB_EVENT_TYPES),
    version: numberOf(map, "version"),
    atMs: numberOf(map, "atMs"),
    ...reason !== void 0 && { reason },
    ...map["published"]?.BOOL && { published: true },
    ...map["posted"]?.BOOL && { posted: true }
  };
}
var toCallbackMap = ({ url, state, attempts, sinceMs, nextAtMs, lastStatus, lastError, last }) => ({
  url: S(url),
  state: S(state),
  attempts: N(attempts),
  sinceMs: N(sinceMs),
  ...nextAtMs !== void 0 && { nextAtMs: N(nextAtMs) },
  ...lastStatus !== void 0 && { lastStatus: N(lastStatus) },
  ...lastError !== void 0 && { lastError: S(lastError) },
  ...last && { last: { M: toEventMap(last) } }
});
function toCallback(map) {
  const nextAtMs = optional(map, "nextAtMs", numberOf);
  const lastStatus = optional(map, "lastStatus", numberOf);
  const lastError = optional(map, "lastError", textOf);
  const last = optional(map, "last", (of, name) => toEvent(mapOf(of, name)));
  return {
    url: textOf(map, "url"),
    state: oneOf(map, "state", CALLBACK_STATES),
    attempts: numberOf(map, "attempts"),
    sinceMs: numberOf(map, "sinceMs"),
    ...nextAtMs !== void 0 && { nextAtMs },
    ...lastStatus !== void 0 && { lastStatus },
    ...lastError !== void 0 && { lastError },
    ...last && { last }
  };
}

// lib/adapters/dynamo-job-item.ts
var jobKey = (id) => ({ pk: S(`JOB#${id}`), sk: S("JOB") });
var clientPk = (clientId, shard) => S(`CLIENT#${clientId}#${shard}`);
var appPk = (clientId, appId, shard) => S(`APP#${clientId}#${appId}#${shard}`);
var duePk = (lane, shard) => S(`DUE#${lane}#${shard}`);
var outboxPk = (shard) => S(`OUTBOX#${shard}`);
function shardOf(id) {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return hash >>> 29;
}
function toJobItem(job, token) {
  const shard = shardOf(job.id);
  const { list, source, upload, reason, label, tags, dueAtMs, notBeforeMs, endsAtMs, canceled } = job;
  return {
    ...jobKey(job.id),
    clientPk: clientPk(job.clientId, shard),
    appPk: appPk(job.clientId, job.appId, shard),
    createdSk: S(placeInList(job)),
    ...dueAtMs !== void 0 && { duePk: duePk(job.lane, shard), dueAt: N(dueAtMs) },
    token: S(token),
    id: S(job.id),
    run: S(job.run),
    version: N(job.version),
    clientId: S(job.clientId),
    account: S(job.account),
    appId: N(job.appId),
    requestHash: S(job.requestHash),
    lane: S(job.lane),
    delivery: S(job.delivery),
    state: S(job.state),
    receivers: N(job.receivers),
    duplicatesDropped: N(job.duplicatesDropped),
    batches: N(job.batches),
    batchSize: N(job.batchSize),
    estimatedSeconds: N(job.estimatedSeconds),
    createdAtMs: N(job.createdAtMs),
    expiresAtMs: N(job.expiresAtMs),
    goneAtMs: N(job.goneAtMs),
    expiresAt: expiresAt(job.goneAtMs),
    cursor: N(job.cursor),
    shares: { L: job.shares.map(toShareMap) },
    servedAtMs: N(job.servedAtMs),
    history: { L: job.history.map(({ atMs, event, by }) => ({ M: { atMs: N(atMs), event: S(event), by: S(by) } })) },
    ...list && { list: { M: { key: S(list.key), bytes: N(list.bytes), sha256: S(list.sha256) } } },
    ...notBeforeMs !== void 0 && { notBeforeMs: N(notBeforeMs) },
    ...endsAtMs !== void 0 && { endsAtMs: N(endsAtMs) },
    ...canceled !== void 0 && { canceled: N(canceled) },
    ...source && { source: { M: toSourceMap(source) } },
    ...label !== void 0 && { label: S(label) },
    ...tags && { tags: { M: mapEach(tags, S) } },
    ...upload && { upload: { M: toUploadMap(upload) } },
    ...job.import && { import: { M: toImportMap(job.import) } },
    ...reason !== void 0 && { reason: S(reason) },
    ...toToldAttributes(job, outboxPk(shard))
  };
}
function fromJobSummary(item) {
  const label = optional(item, "label", textOf);
  const tags = optional(item, "tags", mapOf);
  return {
    id: textOf(item, "id"),
    appId: numberOf(item, "appId"),
    state: oneOf(item, "state", JOB_STATES),
    lane: oneOf(item, "lane", LANES),
    receivers: numberOf(item, "receivers"),
    duplicatesDropped: numberOf(item, "duplicatesDropped"),
    batches: numberOf(item, "batches"),
    createdAtMs: numberOf(item, "createdAtMs"),
    ...label !== void 0 && { label },
    ...tags && { tags: mapEach(tags, (tag) => textOf({ tag }, "tag")) }
  };
}
function fromJobItem(item) {
  const list = optional(item, "list", toListRef);
  const notBeforeMs = optional(item, "notBeforeMs", numberOf);
  const endsAtMs = optional(item, "endsAtMs", numberOf);
  const canceled = optional(item, "canceled", numberOf);
  const dueAtMs = optional(item, "dueAt", numberOf);
  const source = optional(item, "source", toSource);
  const upload = optional(item, "upload", toUpload);
  const imported = optional(item, "import", toImport);
  const reason = optional(item, "reason", textOf);
  return {
    ...fromJobSummary(item),
    run: textOf(item, "run"),
    version: numberOf(item, "version"),
    clientId: textOf(item, "clientId"),
    account: textOf(item, "account"),
    requestHash: textOf(item, "requestHash"),
    delivery: oneOf(item, "delivery", DELIVERIES),
    batchSize: numberOf(item, "batchSize"),
    estimatedSeconds: numberOf(item, "estimatedSeconds"),
    expiresAtMs: numberOf(item, "expiresAtMs"),
    goneAtMs: numberOf(item, "goneAtMs"),
    cursor: numberOf(item, "cursor"),
    shares: listOf(item, "shares").map(toShare),
    servedAtMs: numberOf(item, "servedAtMs"),
    history: listOf(item, "history").map(toHistoryEntry),
    ...list && { list },
    ...notBeforeMs !== void 0 && { notBeforeMs },
    ...endsAtMs !== void 0 && { endsAtMs },
    ...canceled !== void 0 && { canceled },
    ...dueAtMs !== void 0 && { dueAtMs },
    ...source && { source },
    ...upload && { upload },
    ...imported && { import: imported },
    ...reason !== void 0 && { reason },
    ...fromToldAttributes(item)
  };
}
var toShareMap = ({ id, batches, queuedAtMs }) => ({
  M: {
    id: S(id),
    batches: { L: batches.flat().map(N) },
    // from, to, from, to …
    ...queuedAtMs !== void 0 && { queuedAt: N(queuedAtMs) }
  }
});
function toShare(map) {
  const queuedAtMs = optional(map, "queuedAt", numberOf);
  return { id: textOf(map, "id"), batches: toRanges(map), ...queuedAtMs !== void 0 && { queuedAtMs } };
}
function toRanges(map) {
  const bounds = (map["batches"]?.L ?? []).map((bound) => numberOf({ bound }, "bound"));
  return bounds.flatMap((from, i) => i % 2 === 0 ? [[from, bounds[i + 1] ?? from]] : []);
}
var toHistoryEntry = (map) => ({
  atMs: numberOf(map, "atMs"),
  event: textOf(map, "event"),
  by: textOf(map, "by")
});
function toListRef(item, name) {
  const map = mapOf(item, name);
  return { key: textOf(map, "key"), bytes: numberOf(map, "bytes"), sha256: textOf(map, "sha256") };
}
var toSourceMap = ({ job, run, include }) => ({
  job: S(job),
  run: S(run),
  include: { L: include.map(S) }
});
function toSource(item, name) {
  const map = mapOf(item, name);
  const include = (map["include"]?.L ?? []).map((one) => oneOf({ one }, "one", ["unknown"]));
  return { job: textOf(map, "job"), run: textOf(map, "run"), include };
}

// lib/adapters/dynamo-message-store.ts
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

// lib/domain/list-format.ts
function encodeList(receivers, batchSize) {
  const batches = Math.ceil(receivers.length / batchSize);
  const ids = new BigUint64Array(receivers.length + batches);
  ids.set(receivers);
  for (let batch = 0; batch < batches; batch++) ids[receivers.length + batch] = receivers[batch * batchSize] ?? 0n;
  return swapBytes(ids);
}
function decodeIds(bytes) {
  const copy = new Uint8Array(bytes);
  const ids = new BigUint64Array(copy.buffer);
  swapBytes(ids);
  return ids;
}
var swapBytes = (ids) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).swap64();

// lib/adapters/dynamo-message-store.ts
function fromMessageItem(item) {
  const map = item["message"]?.M;
  if (map === void 0) throw new TypeError("message is not a map");
  const receivers = item["receivers"]?.B;
  return { message: fromMessageMap(map), ...receivers && { receivers: decodeIds(receivers).join(",") } };
}
function fromMessageMap(map) {
  const inboxType = optional(map, "InboxType", numberOf);
  const isNormalUser = map["IsNormalUser"]?.BOOL;
  const ext = map["Ext"]?.M;
  return {
    AppId: numberOf(map, "AppId"),
    Sender: digitsOf(map, "Sender"),
    MsgType: numberOf(map, "MsgType"),
    Content: textOf(map, "Content"),
    ...inboxType !== void 0 && { InboxType: inboxType },
    ...isNormalUser !== void 0 && { IsNormalUser: isNormalUser },
    ...ext && { Ext: Object.fromEntries(Object.keys(ext).map((key) => [key, textOf(ext, key)])) }
  };
}

// lib/domain/quota/ledger.ts
var MOST_AHEAD = 1 / 2;
var MOVING = 1 / 12;
var HOLD_REASONS = ["flow", "credentials", "not-sent", "unclear"];
var EMPTY_LEDGER = { entries: [], seenMs: 0, pacedUntilMs: 0 };

// lib/adapters/dynamo-quota-item.ts
var quotaKey = (account) => ({ pk: S(`QUOTA#${account}`) });
function toQuotaItem(account, { version, ledger }) {
  const { entries, hold, lastHold, shrunk } = ledger;
  const firstSlot = entries[0]?.slotMs ?? 0;
  return {
    ...quotaKey(account),
    version: N(version),
    firstSlot: N(firstSlot),
    gaps: { L: entries.map(({ slotMs }, i) => N(slotMs - (entries[i - 1]?.slotMs ?? slotMs))) },
    counts: { L: entries.map(({ count: count2 }) => N(count2)) },
    seen: N(ledger.seenMs),
    pacedUntil: N(ledger.pacedUntilMs),
    ...ledger.lateness && { lateness: N(ledger.lateness) },
    ...hold && {
      hold: {
        M: {
          why: S(hold.why),
          since: N(hold.sinceMs),
          until: N(hold.untilMs),
          backoff: N(hold.backoffMs),
          probing: { BOOL: hold.probing }
        }
      }
    },
    ...lastHold && { lastHold: { M: { from: N(lastHold.fromMs), to: N(lastHold.toMs) } } },
    ...shrunk && { shrunk: { M: { since: N(shrunk.sinceMs), capacity: N(shrunk.capacity) } } }
  };
}
function fromQuotaItem(item) {
  if (item === void 0) return { version: 0, ledger: EMPTY_LEDGER };
  const hold = item["hold"]?.M;
  const shrunk = item["shrunk"]?.M;
  const lastHold = item["lastHold"]?.M;
  const ledger = {
    entries: toEntries(numberOf(item, "firstSlot"), numbersOf(item, "gaps"), numbersOf(item, "counts")),
    seenMs: numberOf(item, "seen"),
    pacedUntilMs: numberOf(item, "pacedUntil"),
    ...item["lateness"] && { lateness: numberOf(item, "lateness") },
    ...hold && { hold: toHold(hold) },
    ...lastHold && { lastHold: { fromMs: numberOf(lastHold, "from"), toMs: numberOf(lastHold, "to") } },
    ...shrunk && { shrunk: { sinceMs: numberOf(shrunk, "since"), capacity: numberOf(shrunk, "capacity") } }
  };
  return { version: numberOf(item, "version"), ledger };
}
function toEntries(firstSlot, gaps, counts) {
  if (gaps.length !== counts.length) throw new TypeError("gaps and counts differ in length");
  let slotMs = firstSlot;
  return counts.map((count2, i) => {
    slotMs += gaps[i] ?? 0;
    return { slotMs, count: count2 };
  });
}
function toHold(map) {
  const found = textOf(map, "why");
  const why = HOLD_REASONS.find((reason) => reason === found);
  if (why === void 0) throw new TypeError(`hold for an unknown reason: ${found}`);
  return {
    why,
    sinceMs: numberOf(map, "since"),
    untilMs: numberOf(map, "until"),
    backoffMs: numberOf(map, "backoff"),
    probing: map["probing"]?.BOOL === true
  };
}
function numbersOf(item, name) {
  const list = item[name]?.L;
  if (list === void 0) throw new TypeError(`${name} is not a list`);
  return list.map((value) => numberOf({ [name]: value }, name));
}

// lib/domain/tally.ts
var NO_TALLY = { counts: NO_COUNTS, counted: /* @__PURE__ */ new Set(), late: {}, lateVersion: 0 };

// lib/adapters/dynamo-tally-item.ts
var lateName = (lateVersion) => `late${lateVersion}`;
function fromTallyItem(item) {
  if (item === void 0) return NO_TALLY;
  const lateVersion = optional(item, "lateVersion", numberOf) ?? 0;
  const late = {};
  for (let n = lateVersion; n > 0; n--) Object.assign(late, fromPartMap(item[lateName(n)]?.M));
  return { counts: countsIn(item), counted: new Set((item["counted"]?.NS ?? []).map(Number)), late, lateVersion };
}
var countsIn = (item) => ({
  sent: optional(item, "sent", numberOf) ?? 0,
  failed: optional(item, "failed", numberOf) ?? 0,
  unknown: optional(item, "unknown", numberOf) ?? 0
});

// lib/api/read-export-task.ts
import * as v3 from "valibot";

// lib/domain/export-task.ts
var EXPORT_TASK_VERSION = 1;

// lib/domain/ids.ts
var JOB_ID = /^[0-9a-z]{20,40}$/;
var DRAWN_ID = /^[0-9a-z]{8,40}$/;

// lib/api/export-request.ts
import * as v2 from "valibot";

// lib/api/parse-json.ts
import { LosslessNumber, parse as parse2 } from "lossless-json";
var EXACT_DIGITS = 15;
var EXACT_BELOW = 10 ** EXACT_DIGITS;

// lib/api/export-request.ts
var CODE = /^[A-Za-z0-9._-]{1,64}$/;
var FORMAT = `must be one of ${EXPORT_FORMATS.join(", ")}`;
var STATUS2 = `must be one of ${STATUSES.join(", ")}`;
var CODE_FORM = "must have 1 to 64 characters of A-Z a-z 0-9 . _ -";
var exportSchema = v2.strictObject({
  Format: v2.nullish(v2.picklist(EXPORT_FORMATS, FORMAT), "csv"),
  Status: v2.nullish(v2.picklist(STATUSES, STATUS2)),
  Code: v2.nullish(v2.pipe(v2.string(CODE_FORM), v2.regex(CODE, CODE_FORM)))
});

// lib/api/read-export-task.ts
var schema2 = v3.object({
  v: v3.literal(EXPORT_TASK_VERSION),
  job: v3.pipe(v3.string(), v3.regex(JOB_ID)),
  run: v3.pipe(v3.string(), v3.regex(DRAWN_ID)),
  request: v3.object({
    format: v3.picklist(EXPORT_FORMATS),
    status: v3.exactOptional(v3.picklist(STATUSES)),
    code: v3.exactOptional(v3.pipe(v3.string(), v3.regex(CODE)))
  })
});
function readExportTask(body) {
  const { job, run, request } = v3.parse(schema2, JSON.parse(body));
  return { job, run, request };
}

// lib/api/read-import.ts
import * as v5 from "valibot";

// lib/api/read-nudge.ts
import * as v4 from "valibot";

// lib/domain/nudge.ts
var NUDGE_VERSION = 1;

// lib/api/read-nudge.ts
var VERSION2 = v4.literal(NUDGE_VERSION);
var dispatchNudge = v4.object({
  v: VERSION2,
  account: v4.pipe(v4.string(), v4.minLength(1), v4.maxLength(100)),
  atMs: v4.pipe(v4.number(), v4.safeInteger(), v4.minValue(0))
});
var jobNudge = v4.object({ v: VERSION2, job: v4.pipe(v4.string(), v4.regex(JOB_ID)) });
function readDispatchNudge(body) {
  const { account, atMs } = v4.parse(dispatchNudge, JSON.parse(body));
  return { account, atMs };
}
var readPublishNudge = (body) => v4.parse(jobNudge, JSON.parse(body)).job;

// lib/api/read-import.ts
var test = v5.object({ Event: v5.literal("s3:TestEvent") });
var notification = v5.object({
  Records: v5.array(
    v5.object({
      eventSource: v5.literal("aws:s3"),
      eventName: v5.pipe(v5.string(), v5.regex(/^(?:s3:)?ObjectCreated:/)),
      s3: v5.object({ object: v5.object({ key: v5.string() }) })
    })
  )
});
function readImport(body) {
  const message = JSON.parse(body);
  if (v5.is(test, message)) return [];
  if (typeof message !== "object" || message === null || !("Records" in message))
    return [{ job: v5.parse(jobNudge, message).job }];
  return v5.parse(notification, message).Records.flatMap(({ s3 }) => toNudge(s3.object.key));
}
function toNudge(encoded) {
  const [folder, job = "", run = "", ...more] = decode(encoded).split("/");
  const isOurs = folder === "uploads" && JOB_ID.test(job) && DRAWN_ID.test(run) && more.length === 0;
  return isOurs ? [{ job, run }] : [];
}
function decode(key) {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return "";
  }
}

// lib/api/read-task.ts
import * as v6 from "valibot";

// lib/domain/task.ts
var TASK_VERSION = 1;

// lib/volcengine/limits.ts
var MAX_BATCH = 500;

// lib/api/read-task.ts
var RECEIVERS = new RegExp(`^[1-9][0-9]{0,18}(?:,[1-9][0-9]{0,18}){0,${MAX_BATCH - 1}}$`);
var schema3 = v6.object({
  v: v6.literal(TASK_VERSION),
  job: v6.pipe(v6.string(), v6.regex(JOB_ID)),
  run: v6.pipe(v6.string(), v6.regex(DRAWN_ID)),
  share: v6.pipe(v6.string(), v6.regex(DRAWN_ID)),
  batch: v6.pipe(v6.number(), v6.integer(), v6.minValue(0)),
  receivers: v6.pipe(v6.string(), v6.regex(RECEIVERS))
});
var readTask = (body) => v6.parse(schema3, JSON.parse(body));
export {
  decodeIds,
  encodeList,
  fromExportItem,
  fromJobItem,
  fromJobSummary,
  fromMessageItem,
  fromQuotaItem,
  fromRowItem,
  fromTallyItem,
  readClients,
  readDispatchNudge,
  readExportTask,
  readImport,
  readPublishNudge,
  readTask,
  toClaimMap,
  toExportItem,
  toJobItem,
  toPartMap,
  toQuotaItem,
  toResultMap,
  writeClients
};
