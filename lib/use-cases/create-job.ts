import { newCallback } from "../domain/callback.ts";
import { scheduledDueMs } from "../domain/control.ts";
import {
  type EstimateLimits,
  estimateSeconds,
  isOneBatch,
  type Job,
  type Lane,
  lifeTimes,
  type RetrySource,
} from "../domain/job.ts";
import { withEvents } from "../domain/job-events.ts";
import type { JobOptions } from "../domain/job-request.ts";
import { type ListUpload, nextLookMs } from "../domain/list-upload.ts";
import type { Message } from "../domain/message.ts";
import type { Receivers } from "../domain/receivers.ts";
import { TASK_VERSION, type Task } from "../domain/task.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import type { TaskQueue } from "../ports/task-queue.ts";

export type CreateJobPorts = Readonly<{
  jobs: JobStore;
  messages: MessageStore;
  lists: Pick<ReceiverLists, "write">;
  queue: TaskQueue;
  nudges: Nudges;
  clock: Clock;
  drawId: () => string;
  accountOf: (appId: number) => string;
  /** Tells an operator what could not be queued. Dispatch finds it by itself. */
  report: (event: Readonly<{ event: "not-queued"; job: string; run: string; error: unknown }>) => void;
  settings: CreateJobSettings;
  /** The limits that hold for an account. Absent: those of the settings. */
  limitsOf?: (account: string) => Promise<EstimateLimits>;
}>;

export type CreateJobSettings = Readonly<{
  quota: EstimateLimits;
  /** The most receivers of a job of one batch, and of each batch of a larger one. */
  maxBatch: number;
  bulkBatchSize: number;
  ttlMs: number;
  shareAgeMs: number;
}>;

/** What a job is made of. Without `receivers` its list is imported later, from `source` or from what is uploaded. */
export type JobParts = Readonly<{
  id: string;
  clientId: string;
  /** Who asked for it, as its history names them. */
  by: string;
  requestHash: string;
  message: Message;
  options: JobOptions;
  duplicatesDropped: number;
}> &
  (
    | Readonly<{ receivers: Receivers; source?: RetrySource }>
    | Readonly<{ expected: number; source: RetrySource }>
    | Readonly<{ upload: ListUpload }>
  );

/**
 * Write a job down: the list and the message under a run drawn for this try, then the job item that names it. From that
 * write on the job is accepted, whoever dies. A job of one batch opens its share in the same write.
 */
export function makeCreateJob(ports: CreateJobPorts) {
  const { jobs, messages, lists, queue, nudges, clock, drawId, accountOf, report, settings } = ports;
  const { limitsOf = async () => settings.quota } = ports;
  return { plan, create, queueFirst };

  /** The job as it would be written, but for its list. */
  async function plan(parts: JobParts): Promise<Job> {
    const { message, options } = parts;
    const account = accountOf(message.AppId);
    const limits = await limitsOf(account);
    const nowMs = clock.now();
    const upload = "upload" in parts ? parts.upload : undefined;
    const source = "source" in parts ? parts.source : undefined;
    const receivers = "receivers" in parts ? parts.receivers.length : "expected" in parts ? parts.expected : 0;
    const isSmall = !upload && receivers <= settings.maxBatch;
    const batchSize = isSmall ? settings.maxBatch : settings.bulkBatchSize;
    const lane: Lane = options.lane ?? (isSmall ? "express" : "bulk");
    const isLater = options.notBeforeMs !== undefined && options.notBeforeMs > nowMs;
    const times = lifeTimes({ nowMs, ...options }, settings.ttlMs);
    const begun = isLater ? "scheduled" : "running";
    const state = upload ? "awaiting-list" : "expected" in parts ? "importing" : begun;
    const job: Job = {
      id: parts.id,
      run: drawId(),
      version: 1,
      clientId: parts.clientId,
      account,
      appId: message.AppId,
      requestHash: parts.requestHash,
      lane,
      delivery: options.delivery,
      state,
      receivers,
      duplicatesDropped: parts.duplicatesDropped,
      batches: Math.ceil(receivers / batchSize),
      batchSize,
      estimatedSeconds: estimateSeconds(receivers, limits),
      createdAtMs: nowMs,
      ...(options.notBeforeMs !== undefined && { notBeforeMs: options.notBeforeMs }),
      ...times,
      cursor: 0,
      shares: [],
      servedAtMs: 0,
      dueAtMs: upload
        ? nextLookMs({ createdAtMs: nowMs, ...times }, nowMs)
        : isLater
          ? scheduledDueMs(options.notBeforeMs ?? nowMs, times.expiresAtMs)
          : nowMs,
      history: [{ atMs: nowMs, event: "accepted", by: parts.by }],
      ...(options.label !== undefined && { label: options.label }),
      ...(options.tags && { tags: options.tags }),
      ...(source && { source }),
      ...(upload && { upload }),
    };
    const startsAtOnce = state === "running" && lane === "express";
    return withEvents(undefined, { ...job, ...(startsAtOnce && firstShare(nowMs)), ...toldOf(job, options) });
  }

  /** Events cost a few writes a job: they are the default where that is little beside the job's own. */
  function toldOf({ batches, createdAtMs }: Job, { events, callbackUrl: url }: JobOptions) {
    if (!(events ?? (url !== undefined || batches !== 1))) return {}; // an upload's batches are not known yet
    const callback = url === undefined ? {} : { callback: newCallback(url, createdAtMs) };
    return { events: true as const, ...callback };
  }

  function firstShare(nowMs: number) {
    const shares = [{ id: drawId(), batches: [[0, 1]] as const, queuedAtMs: nowMs }];
    return { cursor: 1, shares, dueAtMs: nowMs + settings.shareAgeMs };
  }

  /**
   * @returns the job as it was written, or the one that is stored under its id already: then nothing was changed
   * @throws {Unavailable} if the list store is away: nothing is accepted
   */
  async function create(planned: Job, parts: JobParts): Promise<Readonly<{ job: Job; existing?: Job }>> {
    let job = planned;
    if ("receivers" in parts && !isOneBatch(planned)) {
      job = { ...planned, list: await lists.write(planned.run, parts.receivers, planned.batchSize) };
    }
    const text = "receivers" in parts && isOneBatch(planned) ? { receivers: parts.receivers.join(",") } : {};
    await messages.write(job.run, { message: parts.message, ...text }, job.goneAtMs);
    const existing = await jobs.create(job, job.createdAtMs);
    if (existing) return { job, existing };
    if (job.state === "importing") await orReport(job, nudges.import(job.id));
    else if (text.receivers !== undefined && job.cursor === 1) await queueFirst(job, text.receivers);
    else if ((job.dueAtMs ?? Number.POSITIVE_INFINITY) <= clock.now()) {
      await orReport(job, nudges.dispatch({ account: job.account, atMs: clock.now() }, NUDGE_DELAY_S));
    }
    return { job };
  }

  /** Queue the task of a job of one batch. It is accepted already: what fails here costs a delay. */
  async function queueFirst({ id, run, clientId, shares, ...job }: Job, receivers: string): Promise<void> {
    const [share] = shares;
    if (!share) return;
    const task: Task = { v: TASK_VERSION, job: id, run, share: share.id, batch: 0, receivers };
    const queued = queue.enqueue(job.lane, [task], { group: clientId, delaySeconds: 0 });
    await orReport({ id, run }, queued);
  }

  async function orReport({ id, run }: Pick<Job, "id" | "run">, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => report({ event: "not-queued", job: id, run, error }));
  }
}

/** The index that dispatch reads trails the job item a little. */
const NUDGE_DELAY_S = 1;
