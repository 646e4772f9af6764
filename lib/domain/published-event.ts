import type { EventFault } from "./incoming.ts";
import { isoTime } from "./iso-time.ts";
import type { Job } from "./job.ts";
import { eventId, type JobEvent, statusAt } from "./job-event.ts";
import type { JobCounts } from "./outcome.ts";

/**
 * An event as others get it, on the bus and by callback.
 *
 * @see CloudEvents 1.0.2, section 3.1 Required Attributes; the JSON event format 1.0.2
 */
export type PublishedEvent = Readonly<{
  specversion: "1.0";
  /** The same each time the same event is sent: receivers drop repetitions by it. */
  id: string;
  /** `/volley/<stage>` */
  source: string;
  type: string;
  /** The job's id, or the id of a request that became none. */
  subject: string;
  time: string;
  datacontenttype: "application/json";
  data: Readonly<Record<string, unknown>>;
}>;

/** Counts as every answer shows them. */
export const toTally = ({ pending, sent, failed, unknown, canceled }: JobCounts) => ({
  Pending: pending,
  Sent: sent,
  Failed: failed,
  Unknown: unknown,
  Canceled: canceled,
});

/**
 * An event of a job. `Status` is the job's state by the event; the tally is that of now, so that it may be further where the
 * event is sent late.
 */
export function toPublishedEvent(job: Job, event: JobEvent, counts: JobCounts, source: string): PublishedEvent {
  return {
    specversion: "1.0",
    id: eventId(job.run, event),
    source,
    type: event.type,
    subject: job.id,
    time: isoTime(event.atMs),
    datacontenttype: "application/json",
    data: {
      JobId: job.id,
      Status: statusAt(event.type),
      AppId: job.appId,
      ClientId: job.clientId,
      ...(job.label !== undefined && { Label: job.label }),
      ...(job.tags && { Tags: job.tags }),
      Receivers: job.receivers,
      Tally: toTally(counts),
      ...(event.reason !== undefined && { Reason: event.reason }),
    },
  };
}

/** A request that came through a door without an answer, and was refused. */
export type RefusedRequest = Readonly<{
  /** `eventbridge`, `sqs`, `s3` … */
  door: string;
  clientId: string;
  /** Under which the same request is the same. Without one: the id of the message that brought it. */
  idempotencyKey: string;
  faults: readonly EventFault[];
  /** How many faults there are in all. */
  total: number;
  atMs: number;
}>;

/** `JobRejected` for a request that never became a job. The same request has the same id. */
export function toRefusal(
  { door, clientId, idempotencyKey, faults, total, atMs }: RefusedRequest,
  source: string,
): PublishedEvent {
  const subject = `${door}/${clientId}/${idempotencyKey}`;
  return {
    specversion: "1.0",
    id: `${subject}/JobRejected`,
    source,
    type: "JobRejected",
    subject,
    time: isoTime(atMs),
    datacontenttype: "application/json",
    data: {
      Status: "rejected",
      ClientId: clientId,
      Door: door,
      IdempotencyKey: idempotencyKey,
      Errors: faults.map(({ pointer, detail }) => ({ Pointer: pointer, Detail: detail })),
      Total: total,
    },
  };
}

/** The bus `volley-prod` carries the events of `/volley/prod`. @param busName the service, a dash, the stage */
export const sourceOf = (busName: string): string => `/${busName.replace("-", "/")}`;
