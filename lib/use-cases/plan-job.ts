import { newCallback } from "../domain/callback.ts";
import { scheduledDueMs } from "../domain/control.ts";
import { type Fault, Invalid } from "../domain/errors.ts";
import {
  type EstimateLimits,
  estimateSeconds,
  type Job,
  type Lane,
  lifeTimes,
  type RetrySource,
  type StoredList,
} from "../domain/job.ts";
import { withEvents } from "../domain/job-events.ts";
import type { JobOptions } from "../domain/job-request.ts";
import { type ListUpload, nextLookMs } from "../domain/list-upload.ts";
import { pacedBatchSize } from "../domain/max-per-minute.ts";
import type { Message } from "../domain/message.ts";
import type { Receivers } from "../domain/receivers.ts";
import { startsAtMs } from "../domain/send-window.ts";
import { startTrace } from "../domain/trace.ts";
import type { Clock } from "../ports/clock.ts";

/** How an account's bulk jobs are cut, and the limits that say how long a job takes. */
type Cut = Readonly<{ quota: EstimateLimits; bulkBatchSize: number }>;

export type CreateJobSettings = Readonly<{
  cutOf: (account: string) => Cut;
  /** The most receivers of a job of one batch, and of each batch of a larger one. */
  maxBatch: number;
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
  /** The trace of the request, if it has one. */
  trace?: string;
  /** Who was left out of `receivers` already. */
  excluded?: number;
}> &
  (
    | Readonly<{ receivers: Receivers; source?: RetrySource }>
    | Readonly<{ expected: number; source: RetrySource }>
    | Readonly<{ upload: ListUpload; except?: readonly StoredList[] }>
  );

export type PlanJobPorts = Readonly<{
  clock: Clock;
  drawId: () => string;
  /** Whose quota a message to an AppId spends; `undefined`: no account has it. */
  accountOf: (appId: number) => string | undefined;
  settings: CreateJobSettings;
  /** The limits that hold for an account. Absent: those of the settings. */
  limitsOf?: (account: string) => Promise<EstimateLimits>;
}>;

export const NO_ACCOUNT: Fault = { pointer: "/AppId", detail: "belongs to no account that messages are sent by" };

type LimitsPorts = Readonly<{
  limitsOf?: PlanJobPorts["limitsOf"] | undefined;
  settings: Pick<CreateJobSettings, "cutOf">;
}>;

/** The limits that an estimate rests on: those that hold for the account, or where nobody reads them those of the settings. */
export const readLimits = ({ limitsOf, settings }: LimitsPorts): NonNullable<PlanJobPorts["limitsOf"]> =>
  limitsOf ?? (async (account) => settings.cutOf(account).quota);

/** @returns a function that gives the job as it would be written, but for its list. It throws {@link Invalid} if no account has its AppId */
export function makePlanJob(ports: PlanJobPorts): (parts: JobParts) => Promise<Job> {
  const { clock, drawId, accountOf, settings } = ports;
  const limitsOf = readLimits(ports);

  return async function planJob(parts) {
    const { message, options, excluded } = parts;
    const account = accountOf(message.AppId);
    if (account === undefined) throw new Invalid("the request has faults", [NO_ACCOUNT]);
    const { bulkBatchSize } = settings.cutOf(account);
    const limits = await limitsOf(account);
    const { notBeforeMs, sendWindow, maxPerMinute, pauseAfterFailures, label, tags } = options;
    const nowMs = clock.now();
    const upload = "upload" in parts ? parts.upload : undefined;
    const except = "upload" in parts ? parts.except : undefined;
    const source = "source" in parts ? parts.source : undefined;
    const receivers = "receivers" in parts ? parts.receivers.length : "expected" in parts ? parts.expected : 0;
    const isSmall = !upload && receivers <= pacedBatchSize(options, settings.maxBatch);
    const batchSize = isSmall ? settings.maxBatch : pacedBatchSize(options, bulkBatchSize);
    const batches = Math.ceil(receivers / batchSize);
    const lane: Lane = options.lane ?? (isSmall ? "express" : "bulk");
    const startMs = startsAtMs(options, nowMs);
    const isLater = startMs > nowMs;
    const times = lifeTimes({ nowMs, ...options }, settings.ttlMs);
    const begun = isLater ? "scheduled" : "running";
    const state = upload ? "awaiting-list" : "expected" in parts ? "importing" : begun;
    const run = drawId();
    const job: Job = {
      id: parts.id,
      run,
      trace: parts.trace ?? startTrace(run),
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
      batches,
      batchSize,
      estimatedSeconds: estimateSeconds(receivers, limits, { ...(maxPerMinute && { maxPerMinute }), batches }),
      createdAtMs: nowMs,
      ...(notBeforeMs !== undefined && { notBeforeMs }),
      ...times,
      cursor: 0,
      shares: [],
      servedAtMs: 0,
      dueAtMs: upload
        ? nextLookMs({ createdAtMs: nowMs, ...times }, nowMs)
        : isLater && state === "scheduled"
          ? scheduledDueMs(startMs, times.expiresAtMs)
          : nowMs,
      history: [{ atMs: nowMs, event: "accepted", by: parts.by }],
      ...(label !== undefined && { label }),
      ...(tags && { tags }),
      ...(sendWindow && { sendWindow }),
      ...(maxPerMinute !== undefined && { maxPerMinute }),
      ...(pauseAfterFailures && { pauseAfterFailures }),
      ...(excluded !== undefined && { excluded }),
      ...(except && { except }),
      ...(source && { source }),
      ...(upload && { upload }),
    };
    const startsAtOnce = state === "running" && lane === "express";
    return withEvents(undefined, { ...job, ...(startsAtOnce && firstShare(nowMs)), ...toldOf(job, options) });
  };

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
}
