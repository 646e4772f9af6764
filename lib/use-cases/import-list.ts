import { estimateSeconds, isGone, type Job, type JobChange, type RetrySource, withEntry } from "../domain/job.ts";
import type { Receivers } from "../domain/receivers.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import type { CollectFailed } from "./collect-failed.ts";
import type { CreateJobSettings } from "./create-job.ts";

export type ImportPorts = Readonly<{
  jobs: JobStore;
  messages: MessageStore;
  lists: Pick<ReceiverLists, "write">;
  collectFailed: Pick<CollectFailed, "collect">;
  nudges: Pick<Nudges, "dispatch">;
  clock: Clock;
  drawId: () => string;
  settings: Pick<CreateJobSettings, "maxBatch" | "bulkBatchSize" | "quota">;
}>;

/** An import that takes longer is dead, and dispatch asks for another. The function's own limit is 15 minutes. */
const IMPORT_MS = 16 * 60_000;

/**
 * Make the list of a job that is `importing`, and let it go on. Safe to repeat: each try writes a list under a name of its
 * own, and only one gets its name into the job.
 */
export function makeImportList(ports: ImportPorts): (jobId: string) => Promise<Settled> {
  const { jobs, messages, lists, collectFailed, nudges, clock, drawId, settings } = ports;

  return async function importList(id) {
    const found = await jobs.find(id);
    const nowMs = clock.now();
    if (!found || isGone(found, nowMs) || found.state !== "importing" || !found.source) return DELETE;
    if ((found.dueAtMs ?? 0) > nowMs) return DELETE; // another import of it is under way
    const job = await jobs.write(found, { dueAtMs: nowMs + IMPORT_MS });
    if (!job) return DELETE;
    try {
      await importFrom(job, found.source);
    } catch (error) {
      await jobs.write(job, { dueAtMs: clock.now() }).catch(() => {}); // the next try need not wait until this one is dead
      throw error;
    }
    return DELETE;
  };

  async function importFrom(job: Job, source: RetrySource): Promise<void> {
    const receivers = await receiversOf(source);
    const change = receivers.length === 0 ? rejected(job) : await stored(job, receivers);
    const written = await jobs.write(job, change);
    if (!written || receivers.length === 0) return;
    await nudges.dispatch({ account: job.account, atMs: clock.now() }, 1).catch(() => {});
  }

  async function receiversOf({ job: id, run, include }: RetrySource): Promise<Receivers> {
    const from = await jobs.find(id);
    return from && from.run === run && !isGone(from, clock.now())
      ? collectFailed.collect(from, include)
      : new BigUint64Array();
  }

  /** Where it is small enough for one batch the list goes into the message item. */
  async function stored(job: Job, receivers: Receivers): Promise<JobChange> {
    const isSmall = receivers.length <= settings.maxBatch;
    const batchSize = isSmall ? settings.maxBatch : settings.bulkBatchSize;
    const cut = {
      receivers: receivers.length,
      batches: Math.ceil(receivers.length / batchSize),
      batchSize,
      estimatedSeconds: estimateSeconds(receivers.length, settings.quota),
    };
    const nowMs = clock.now();
    const next = {
      ...cut,
      state: "running" as const,
      dueAtMs: nowMs,
      history: withEntry(job.history, { atMs: nowMs, event: "imported", by: "volley" }),
    };
    if (!isSmall) return { ...next, list: await lists.write(drawId(), receivers, batchSize) };
    const message = await messages.read(job.run);
    if (!message) return rejected(job);
    await messages.write(job.run, { ...message, receivers: receivers.join(",") }, job.goneAtMs);
    return next;
  }

  function rejected(job: Job): JobChange {
    const history = withEntry(job.history, { atMs: clock.now(), event: "rejected", by: "volley" });
    const reason = "nobody is left to retry";
    return { state: "rejected", reason, canceled: job.receivers, dueAtMs: undefined, history };
  }
}
