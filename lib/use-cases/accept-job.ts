import { actorOf, assertMaySend, type Caller } from "../domain/caller.ts";
import { timeFaults } from "../domain/check-times.ts";
import { type Fault, Invalid } from "../domain/errors.ts";
import { isGone, type Job } from "../domain/job.ts";
import type { JobRequest, UploadRequest } from "../domain/job-request.ts";
import { sends } from "../domain/job-state.ts";
import { LINK_SECONDS, type ListUpload, MAX_UPLOAD_BYTES, uploadKey } from "../domain/list-upload.ts";
import { requestText } from "../domain/request-identity.ts";
import { startsAtMs } from "../domain/send-window.ts";
import type { Text } from "../domain/text.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import type { UploadLink, Uploads } from "../ports/uploads.ts";
import { type CreateJobPorts, makeCreateJob } from "./create-job.ts";
import { type Excluded, makeExclude } from "./exclude.ts";
import { type ForecastPorts, makeAssertInTime } from "./forecast.ts";
import { NO_ACCOUNT } from "./plan-job.ts";

/** Who asks, the key under which the same request is the same job, and the trace it belongs to. */
export type Asking = Readonly<{ caller: Caller; idempotencyKey?: string; trace?: string }>;

/** `replayed`: the same request was accepted before, and this is its answer again. `dryRun`: nothing was made. `link`: where its list is to go. */
export type Accepted = Readonly<{ job: Job; replayed: boolean; dryRun: boolean; link?: UploadLink }>;

export type AcceptPorts = CreateJobPorts &
  ForecastPorts &
  Readonly<{
    lists: Pick<ReceiverLists, "write" | "read" | "manifest">;
    rows: Pick<BatchRowStore, "read">;
    uploads: Pick<Uploads, "link">;
    /** A job's id: the same for the same client and key, a new one without a key. */
    jobId: (clientId: string, key: string | undefined) => string;
    /** SHA-256 of a text and the list's bytes. */
    hash: (text: string, list: Uint8Array) => string;
    /** What is wrong with the address of a callback, in half-sentences. @param hosts that the caller may name */
    checkCallback: (url: string, hosts: readonly string[] | undefined) => readonly Text[];
  }>;

/** A replay that finds a job of one batch this old and not begun queues its task again. */
const REQUEUE_AFTER_MS = 30_000;

/**
 * Accept jobs. If the process dies anywhere, either nothing was accepted, or the job goes on by itself.
 *
 * @returns a function that throws {@link Invalid} with every fault of the request's AppId, times, callback and Except, or if another request was made
 *   under the same key; {@link Forbidden}; {@link TooLate}; {@link Unavailable} if the list cannot be stored. Nothing is accepted then.
 */
