import { shownUrl } from "../domain/callback.ts";
import { resumesAtMs } from "../domain/close-window.ts";
import { isoTime } from "../domain/iso-time.ts";
import { type EstimateLimits, estimateSeconds, type HistoryEntry, type Job } from "../domain/job.ts";
import type { ListImport } from "../domain/list-upload.ts";
import type { Outcome } from "../domain/outcome.ts";
import { toTally } from "../domain/published-event.ts";
import type { JobSummary } from "../ports/job-index.ts";
import type { UploadLink } from "../ports/uploads.ts";
import type { Accepted } from "../use-cases/accept-job.ts";
import type { JobView } from "../use-cases/query-jobs.ts";

/** Answers in the vendor's PascalCase; ids as decimal strings, which every client reads exactly. */

export const toAcceptedBody = ({ job, dryRun, link }: Accepted) =>
  job.upload ? toAwaitingBody(job, link) : toCountedBody({ job, dryRun });

/** How many receivers a list has is known once it is imported. */
const toAwaitingBody = ({ id, state }: Job, link: UploadLink | undefined) => ({
  JobId: id,
  Status: state,
  ...(link && {
    Upload: {
      Method: link.method,
      Url: link.url,
      Fields: link.fields,
      ExpiresAt: isoTime(link.expiresAtMs),
      MaxBytes: link.maxBytes,
    },
  }),
});

const toCountedBody = ({ job, dryRun }: Pick<Accepted, "job" | "dryRun">) => ({
  ...(dryRun ? { DryRun: true } : { JobId: job.id, Status: job.state }),
  Receivers: job.receivers,
  DuplicatesDropped: job.duplicatesDropped,
  ...(job.excluded !== undefined && { Excluded: job.excluded }),
  Batches: job.batches,
  EstimatedSeconds: job.estimatedSeconds,
  ...toResumesAt(job, job.createdAtMs),
});

function toResumesAt(job: Job, nowMs: number) {
  const atMs = resumesAtMs(job, nowMs);
  return atMs === undefined ? {} : { ResumesAt: isoTime(atMs) };
}

/** A dry run made nothing that could be looked up. */
export const toAcceptedHeaders = ({ job, dryRun, replayed }: Accepted): Record<string, string> => ({
  ...(!dryRun && { location: `/v1/jobs/${job.id}` }),
  ...(replayed && { "idempotency-replayed": "true" }),
});

export const toJobSummary = (job: JobSummary) => ({
  JobId: job.id,
  Status: job.state,
  AppId: job.appId,
  Lane: job.lane,
  Receivers: job.receivers,
  DuplicatesDropped: job.duplicatesDropped,
  Batches: job.batches,
  CreatedAt: isoTime(job.createdAtMs),
  ...(job.label !== undefined && { Label: job.label }),
  ...(job.tags && { Tags: job.tags }),
});

/** @param quota the account's limits @param nowMs for the rate: receivers with an outcome, per second since the job began */
export function toJobBody({ job, message, counts, reportLink }: JobView, quota: EstimateLimits, nowMs: number) {
  const { pending } = counts;
  return {
    ...toJobSummary(job),
    ...(message && { Message: message }),
    Delivery: job.delivery,
    ...(job.notBeforeMs !== undefined && { NotBefore: isoTime(job.notBeforeMs) }),
    ExpiresAt: isoTime(job.expiresAtMs),
    ...toLimitsBody(job),
    ...toResumesAt(job, nowMs),
    Tally: toTally(counts),
    ...(pending > 0 && {
      ReceiversPerSecond: rate(job, counts, nowMs),
      EstimatedSeconds: estimateSeconds(pending, quota, job),
    }),
    History: job.history.map(toHistoryEntry),
    ...(job.reason !== undefined && { Reason: job.reason }),
    ...(job.source && { RetryOf: job.source.job }),
    ...(job.upload && job.import && { Import: toImportBody(job.import, reportLink) }),
    ...toCallbackBody(job),
  };
}

