import { type Delivery, JOB_STATES, type Job, type Lane } from "../domain/job.ts";
import type { Message } from "../domain/message.ts";
import type { JobSummary } from "../use-cases/query-jobs.ts";
import { digitsOf, type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";

export const jobPk = (id: string): Item[string] => S(`JOB#${id}`);
export const appPk = (appId: number): Item[string] => S(`APP#${appId}`);
/** One partition lists the jobs of all apps: creating jobs is far below what a partition takes. */
export const LIST_PK = S("JOBS");
export const jobKey = (id: string): Item => ({ pk: jobPk(id), sk: S("JOB") });

/** Puts a job in the index of jobs that somebody has to look at from `atMs` on. */
const dueAt = (atMs: number): Item => ({ duePk: DUE_PK, dueAt: N(atMs) });
export const DUE_PK = S("DUE");

/** The job item. `byApp…` and `listPk` are the keys of the indexes that list an app's jobs, or all, newest last. */
export function toJobItem(job: Job, expiresAtS: number): Item {
  return {
    ...jobKey(job.id),
    id: S(job.id),
    listPk: LIST_PK,
    byAppPk: appPk(job.message.AppId),
    byAppSk: S(`${new Date(job.createdAtMs).toISOString()}#${job.id}`),
    appId: N(job.message.AppId),
    message: { M: toMessageMap(job.message) },
    lane: S(job.lane),
    delivery: S(job.delivery),
    state: S(job.state),
    receivers: N(job.receivers),
    duplicatesDropped: N(job.duplicatesDropped),
    batches: N(job.batches),
    batchSize: N(job.batchSize),
    lastReceiver: N(job.lastReceiver),
    estimatedSeconds: N(job.estimatedSeconds),
    createdAtMs: N(job.createdAtMs),
    acceptingUntilMs: N(job.acceptingUntilMs),
    requestHash: S(job.requestHash),
    owner: S(job.owner),
    ...(job.movedAtMs === undefined ? {} : { movedAtMs: N(job.movedAtMs) }),
    ...(job.notBeforeMs === undefined ? {} : { notBeforeMs: N(job.notBeforeMs) }),
    ...(job.expiresAtMs === undefined ? {} : { expiresAtMs: N(job.expiresAtMs) }),
    ...dueAt(job.acceptingUntilMs),
    expiresAt: N(expiresAtS),
  };
}

/** What the indexes hold of a job. @throws {TypeError} as {@link fromJobItem} */
export function fromJobSummary(item: Item): JobSummary {
  return {
    id: textOf(item, "id"),
    appId: numberOf(item, "appId"),
    lane: oneOf(item, "lane", LANES),
    state: oneOf(item, "state", JOB_STATES),
    receivers: numberOf(item, "receivers"),
    duplicatesDropped: numberOf(item, "duplicatesDropped"),
    batches: numberOf(item, "batches"),
    createdAtMs: numberOf(item, "createdAtMs"),
  };
}

/** @throws {TypeError} naming the attribute that is not as {@link toJobItem} writes it */
export function fromJobItem(item: Item): Job {
  const movedAtMs = optional(item, "movedAtMs", numberOf);
  const notBeforeMs = optional(item, "notBeforeMs", numberOf);
  const expiresAtMs = optional(item, "expiresAtMs", numberOf);
  const { appId: _, ...summary } = fromJobSummary(item);
  return {
    ...summary,
    message: fromMessageMap(item["message"]?.M ?? {}),
    delivery: oneOf(item, "delivery", DELIVERIES),
    batchSize: numberOf(item, "batchSize"),
    lastReceiver: digitsOf(item, "lastReceiver"),
    estimatedSeconds: numberOf(item, "estimatedSeconds"),
    acceptingUntilMs: numberOf(item, "acceptingUntilMs"),
    requestHash: textOf(item, "requestHash"),
    owner: textOf(item, "owner"),
    ...(movedAtMs === undefined ? {} : { movedAtMs }),
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

const LANES: readonly Lane[] = ["express", "bulk"];
const DELIVERIES: readonly Delivery[] = ["at-most-once", "at-least-once"];

function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const text = textOf(item, name);
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new TypeError(`${name} is ${text}`);
  return found;
}

const toMessageMap = (message: Message): Item => ({
  AppId: N(message.AppId),
  Sender: N(message.Sender),
  MsgType: N(message.MsgType),
  Content: S(message.Content),
  ...(message.InboxType === undefined ? {} : { InboxType: N(message.InboxType) }),
  ...(message.IsNormalUser === undefined ? {} : { IsNormalUser: { BOOL: message.IsNormalUser } }),
  ...(message.Ext === undefined
    ? {}
    : { Ext: { M: Object.fromEntries(Object.entries(message.Ext).map(([key, value]) => [key, S(value)])) } }),
});

function fromMessageMap(map: Item): Message {
  const inboxType = optional(map, "InboxType", numberOf);
  const ext = map["Ext"]?.M;
  return {
    AppId: numberOf(map, "AppId"),
    Sender: digitsOf(map, "Sender"),
    MsgType: numberOf(map, "MsgType"),
    Content: textOf(map, "Content"),
    ...(inboxType === undefined ? {} : { InboxType: inboxType }),
    ...(map["IsNormalUser"]?.BOOL === undefined ? {} : { IsNormalUser: map["IsNormalUser"].BOOL }),
    ...(ext === undefined ? {} : { Ext: Object.fromEntries(Object.keys(ext).map((key) => [key, textOf(ext, key)])) }),
  };
}
