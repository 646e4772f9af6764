import { type JobRequest, readJobRequest } from "../api/job-request.ts";
import { cutBatches, firstReceivers, MAX_BATCH } from "../domain/batches.ts";
import { BadRequest } from "../domain/errors.ts";
import { estimateSeconds, type Job, type Lane, MAX_QUEUE_DELAY_MS } from "../domain/job.ts";
import type { Receivers } from "../domain/receivers.ts";
import type { ParkedTasks } from "./control-job.ts";
import { type TaskQueue, toDelay } from "./record-attempt.ts";

/** Job items, as intake needs them. */
export interface JobStore {
  /** Create the job item; if one with this id is there already, return that one and change nothing. */
  create(job: Job): Promise<Job | undefined>;
  find(id: string): Promise<Job | undefined>;
  /** Take over an intake that died: push `acceptingUntilMs` on. False: somebody else did, or it ended. */
  takeOver(job: Job, acceptingUntilMs: number): Promise<boolean>;
  /** The first receiver of every batch. */
  writeManifest(job: Job, firsts: readonly bigint[]): Promise<void>;
  /** Intake is complete: the job runs, or waits for its time. */
  start(job: Job, state: "running" | "scheduled"): Promise<void>;
}

export type Accepting = Readonly<{
  jobs: JobStore;
  queue: TaskQueue;
  parked: Pick<ParkedTasks, "park">;
  now: () => number;
  /** Settings of the quota: how fast, and into which pieces bulk jobs are cut. */
  quota: Readonly<{ messages: number; windowMs: number }>;
  bulkBatchSize: number;
  /** A job's id: the same for the same owner and key, a new one without a key. */
  jobId: (owner: string, key: string | undefined) => string;
  hash: (text: string) => string;
}>;

export type Asking = Readonly<{ owner: string; idempotencyKey?: string }>;

export type Accepted = Readonly<{ job: Job; replayed: boolean; dryRun: boolean }>;

/** Intake of the largest list takes a few seconds; after this long it is dead, and the same request may resume it. */
const INTAKE_LEASE_MS = 60_000;
const STILL_RUNNING = "the first request with this Idempotency-Key is still running";

/**
 * Accept jobs: check, write down, cut into batches, queue. The job item and its manifest stand before the first batch is
 * queued, and nothing is sent before the last one is.
 */
export function makeAccept({ jobs, queue, parked, now, quota, bulkBatchSize, jobId, hash }: Accepting) {
  return { accept, intake };

  /**
   * @param body JSON text
   * @throws {BadRequest} with every fault (400 not JSON, 422 wrong values or another request under the same key, 409
   *   the first request under this key is still running), having written nothing
   */
  async function accept(body: string, asking: Asking): Promise<Accepted> {
    const { owner, idempotencyKey } = asking;
    const first = idempotencyKey === undefined ? undefined : await jobs.find(jobId(owner, idempotencyKey));
    // A repetition is judged by the time of the first: what lay ahead then may have passed since.
    return intake(readJobRequest(body, first?.createdAtMs ?? now()), body, asking);
  }

  /** @param source what the request came from: the same source under the same key is a repetition */
  async function intake(request: JobRequest, source: string, { owner, idempotencyKey }: Asking): Promise<Accepted> {
    const { message, receivers, duplicatesDropped, options } = request;
    const lane: Lane = options.lane ?? (receivers.length <= MAX_BATCH ? "express" : "bulk");
    const batchSize = receivers.length <= MAX_BATCH ? MAX_BATCH : bulkBatchSize;
    const asked: Job = {
      id: jobId(owner, idempotencyKey),
      message,
      lane,
      delivery: options.delivery,
      state: "accepting",
      receivers: receivers.length,
      duplicatesDropped,
      batches: Math.ceil(receivers.length / batchSize),
      batchSize,
      lastReceiver: String(receivers.at(-1)),
      estimatedSeconds: estimateSeconds(receivers.length, quota),
      createdAtMs: now(),
      acceptingUntilMs: now() + INTAKE_LEASE_MS,
      requestHash: hash(source),
      owner,
      ...(options.notBeforeMs === undefined ? {} : { notBeforeMs: options.notBeforeMs }),
      ...(options.expiresAtMs === undefined ? {} : { expiresAtMs: options.expiresAtMs }),
    };
    if (options.dryRun) return { job: asked, replayed: false, dryRun: true };

    const existing = await jobs.create(asked);
    if (!existing) return { job: await fanOut(asked, receivers), replayed: false, dryRun: false };
    return resume(existing, asked, receivers);
  }

  /** The same key was used before: the first answer again, or what is left of an intake that died. */
  async function resume(existing: Job, asked: Job, receivers: Receivers): Promise<Accepted> {
    if (existing.requestHash !== asked.requestHash) {
      throw new BadRequest(422, "this Idempotency-Key was used for another request");
    }
    if (existing.state === "accepting" || existing.state === "abandoned") {
      const running = existing.state === "accepting" && now() <= existing.acceptingUntilMs;
      if (running || !(await jobs.takeOver(existing, asked.acceptingUntilMs))) {
        throw new BadRequest(409, STILL_RUNNING, [], { retryAfterS: 2 });
      }
      return { job: await fanOut(existing, receivers), replayed: false, dryRun: false };
    }
    const { movedAtMs: _, ...first } = existing; // the first answer, whatever came since
    const state = first.notBeforeMs === undefined ? "running" : "scheduled";
    return { job: { ...first, state }, replayed: true, dryRun: false };
  }

  async function fanOut(job: Job, receivers: Receivers): Promise<Job> {
    await jobs.writeManifest(job, firstReceivers(receivers, job.batchSize));
    const aheadMs = Math.max(0, (job.notBeforeMs ?? 0) - now());
    for (const tasks of chunks(cutBatches(job.id, receivers, job.batchSize), TASKS_AT_ONCE)) {
      if (aheadMs > MAX_QUEUE_DELAY_MS) await parked.park(tasks);
      else await queue.enqueue(job.lane, tasks, toDelay(aheadMs));
    }
    const state = aheadMs > 0 ? "scheduled" : "running";
    await jobs.start(job, state);
    return { ...job, state };
  }
}

/** Enough at a time to keep the connections busy, few enough to stay small in memory. */
const TASKS_AT_ONCE = 200;

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
