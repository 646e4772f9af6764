import type { Job } from "./job.ts";
import type { JobEvent, JobEventType } from "./job-event.ts";
import type { JobState } from "./job-state.ts";

/** The states whose beginning is an event. */
const BY_STATE: Partial<Readonly<Record<JobState, JobEventType>>> = {
  paused: "JobPaused",
  done: "JobCompleted",
  canceled: "JobCanceled",
  expired: "JobExpired",
  rejected: "JobRejected",
};

/** Events an outbox holds. A job has one start and one end; only pauses and holds can be many. */
export const MOST_EVENTS = 40;

/**
 * The events of one write of a job, in the order in which they happened. Pure: the same write has the same events with the
 * same ids.
 *
 * @param before `undefined` where the job is new
 * @param after the job as the write leaves it
 */
export function eventsOf(before: Job | undefined, after: Job): JobEvent[] {
  if (!after.events) return [];
  const { version, heldAtMs } = after;
  const events: JobEvent[] = [];
  if ((before?.cursor ?? 0) === 0 && after.cursor > 0) {
    events.push({ type: "JobStarted", version, atMs: before ? after.servedAtMs : after.createdAtMs });
  }
  if (heldAtMs !== undefined && heldAtMs !== before?.heldAtMs)
    events.push({ type: "JobHeld", version, atMs: heldAtMs });
  const type = after.state === before?.state ? undefined : BY_STATE[after.state];
  if (type) {
    const atMs = after.history.at(-1)?.atMs ?? after.createdAtMs; // whoever changes the state writes an entry
    const because = (type === "JobPaused" || type === "JobRejected") && after.reason !== undefined;
    events.push({ type, version, atMs, ...(because && { reason: after.reason }) });
  }
  return events;
}

/** The job with its new events in its outbox, and the publisher asked to look at it. */
export function withEvents(before: Job | undefined, after: Job): Job {
  const events = eventsOf(before, after);
  const [first] = events;
  return first ? { ...after, outbox: bounded([...(after.outbox ?? []), ...events]), publishAtMs: first.atMs } : after;
}

/** Whether this write of the job put something into its outbox. */
export const hasNews = ({ outbox = [], version }: Job): boolean =>
  outbox.some((event) => event.version === version && !event.published && !event.posted);

/** Of too many the oldest pauses and holds go first. A start or an end never goes. */
function bounded(outbox: readonly JobEvent[]): readonly JobEvent[] {
  const tooMany = outbox.length - MOST_EVENTS;
  if (tooMany <= 0) return outbox;
  const lesser = outbox.filter(({ type }) => type === "JobPaused" || type === "JobHeld");
  const dropped = new Set(lesser.slice(0, tooMany));
  return outbox.filter((event) => !dropped.has(event));
}
