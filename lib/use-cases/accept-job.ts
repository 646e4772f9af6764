import { assertMaySend, type Caller } from "../domain/caller.ts";
import { timeFaults } from "../domain/check-times.ts";
import { Invalid } from "../domain/errors.ts";
import { isGone, type Job } from "../domain/job.ts";
import type { JobRequest } from "../domain/job-request.ts";
import { sends } from "../domain/job-state.ts";
import { requestText } from "../domain/request-identity.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import { type CreateJobPorts, makeCreateJob } from "./create-job.ts";

/** Who asks, and the key under which the same request is the same job. */
export type Asking = Readonly<{ caller: Caller; idempotencyKey?: string }>;

/** `replayed`: the same request was accepted before, and this is its answer again. `dryRun`: nothing was made. */
export type Accepted = Readonly<{ job: Job; replayed: boolean; dryRun: boolean }>;

export type AcceptPorts = CreateJobPorts &
  Readonly<{
    rows: Pick<BatchRowStore, "read">;
    /** A job's id: the same for the same client and key, a new one without a key. */
    jobId: (clientId: string, key: string | undefined) => string;
    /** SHA-256 of a text and the list's bytes. */
    hash: (text: string, list: Uint8Array) => string;
  }>;

/** A replay that finds a job of one batch this old and not begun queues its task again. */
const REQUEUE_AFTER_MS = 30_000;

/**
 * Accept jobs. If the process dies anywhere, either nothing was accepted, or the job goes on by itself.
 *
 * @returns a function that throws {@link Invalid} with every fault of the request's times, or if another request was made
 *   under the same key; {@link Forbidden}; {@link Unavailable} if the list cannot be stored. Nothing is accepted then.
 */
export function makeAccept(ports: AcceptPorts): (request: JobRequest, asking: Asking) => Promise<Accepted> {
  const { jobs, rows, clock, jobId, hash, settings } = ports;
  const { plan, create, queueFirst } = makeCreateJob(ports);

  return async function accept(request, { caller, idempotencyKey }) {
    const { message, receivers, options } = request;
    assertMaySend(caller, { appId: message.AppId, sender: message.Sender, receivers: receivers.length });
    const id = jobId(caller.clientId, idempotencyKey);
    const requestHash = hash(
      requestText(request),
      new Uint8Array(receivers.buffer, receivers.byteOffset, receivers.byteLength),
    );
    if (idempotencyKey !== undefined && !options.dryRun) {
      const first = await jobs.find(id);
      if (first && !isGone(first, clock.now())) return replay(first, requestHash, request);
    }
    const faults = timeFaults(options, clock.now(), settings.ttlMs);
    if (faults.length > 0) throw new Invalid("the request has faults", faults);

    const parts = { ...request, id, clientId: caller.clientId, requestHash };
    const planned = plan(parts);
    if (options.dryRun) return { job: planned, replayed: false, dryRun: true };
    const { job, existing } = await create(planned, parts);
    return existing ? replay(existing, requestHash, request) : { job, replayed: false, dryRun: false };
  };

  /** The first answer again, whatever happened to the job since. */
  async function replay(first: Job, requestHash: string, { receivers }: JobRequest): Promise<Accepted> {
    if (first.requestHash !== requestHash) throw new Invalid("this Idempotency-Key was used for another request");
    const [share] = first.shares;
    const age = clock.now() - (share?.queuedAtMs ?? clock.now());
    if (first.lane === "express" && sends(first.state) && age >= REQUEUE_AFTER_MS) {
      const [found] = await rows.read(first.run, [String(receivers[0])]);
      if (found?.batch.version === 0) await queueFirst(first, receivers.join(","));
    }
    return { job: asAccepted(first), replayed: true, dryRun: false };
  }
}

/** A job as its first answer showed it. */
export function asAccepted(job: Job): Job {
  if (job.state === "importing") return job;
  const isLater = job.notBeforeMs !== undefined && job.notBeforeMs > job.createdAtMs;
  return { ...job, state: isLater ? "scheduled" : "running" };
}
