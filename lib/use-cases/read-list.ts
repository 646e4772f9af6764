import { ListDamaged } from "../domain/errors.ts";
import { isOneBatch, type Job, type StoredList } from "../domain/job.ts";
import { numbersIn, type Range, type Ranges } from "../domain/ranges.ts";
import type { Receivers } from "../domain/receivers.ts";
import { receiversInBatch } from "../domain/shares.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";

export type ReadListPorts = Readonly<{
  messages: Pick<MessageStore, "read">;
  lists: Pick<ReceiverLists, "read" | "manifest">;
}>;

/** Batches of a list to one read: 400 KB. */
const BATCHES_PER_READ = 100;
/** Reads under way at once. */
const READS = 4;
/** Manifests, and lists of one batch, that one process keeps: 8 bytes a batch, 10 KB a list, and they never change. */
const KEPT = 20;

/** A job's receivers, wherever its list stands. @throws {ListDamaged | Unavailable} as {@link ReceiverLists} */
export function makeReadList({ messages, lists }: ReadListPorts) {
  const manifests = new Map<string, Receivers>();
  const texts = new Map<string, string>();
  return { manifest, batches };

  /** The first receiver of every batch, ascending; none while the list is still to be imported. */
  async function manifest(job: Job): Promise<Receivers> {
    if (isOneBatch(job))
      return BigUint64Array.from(((await findText(job)) ?? "").split(",", 1).filter(Boolean), BigInt);
    if (job.list === undefined) return new BigUint64Array();
    return manifests.get(job.run) ?? keep(manifests, job.run, await lists.manifest(storedList(job)));
  }

  /** Batches by number: their receivers as a task has them, ids joined by commas. */
  async function batches(job: Job, ranges: Ranges): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    if (isOneBatch(job)) {
      for (const n of numbersIn(ranges)) found.set(n, await textOf(job));
      return found;
    }
    const reads = ranges.flatMap(inPieces);
    const workers = Array.from({ length: Math.min(READS, reads.length) }, async () => {
      for (let range = reads.shift(); range; range = reads.shift()) await readInto(found, job, range);
    });
    await Promise.all(workers);
    return found;
  }

  async function readInto(found: Map<number, string>, job: Job, [from, to]: Range): Promise<void> {
    const ids = await lists.read(storedList(job), from, to);
    for (let n = from, at = 0; n < to; n++) {
      const size = receiversInBatch(job, n);
      found.set(n, ids.subarray(at, at + size).join(","));
      at += size;
    }
  }

  async function textOf(job: Job): Promise<string> {
    const text = await findText(job);
    if (text === undefined) throw new ListDamaged(job.run, "the message item that holds it is missing");
    return text;
  }

  async function findText({ run }: Job): Promise<string | undefined> {
    const text = texts.get(run) ?? (await messages.read(run))?.receivers;
    return text === undefined ? undefined : keep(texts, run, text);
  }
}

/** Keep a value in place of the oldest. */
function keep<T>(kept: Map<string, T>, run: string, value: T): T {
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined && !kept.has(run)) kept.delete(oldest);
  kept.set(run, value);
  return value;
}

export type ReadList = ReturnType<typeof makeReadList>;

function inPieces([from, to]: Range): Range[] {
  const pieces: Range[] = [];
  for (let at = from; at < to; at += BATCHES_PER_READ) pieces.push([at, Math.min(to, at + BATCHES_PER_READ)]);
  return pieces;
}

/** What the list store needs to know of a job's list. */
function storedList({ list, receivers, batches, batchSize, id }: Job): StoredList {
  if (list === undefined) throw new Error(`job ${id} names no list`);
  return { list, receivers, batches, batchSize };
}
