import {
  DELIVERIES,
  type HistoryEntry,
  type Job,
  LANES,
  type Lane,
  type ListRef,
  type RetrySource,
} from "../domain/job.ts";
import { JOB_STATES } from "../domain/job-state.ts";
import { placeInList } from "../domain/place-in-list.ts";
import type { Range, Ranges } from "../domain/ranges.ts";
import type { Share } from "../domain/shares.ts";
import type { JobSummary } from "../ports/job-index.ts";
import { type Item, listOf, mapEach, mapOf, N, numberOf, oneOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { toImport, toImportMap, toUpload, toUploadMap } from "./dynamo-import-item.ts";
import { assertReadable, VERSIONED } from "./dynamo-item-version.ts";
import { fromLimitAttributes, toLimitAttributes } from "./dynamo-limits-item.ts";
import { fromToldAttributes, toToldAttributes } from "./dynamo-outbox-item.ts";
import { expiresAt } from "./dynamo-run-key.ts";

/** Each index is spread over this many partitions; a list queries all of them. */
export const SHARDS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

export const jobKey = (id: string): Item => ({ pk: S(`JOB#${id}`), sk: S("JOB") });
export const toJobId = (item: Item): string => textOf(item, "pk").slice("JOB#".length);
export const clientPk = (clientId: string, shard: number): Item[string] => S(`CLIENT#${clientId}#${shard}`);
export const appPk = (clientId: string, appId: number, shard: number): Item[string] =>
  S(`APP#${clientId}#${appId}#${shard}`);
export const duePk = (lane: Lane, shard: number): Item[string] => S(`DUE#${lane}#${shard}`);
export const outboxPk = (shard: number): Item[string] => S(`OUTBOX#${shard}`);

/** The same for ever: stored keys are made of it. @see http://www.isthe.com/chongo/tech/comp/fnv FNV-1a, 32 bits */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 29; // the high bits: they depend on every character
}

/**
 * The job item, with its keys in the indexes `byClient`, `byApp` and, while somebody has to look at it, `due` and `outbox`.
 * Below 1 KB for a job of one batch that tells of no events: a write unit here and one an index.
 *
 * @param token drawn for this write: finding it in the item proves that the write was won
 */
export function toJobItem(job: Job, token: string): Item {
  const shard = shardOf(job.id);
  const { list, source, upload, reason, label, tags, trace, dueAtMs, notBeforeMs, endsAtMs, canceled } = job;
  return {
    ...jobKey(job.id),
    ...VERSIONED,
    clientPk: clientPk(job.clientId, shard),
    appPk: appPk(job.clientId, job.appId, shard),
    createdSk: S(placeInList(job)),
    ...(dueAtMs !== undefined && { duePk: duePk(job.lane, shard), dueAt: N(dueAtMs) }),
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
    ...(list && { list: { M: { key: S(list.key), bytes: N(list.bytes), sha256: S(list.sha256) } } }),
    ...(notBeforeMs !== undefined && { notBeforeMs: N(notBeforeMs) }),
    ...(endsAtMs !== undefined && { endsAtMs: N(endsAtMs) }),
    ...(canceled !== undefined && { canceled: N(canceled) }),
    ...(source && { source: { M: toSourceMap(source) } }),
    ...(label !== undefined && { label: S(label) }),
    ...(tags && { tags: { M: mapEach(tags, S) } }),
    ...(upload && { upload: { M: toUploadMap(upload) } }),
    ...(job.import && { import: { M: toImportMap(job.import) } }),
    ...(reason !== undefined && { reason: S(reason) }),
    ...toLimitAttributes(job),
    ...(trace !== undefined && { trace: S(trace) }),
    ...toToldAttributes(job, outboxPk(shard)),
  };
}

/** What the indexes hold of a job. @throws {TypeError} as {@link fromJobItem} */
export function fromJobSummary(item: Item): JobSummary {
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
    ...(label !== undefined && { label }),
    ...(tags && { tags: mapEach(tags, (tag) => textOf({ tag }, "tag")) }),
  };
}

/** @throws {TypeError} naming the attribute that is not as {@link toJobItem} writes it */
export function fromJobItem(item: Item): Job {
  assertReadable(item);
  const list = optional(item, "list", toListRef);
  const notBeforeMs = optional(item, "notBeforeMs", numberOf);
  const endsAtMs = optional(item, "endsAtMs", numberOf);
  const canceled = optional(item, "canceled", numberOf);
  const dueAtMs = optional(item, "dueAt", numberOf);
  const source = optional(item, "source", toSource);
  const upload = optional(item, "upload", toUpload);
  const imported = optional(item, "import", toImport);
  const reason = optional(item, "reason", textOf);
  const trace = optional(item, "trace", textOf);
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
    ...(list && { list }),
    ...(notBeforeMs !== undefined && { notBeforeMs }),
    ...(endsAtMs !== undefined && { endsAtMs }),
    ...(canceled !== undefined && { canceled }),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(source && { source }),
    ...(upload && { upload }),
    ...(imported && { import: imported }),
    ...(reason !== undefined && { reason }),
    ...fromLimitAttributes(item),
    ...(trace !== undefined && { trace }),
    ...fromToldAttributes(item),
  };
}

const toShareMap = ({ id, batches, queuedAtMs }: Share): Item[string] => ({
  M: {
    id: S(id),
    batches: { L: batches.flat().map(N) }, // from, to, from, to …
    ...(queuedAtMs !== undefined && { queuedAt: N(queuedAtMs) }),
  },
});

function toShare(map: Item): Share {
  const queuedAtMs = optional(map, "queuedAt", numberOf);
  return { id: textOf(map, "id"), batches: toRanges(map), ...(queuedAtMs !== undefined && { queuedAtMs }) };
}

function toRanges(map: Item): Ranges {
  const bounds = (map["batches"]?.L ?? []).map((bound) => numberOf({ bound }, "bound"));
  return bounds.flatMap((from, i): Range[] => (i % 2 === 0 ? [[from, bounds[i + 1] ?? from]] : []));
}

const toHistoryEntry = (map: Item): HistoryEntry => ({
  atMs: numberOf(map, "atMs"),
  event: textOf(map, "event"),
  by: textOf(map, "by"),
});

function toListRef(item: Item, name: string): ListRef {
  const map = mapOf(item, name);
  return { key: textOf(map, "key"), bytes: numberOf(map, "bytes"), sha256: textOf(map, "sha256") };
}

const toSourceMap = ({ job, run, include }: RetrySource): Item => ({
  job: S(job),
  run: S(run),
  include: { L: include.map(S) },
});

function toSource(item: Item, name: string): RetrySource {
  const map = mapOf(item, name);
  const include = (map["include"]?.L ?? []).map((one) => oneOf({ one }, "one", ["unknown"] as const));
  return { job: textOf(map, "job"), run: textOf(map, "run"), include };
}
