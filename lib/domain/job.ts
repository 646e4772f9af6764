import type { Callback } from "./callback.ts";
import type { BrakeBase, FailureBrake } from "./failure-brake.ts";
import type { JobEvent } from "./job-event.ts";
import type { JobState } from "./job-state.ts";
import type { ListImport, ListUpload } from "./list-upload.ts";
import type { QuotaPolicy } from "./quota/ledger.ts";
import { limitsOf, MOST_IN_A_CALL } from "./quota/limits.ts";
import type { SendWindow } from "./send-window.ts";
import type { Share } from "./shares.ts";
import type { Tags } from "./tags.ts";

/** `express`: goes first; only jobs of one batch. `bulk`: gets a fair share of the quota. */
export type Lane = "express" | "bulk";
export const LANES: readonly Lane[] = ["express", "bulk"];

/** What to do about a request that may have arrived: record `unknown`, or send again, perhaps twice. */
export type Delivery = "at-most-once" | "at-least-once";
export const DELIVERIES: readonly Delivery[] = ["at-most-once", "at-least-once"];

/** Where a stored receiver list stands, and how to tell that it is whole. */
export type ListRef = Readonly<{
  /** Name of the object. */
  key: string;
  /** Its length: 8 bytes a receiver, 8 bytes a batch. */
  bytes: number;
  /** SHA-256 of the object, base64. */
  sha256: string;
}>;

/** A stored list and how it is cut into batches. */
export type StoredList = Readonly<{ list: ListRef; receivers: number; batches: number; batchSize: number }>;

/** Who did what to a job, and when. `by` is a client's id, or `volley`. */
export type HistoryEntry = Readonly<{ atMs: number; event: string; by: string }>;

/** What a retry is made of: the receivers of this run that failed, and whose outcome is unknown if asked for. */
export type RetrySource = Readonly<{ job: string; run: string; include: readonly "unknown"[] }>;

/** One accepted request, as its item has it. The message and a list of one batch are stored elsewhere. Times are epoch ms. */
export type Job = Readonly<{
  id: string;
  /** Everything of the job but this item stands under the run, which is drawn for each try to accept a request. */
  run: string;
  /** Counts the writes: every change is conditional on run and version. */
  version: number;
  clientId: string;
  /** Whose quota is spent. */
  account: string;
  appId: number;
  /** SHA-256 of the request as it was understood: tells a repetition from another request under the same key. */
  requestHash: string;
  lane: Lane;
  delivery: Delivery;
  state: JobState;
  receivers: number;
  duplicatesDropped: number;
  /** Who was left out, since other lists name them. Absent: nobody was to be. */
  excluded?: number;
  /** Lists that its import has still to leave out. */
  except?: readonly StoredList[];
  batches: number;
  /** Receivers in every batch but the last. */
  batchSize: number;
  /** Absent: the list is one batch and stands in the message item. */
  list?: ListRef;
  estimatedSeconds: number;
  createdAtMs: number;
  notBeforeMs?: number;
  /** Outside of it nothing is sent. */
  sendWindow?: SendWindow;
  /** About the most receivers that are sent to in a minute. Absent: as many as the quota gives it. */
  maxPerMinute?: number;
  /** When the batches that were queued so far are all sent, at that rate. */
  pacedUntilMs?: number;
  /** Too many failures pause it. */
  pauseAfterFailures?: FailureBrake;
  /** Since when failures count. Absent: dispatch has not begun with it, or not gone on. */
  brakeBase?: BrakeBase;
  /** From here on nothing is sent. */
  expiresAtMs: number;
  /** From here on the job does not exist any more, whatever the table has deleted so far. */
  goneAtMs: number;
  /** Batches below the cursor are counted, or stand in exactly one share. */
  cursor: number;
  shares: readonly Share[];
  /** When dispatch last queued batches of it. */
  servedAtMs: number;
  /** `canceling` and `expiring` last at least until then. */
  endsAtMs?: number;
  /** Receivers that were canceled: written with the end state. */
  canceled?: number;
  /** When dispatch has to look at it; absent once it has ended. */
  dueAtMs?: number;
  /** The last few entries. */
  history: readonly HistoryEntry[];
  source?: RetrySource;
  /** By which its client finds it again. */
  label?: string;
  tags?: Tags;
  /** How its uploaded list is to be read. */
  upload?: ListUpload;
  /** How far the import of its list has come. */
  import?: ListImport;
  /** Why Volley itself stopped it. */
  reason?: string;
  /** What happens to it is told as events. Absent: it is not. */
  events?: true;
  /** Events that somebody is still to be told, the oldest first. */
  outbox?: readonly JobEvent[];
  /** When the publisher has to look at its outbox. */
  publishAtMs?: number;
  /** When dispatch last found its account held, while it ran. */
  heldAtMs?: number;
  /** The trace it belongs to, as `traceparent`. Absent in jobs of before there was one. */
  trace?: string;
  /** Where its events are POSTed to. */
  callback?: Callback;
}>;

