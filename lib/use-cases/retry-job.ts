import { actorOf, assertMaySend, assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { Conflict, Invalid } from "../domain/errors.ts";
import { isGone, isOneBatch, type Job, type RetrySource } from "../domain/job.ts";
import { assertMay } from "../domain/job-state.ts";
import type { MessageStore } from "../ports/message-store.ts";
import { type Accepted, asAccepted } from "./accept-job.ts";
import type { CollectFailed, RetryReceivers } from "./collect-failed.ts";
import { type CreateJobPorts, makeCreateJob } from "./create-job.ts";
import { NO_ACCOUNT } from "./plan-job.ts";

export type RetryPorts = CreateJobPorts &
  Readonly<{
    messages: MessageStore;
    collectFailed: CollectFailed;
    jobId: (clientId: string, key: string | undefined) => string;
    hash: (text: string, list: Uint8Array) => string;
  }>;

/** Sources with more batches than this are read in the background. */
const MOST_BATCHES_AT_ONCE = 200;

/**
 * Make a new job of an ended job's failed receivers, and of the unknown ones if asked: those may get the message twice.
 * The list is frozen by writing it before the job. Asked for twice it is one job: without a key of its own, the source and what is
 * included are its key.
 *
 * @returns a function that throws {@link NotFound}, {@link Forbidden}, {@link Invalid} (another request under the same key)
 *   or {@link Conflict}: the source has not ended, nothing in it is to be retried, or no account sends for its AppId
 */
export function makeRetry(ports: RetryPorts) {
  const { jobs, messages, collectFailed, clock, jobId, hash, accountOf } = ports;
  const { plan, create } = makeCreateJob(ports);

  return async function retry(
    caller: Caller,
    id: string,
    include: readonly "unknown"[],
    idempotencyKey?: string,
  ): Promise<Accepted> {
    assertScope(caller, "send");
    const from = assertVisible(caller, id, await jobs.find(id), clock.now());
    assertMay("retry", from.state);
    const source: RetrySource = { job: from.id, run: from.run, include: [...new Set(include)] };
    const text = `retry of ${source.run} ${source.include.join()}`;
    const requestHash = hash(text, new Uint8Array());
    const own = jobId(caller.clientId, idempotencyKey ?? text);
    const first = await jobs.find(own);
    if (first && !isGone(first, clock.now())) return replay(first, requestHash);

    const stored = await messages.read(from.run);
    if (!stored) throw new Conflict(`the message of job ${id} is gone`);
    assertMaySend(caller, { appId: stored.message.AppId, sender: stored.message.Sender });
    if (accountOf(stored.message.AppId) === undefined)
      throw new Conflict(`the AppId of job ${id} ${NO_ACCOUNT.detail}`);
    const { delivery, label, tags } = from;
    const named = { ...(label !== undefined && { label }), ...(tags && { tags }) };
    const options = { delivery, dryRun: false, ...named, ...pacedAs(from), ...toldAs(from, caller) };
    const facts = {
      id: own,
      clientId: caller.clientId,
      by: actorOf(caller),
      requestHash,
      message: stored.message,
      options,
      duplicatesDropped: 0,
    };
    const parts = { ...facts, ...(await whom(from, source)) };
    const { job, existing } = await create(await plan(parts), parts);
    return existing ? replay(existing, requestHash) : { job, replayed: false, dryRun: false };
  };

  async function whom(from: Job, source: RetrySource): Promise<RetryReceivers & Readonly<{ source: RetrySource }>> {
    const expected = await collectFailed.count(from, source.include);
    if (expected === 0) throw nobody(from.id);
    if (!isOneBatch(from) && from.batches > MOST_BATCHES_AT_ONCE) return { expected, source };
    const receivers = await collectFailed.collect(from, source.include);
    if (receivers.length === 0) throw nobody(from.id); // those who were unknown turned out to be sent
    return { receivers, source };
  }

  function replay(first: Job, requestHash: string): Accepted {
    if (first.requestHash !== requestHash) throw new Invalid("this Idempotency-Key was used for another request");
    return { job: asAccepted(first), replayed: true, dryRun: false };
  }
}

/** A retry goes out as gently as its source. Whom the source left out is not among its receivers: nobody is left out again. */
const pacedAs = ({ sendWindow, maxPerMinute, pauseAfterFailures }: Job) => ({
  ...(sendWindow && { sendWindow }),
  ...(maxPerMinute !== undefined && { maxPerMinute }),
  ...(pauseAfterFailures && { pauseAfterFailures }),
});

/** A retry tells of itself as its source does. A callback is its client's own: nobody else's job goes there. */
const toldAs = ({ events, callback, clientId }: Job, caller: Caller) => ({
  events: events === true,
  ...(callback && clientId === caller.clientId && { callbackUrl: callback.url }),
});

const nobody = (id: string): Conflict => new Conflict(`job ${id} has no receivers to retry`);