/** What was asked for, in the words of the request. */
const toLimitsBody = ({ sendWindow, maxPerMinute, pauseAfterFailures, excluded }: Job) => ({
  ...(sendWindow && { SendWindow: { From: sendWindow.from, To: sendWindow.to, TimeZone: sendWindow.timeZone } }),
  ...(maxPerMinute !== undefined && { MaxPerMinute: maxPerMinute }),
  ...(pauseAfterFailures && { PauseAfterFailures: { Percent: pauseAfterFailures.percent, Of: pauseAfterFailures.of } }),
  ...(excluded !== undefined && { Excluded: excluded }),
});

/** An event that waits for its turn makes the callback wait, whatever became of the one before. */
export function toCallbackBody({ callback, outbox = [] }: Pick<Job, "callback" | "outbox">) {
  if (!callback) return {};
  const { url, state, attempts, nextAtMs, lastStatus, lastError } = callback;
  const isWaiting = state !== "ended" && outbox.some(({ posted }) => !posted);
  return {
    Callback: {
      Url: shownUrl(url),
      State: isWaiting ? "waiting" : state,
      Attempts: attempts,
      ...(nextAtMs !== undefined && { NextAt: isoTime(nextAtMs) }),
      ...(lastStatus !== undefined && { LastStatus: lastStatus }),
      ...(lastError !== undefined && { LastError: lastError }),
    },
  };
}

/** How far the import of an uploaded list has come. Bytes are those of the file as it was uploaded. */
const toImportBody = ({ bytes, totalBytes, place, badLines }: ListImport, report: string | undefined) => ({
  Bytes: bytes,
  ...(totalBytes !== undefined && { TotalBytes: totalBytes }),
  Lines: place.lines,
  BadLines: badLines,
  ...(report !== undefined && { Report: report }),
});

/** To one decimal. Less than a second (a young job, a clock that stepped back) counts as one second. */
function rate({ createdAtMs, notBeforeMs }: Job, { sent, failed, unknown }: JobView["counts"], nowMs: number): number {
  const seconds = Math.max(1, (nowMs - Math.max(createdAtMs, notBeforeMs ?? 0)) / 1000);
  return Math.round(((sent + failed + unknown) / seconds) * 10) / 10;
}

const toHistoryEntry = ({ atMs, event, by }: HistoryEntry) => ({ At: isoTime(atMs), Event: event, By: by });

export const toOutcomeBody = (outcome: Outcome) => ({
  UserId: outcome.userId,
  Status: outcome.status,
  ...(outcome.messageId !== undefined && { MessageId: outcome.messageId }),
  ...(outcome.code !== undefined && { Code: outcome.code }),
  ...(outcome.requestId !== undefined && { RequestId: outcome.requestId }),
  ...(outcome.maybeTwice && { MaybeTwice: true }),
  ...(outcome.atMs !== undefined && { At: isoTime(outcome.atMs) }),
});

const COLUMNS = ["UserId", "Status", "MessageId", "Code", "RequestId", "MaybeTwice", "At"] as const;

/** @see RFC 4180 */
export const toCsvRow = (outcome: Outcome): string => {
  const body: Readonly<Record<string, unknown>> = toOutcomeBody(outcome);
  return `${COLUMNS.map((column) => field(body[column])).join(",")}\r\n`;
};
export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

/** What a spreadsheet may take for the beginning of a formula; `＝＋－＠` are the same at full width. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** A whole number computes nothing: a message id stays one, also a negative one. */
const NUMBER = /^-?[0-9]+$/;

/**
 * One cell. Codes and ids hold neither commas nor quotes today, and begin no formula; nothing here relies on it.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function field(value: unknown): string {
  const given = value === undefined ? "" : String(value);
  const text = FORMULA.test(given) && !NUMBER.test(given) ? `'${given}` : given;
  return text !== given || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
