import { type BatchState, UNTOUCHED } from "../domain/batch-state.ts";
import type { Task } from "../domain/batches.ts";
import type { Counts, Try } from "../domain/outcome.ts";
import type { BatchRow } from "../use-cases/query-jobs.ts";
import { type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { jobPk } from "./dynamo-job-item.ts";

/** int64 ids have at most 19 digits: padded, they sort as text as they do as numbers. */
const ID_DIGITS = 19;
export const batchSk = (first: string): Item[string] => S(`BATCH#${first.padStart(ID_DIGITS, "0")}`);

/** Where a batch's outcomes stand, so that one Query backwards from any receiver's id finds them. */
export const batchKey = (job: string, first: string): Item => ({ pk: jobPk(job), sk: batchSk(first) });

/**
 * Where the outcomes of its second and third attempt stand: they are about a few receivers, and a write is billed by the
 * size of the whole item.
 */
export const againKey = (job: string, first: string): Item => ({
  pk: jobPk(job),
  sk: S(`AGAIN#${first.padStart(ID_DIGITS, "0")}`),
});

export const taskKey = ({ job, batch, attempt }: Task): Item =>
  attempt === 1 ? batchKey(job, batch.first) : againKey(job, batch.first);

/** @throws {TypeError} naming the attribute that is not as the batch store writes it */
export function fromBatchItem(item: Item | undefined): BatchState {
  if (item === undefined) return UNTOUCHED;
  const claim = item["claim"]?.M;
  const change = item["change"]?.M;
  return {
    rev: numberOf(item, "rev"),
    attempt: numberOf(item, "attempt"),
    covers: optional(item, "covers", numberOf) ?? 0,
    tries: triesOf(item),
    ...(claim && {
      claim: { id: textOf(claim, "id"), count: numberOf(claim, "count"), untilMs: numberOf(claim, "untilMs") },
    }),
    ...(change && { change: { tag: textOf(change, "tag"), counts: toCounts(change) } }),
  };
}

/** The first receiver of the batch an item is about, from its key. */
export const firstOf = (item: Item): string => textOf(item, "sk").replace(/^[A-Z]+#0*/, "");

export function fromBatchRow(item: Item): BatchRow {
  return {
    ...fromBatchItem(item),
    n: numberOf(item, "n"),
    first: firstOf(item),
    last: optional(item, "last", textOf) ?? "",
  };
}

/** Tries stand in attributes of their own (`try1`, `try2`, …), so that adding one never rewrites another. */
export const tryName = (index: number): string => `try${index + 1}`;

function triesOf(item: Item): Try[] {
  const tries: Try[] = [];
  for (let map = item[tryName(0)]?.M; map; map = item[tryName(tries.length)]?.M) tries.push(fromTryMap(map));
  return tries;
}

/** Message ids are numbers in the table, exact to 38 digits; reasons are text. */
export function toTryMap(one: Try): Item {
  return {
    at: N(one.atMs),
    attempt: N(one.attempt),
    ...(one.requestId === undefined ? {} : { requestId: S(one.requestId) }),
    ...(one.unclear && { unclear: { BOOL: true } }),
    ...(one.maybeTwice && { maybeTwice: { BOOL: true } }),
    ...part("sent", one.sent, N),
    ...part("failed", one.failed, S),
    ...part("unknown", one.unknown, S),
    ...part("canceled", one.canceled, S),
    ...part("retry", one.retry, S),
  };
}

function part(name: string, values: Readonly<Record<string, string>>, write: (value: string) => Item[string]): Item {
  const map: Item = {};
  let empty = true;
  for (const id of Object.keys(values)) {
    map[id] = write(values[id] ?? "");
    empty = false;
  }
  return empty ? {} : { [name]: { M: map } };
}

function fromTryMap(map: Item): Try {
  const requestId = optional(map, "requestId", textOf);
  return {
    atMs: numberOf(map, "at"),
    attempt: numberOf(map, "attempt"),
    ...(requestId === undefined ? {} : { requestId }),
    ...(map["unclear"]?.BOOL ? { unclear: true as const } : {}),
    ...(map["maybeTwice"]?.BOOL ? { maybeTwice: true as const } : {}),
    sent: values(map["sent"]?.M),
    failed: values(map["failed"]?.M),
    unknown: values(map["unknown"]?.M),
    canceled: values(map["canceled"]?.M),
    retry: values(map["retry"]?.M),
  };
}

function values(map: Item = {}): Record<string, string> {
  const read: Record<string, string> = {};
  for (const id of Object.keys(map)) read[id] = map[id]?.N ?? map[id]?.S ?? "";
  return read;
}

export const toCountsMap = (counts: Counts): Item => ({
  sent: N(counts.sent),
  unknown: N(counts.unknown),
  failed: N(counts.failed),
  canceled: N(counts.canceled),
});

export const toCounts = (item: Item): Counts => ({
  sent: optional(item, "sent", numberOf) ?? 0,
  unknown: optional(item, "unknown", numberOf) ?? 0,
  failed: optional(item, "failed", numberOf) ?? 0,
  canceled: optional(item, "canceled", numberOf) ?? 0,
});