export function makeAccept(
  ports: AcceptPorts,
): (request: JobRequest | UploadRequest, asking: Asking) => Promise<Accepted> {
  const { jobs, messages, rows, uploads, clock, jobId, hash, accountOf, checkCallback, settings } = ports;
  const { plan, create, queueFirst } = makeCreateJob(ports);
  const exclude = makeExclude(ports);
  const assertInTime = makeAssertInTime(ports);

  return async function accept(request, { caller, idempotencyKey, trace }) {
    const { message, options } = request;
    const receivers = "receivers" in request ? request.receivers : undefined;
    const sending = { appId: message.AppId, sender: message.Sender };
    assertMaySend(caller, { ...sending, ...(receivers && { receivers: receivers.length }) });
    const id = jobId(caller.clientId, idempotencyKey);
    const list = receivers && new Uint8Array(receivers.buffer, receivers.byteOffset, receivers.byteLength);
    const requestHash = hash(requestText(request), list ?? new Uint8Array());
    if (idempotencyKey !== undefined && !options.dryRun) {
      const first = await jobs.find(id);
      if (first && !isGone(first, clock.now())) return replay(first, requestHash, request);
    }
    const excluded = await exclude.find(options.except, caller);
    const faults = [
      ...(accountOf(message.AppId) === undefined ? [NO_ACCOUNT] : []),
      ...timeFaults(options, clock.now(), settings.ttlMs),
      ...callbackFaults(options, caller),
    ];
    if (isFaults(excluded)) throw new Invalid("the request has faults", [...faults, ...excluded]);
    if (faults.length > 0) throw new Invalid("the request has faults", faults);

    const facts = { id, clientId: caller.clientId, by: actorOf(caller), requestHash, ...(trace && { trace }) };
    const parts =
      "receivers" in request
        ? { ...facts, ...(await exclude.leave(request, excluded)) }
        : { ...facts, ...toUploadParts(request, caller), ...(await exclude.store(excluded)) };
    const planned = await plan(parts);
    if (options.refuseIfLate) await assertInTime(planned);
    if (options.dryRun) return { job: planned, replayed: false, dryRun: true };
    const { job, existing } = await create(planned, parts);
    return existing ? replay(existing, requestHash, request) : withLink(job, false);
  };

  function callbackFaults({ callbackUrl }: JobRequest["options"], { callbackHosts }: Caller): Fault[] {
    const details = callbackUrl === undefined ? [] : checkCallback(callbackUrl, callbackHosts);
    return details.map((detail) => ({ pointer: "/Options/CallbackUrl", detail }));
  }

  /** The first answer again, whatever happened to the job since. */
  async function replay(first: Job, requestHash: string, request: JobRequest | UploadRequest): Promise<Accepted> {
    if (first.requestHash !== requestHash) throw new Invalid("this Idempotency-Key was used for another request");
    if (!("receivers" in request)) return withLink(first, true);
    const [share] = first.shares;
    const age = clock.now() - (share?.queuedAtMs ?? clock.now());
    if (first.lane === "express" && sends(first.state) && age >= REQUEUE_AFTER_MS) {
      await requeue(first);
    }
    return { job: asAccepted(first), replayed: true, dryRun: false };
  }

  /** Its receivers as they were stored: those of the request may be more. */
  async function requeue(job: Job): Promise<void> {
    const receivers = (await messages.read(job.run))?.receivers;
    if (receivers === undefined) return;
    const [found] = await rows.read(job.run, receivers.split(",", 1));
    if (found?.batch.version === 0) await queueFirst(job, receivers);
  }

  /** While a job waits for its file each answer has a fresh link: an earlier one may be over. */
  async function withLink(job: Job, replayed: boolean): Promise<Accepted> {
    const accepted = { job: replayed ? asAccepted(job) : job, replayed, dryRun: false };
    if (!job.upload || job.state !== "awaiting-list") return accepted;
    const contentType = job.upload.gzip ? "application/gzip" : CONTENT_TYPES[job.upload.format];
    const limits = { contentType, maxBytes: MAX_UPLOAD_BYTES, seconds: LINK_SECONDS };
    return { ...accepted, link: await uploads.link(uploadKey(job), limits) };
  }
}

const isFaults = (found: Excluded | readonly Fault[] | undefined): found is readonly Fault[] => Array.isArray(found);

const CONTENT_TYPES: Readonly<Record<ListUpload["format"], string>> = {
  csv: "text/csv",
  ndjson: "application/x-ndjson",
  txt: "text/plain",
};

/** The client's limit is kept in the job: how many receivers there are is known only when the list is imported. */
const toUploadParts = ({ message, options, upload }: UploadRequest, { maxReceivers }: Caller) => ({
  ...{ message, options, duplicatesDropped: 0 },
  upload: { ...upload, ...(maxReceivers !== undefined && { maxReceivers }) },
});

/** A job as its first answer showed it. */
export function asAccepted(job: Job): Job {
  if (job.upload) return { ...job, state: "awaiting-list" };
  if (job.state === "importing") return job;
  const isLater = startsAtMs(job, job.createdAtMs) > job.createdAtMs;
  return { ...job, state: isLater ? "scheduled" : "running" };
}
