import type { Job, JobChange } from "./job.ts";
import { withEvents } from "./job-events.ts";

/** Every field that a job always has. */
const ALWAYS = [
  "id",
  "run",
  "version",
  "clientId",
  "account",
  "appId",
  "requestHash",
  "lane",
  "delivery",
  "state",
  "receivers",
  "duplicatesDropped",
  "batches",
  "batchSize",
  "estimatedSeconds",
  "createdAtMs",
  "expiresAtMs",
  "goneAtMs",
  "cursor",
  "shares",
  "servedAtMs",
  "history",
] as const satisfies readonly (keyof Job)[];

/**
 * The job as a write leaves it: changed, its version one on, without what the change removes, and with the events of the
 * change in its outbox. Every write of a job goes through here, so none can forget them.
 *
 * @throws {TypeError} if the change removes what every job has
 */
export function applyChange(job: Job, change: JobChange): Job {
  const all = Object.entries({ ...job, ...change, version: job.version + 1 });
  const next: JobChange = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  if (!isJob(next)) throw new TypeError(`a change of job ${job.id} removes what every job has`);
  return withEvents(job, next);
}

const isJob = (next: JobChange): next is Job => ALWAYS.every((name) => next[name] !== undefined);