/** What a write may change of a job. `undefined` removes. */
export type JobChange = Readonly<{ [K in keyof Job]?: Job[K] | undefined }>;

/** A job whose list is one batch has no tally: its rows are its counts. */
export const isOneBatch = ({ batches }: Pick<Job, "batches">): boolean => batches === 1;

/** Readers and workers treat a job past its moment as gone. */
export const isGone = ({ goneAtMs }: Pick<Job, "goneAtMs">, nowMs: number): boolean => nowMs >= goneAtMs;

/** Entries a job item keeps. */
const HISTORY_LENGTH = 10;

export const withEntry = (history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] =>
  [...history, entry].slice(-HISTORY_LENGTH);

/** The longest a message can be delayed on the queue. @see SQS SendMessage, DelaySeconds */
const MAX_QUEUE_DELAY_MS = 900_000;

/** Whole seconds as SQS takes them, at most 15 minutes; a task that comes early goes back for the time that remains. */
export const toDelaySeconds = (ms: number): number => Math.ceil(Math.min(MAX_QUEUE_DELAY_MS, Math.max(0, ms)) / 1000);

/** Limits that a list's time is estimated by; those that are not set are none. */
export type EstimateLimits = Pick<
  QuotaPolicy,
  "messages" | "windowMs" | "marginMs" | "calls" | "callsWindowMs" | "perSecond"
>;

/** Seconds a list of this length takes, in full calls, when the whole quota is its own: by the quota, or by the job's own limit. */
export function estimateSeconds(
  receivers: number,
  limits: EstimateLimits,
  { maxPerMinute, batches }: Pick<Job, "maxPerMinute" | "batches">,
): number {
  const byQuota = limitsOf(limits, {}, limits.messages).map(({ name, most, awayMs }) => {
    const tokens = name === "calls" ? Math.ceil(receivers / MOST_IN_A_CALL) : receivers;
    return (tokens * awayMs) / most / 1000;
  });
  const byLimit = maxPerMinute === undefined || batches === 1 ? 0 : (receivers * 60) / maxPerMinute;
  return Math.max(1, Math.ceil(Math.max(...byQuota, byLimit)));
}

/** A job's times, all fixed at accept: its start (creation or NotBefore), its end at the latest, and when it is gone. */
export function lifeTimes(
  { nowMs, notBeforeMs, expiresAtMs }: Readonly<{ nowMs: number; notBeforeMs?: number; expiresAtMs?: number }>,
  ttlMs: number,
): Readonly<{ expiresAtMs: number; goneAtMs: number }> {
  const startMs = Math.max(nowMs, notBeforeMs ?? 0);
  return {
    expiresAtMs: Math.min(startMs + ttlMs, expiresAtMs ?? Number.POSITIVE_INFINITY),
    goneAtMs: startMs + 2 * ttlMs,
  };
}
