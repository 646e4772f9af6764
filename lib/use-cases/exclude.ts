import { assertVisible, type Caller } from "../domain/caller.ts";
import { type Fault, Invalid, ListDamaged, NotFound } from "../domain/errors.ts";
import { isOneBatch, type Job, type StoredList } from "../domain/job.ts";
import type { Except, JobRequest } from "../domain/job-request.ts";
import { without } from "../domain/leave-out.ts";
import { joinIds, type Receivers, sortOut } from "../domain/receivers.ts";
import type { Text } from "../domain/text.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { inParallel } from "./in-parallel.ts";
import { makeLeaveOut } from "./leave-out.ts";

export type ExcludePorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  messages: Pick<MessageStore, "read">;
  lists: Pick<ReceiverLists, "write" | "read" | "manifest">;
  clock: Clock;
  drawId: () => string;
  settings: Readonly<{ maxBatch: number }>;
}>;

/** Who is to be left out: these ids, and everybody in these lists. */
export type Excluded = Readonly<{ ids: Receivers; lists: readonly StoredList[] }>;

/** Jobs that are looked up at once. */
const AT_ONCE = 8;

/** Leave out of a request's receivers those of its `Except`, before a list is written. */
export function makeExclude(ports: ExcludePorts) {
  const { jobs, messages, lists, clock, drawId, settings } = ports;
  const leaveOut = makeLeaveOut(lists);
  return { find, leave, store };

  /** Who is to be left out; or a fault for each job that the caller has not, or that has no list. */
  async function find(except: Except | undefined, caller: Caller): Promise<Excluded | readonly Fault[] | undefined> {
    if (!except) return undefined;
    const found = await inParallel(AT_ONCE, except.jobs, (id) => listOf(id, caller));
    const faults = found.flatMap((one, i) =>
      typeof one === "string" ? [{ pointer: `/Options/Except/Jobs/${i}`, detail: one }] : [],
    );
    if (faults.length > 0) return faults;
    const small = found.flatMap((one) => (one instanceof BigUint64Array ? [one] : []));
    return {
      ids: small.length > 0 ? sortOut(joinIds([except.receivers, ...small])).receivers : except.receivers,
      lists: found.flatMap((one) => (typeof one === "object" && "list" in one ? [one] : [])),
    };
  }

  /** @throws {Invalid} if nobody is left, or a list is damaged. Nothing is accepted then */
  async function leave(
    request: JobRequest,
    excluded: Excluded | undefined,
  ): Promise<JobRequest & { excluded?: number }> {
    if (!excluded) return request;
    try {
      const { receivers } = request;
      const left = await leaveOut(without(receivers, excluded.ids), excluded.lists);
      if (left.length === 0) throw invalid("/Options/Except", `leaves nobody of the ${receivers.length} receivers`);
      return { ...request, receivers: left, excluded: receivers.length - left.length };
    } catch (error) {
      if (!(error instanceof ListDamaged)) throw error;
      throw invalid("/Options/Except/Jobs", `one of them has a damaged list: ${error.message}`);
    }
  }

  /** What an import has to leave out later: ids stand in a list of their own by then. */
  async function store(excluded: Excluded | undefined): Promise<{ except?: readonly StoredList[] }> {
    if (!excluded) return {};
    const { ids: receivers, lists: all } = excluded;
    if (receivers.length === 0) return { except: all };
    const { maxBatch: batchSize } = settings;
    const list = await lists.write(drawId(), receivers, batchSize);
    const sizes = { receivers: receivers.length, batches: Math.ceil(receivers.length / batchSize), batchSize };
    return { except: [...all, { list, ...sizes }] };
  }

  /** @returns what is wrong with it, as a half-sentence */
  async function listOf(id: string, caller: Caller): Promise<Text | Receivers | StoredList> {
    const job = await visible(id, caller);
    if (!job) return "is no job of this client";
    if (job.state === "awaiting-list" || job.state === "importing") return "has no list yet";
    if (!isOneBatch(job)) {
      const { list, receivers, batches, batchSize } = job;
      return list ? { list, receivers, batches, batchSize } : "has no list";
    }
    const text = (await messages.read(job.run))?.receivers;
    return text === undefined ? "has no list" : BigUint64Array.from(text.split(","), BigInt);
  }

  async function visible(id: string, caller: Caller): Promise<Job | undefined> {
    try {
      return assertVisible(caller, id, await jobs.find(id), clock.now());
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }
}

const invalid = (pointer: string, detail: Text): Invalid =>
  new Invalid("the request has faults", [{ pointer, detail }]);
