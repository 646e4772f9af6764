import { memoryReceiverLists } from "../../lib/adapters/memory-receiver-lists.ts";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import type { Job, JobChange } from "../../lib/domain/job.ts";
import { decodeIds } from "../../lib/domain/list-format.ts";
import type { BatchRowStore, RowKey } from "../../lib/ports/batch-row-store.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import type { Tallies } from "../../lib/ports/tallies.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { makeTrailingIndexes } from "./trailing-indexes.ts";
import { unorderedReads } from "./unordered-reads.ts";

/** A job as one write left it. */
export type Version = Readonly<{ atMs: number; job: Job }>;

/** Hears of every write at the moment it takes effect. */
export type OnWrite = Readonly<{
  job(before: Job | undefined, after: Job): void;
  row(run: string, first: string): void;
  tally(run: string, tally: number): void;
}>;

export type Store = ReturnType<typeof makeStore>;

/** Table and bucket of one schedule: the memory adapters, with indexes that trail and reads that are no snapshot. */
export function makeStore(agenda: Agenda, plan: FaultPlan, chance: Chance) {
  const results = memoryResults(agenda.now);
  const { table } = results;
  const objects = new Map<string, Uint8Array>();
  const lists = memoryReceiverLists(objects);
  const history = new Map<string, Version[]>();
  const indexes = makeTrailingIndexes({ agenda, plan, chance }, results, { history, jobAt });
  const byChange = new WeakMap<JobChange, Job>();
  const { messages, lock, index } = results;
  return {
    table,
    objects,
    history,
    jobAt,
    listOf,
    batchText,
    jobs,
    rows,
    tallies,
    due: indexes.due,
    failed: indexes.failed,
    messages,
    lists,
    lock,
    index,
  };

  /** A job as it stood `agoMs` ago. */
  function jobAt(id: string, agoMs: number): Job | undefined {
    return history.get(id)?.findLast(({ atMs }) => atMs <= agenda.now() - agoMs)?.job;
  }

  /** Whom a job goes to, wherever its list stands; not if it is damaged. */
  function listOf({ run, list, receivers }: Job): BigUint64Array | undefined {
    if (list === undefined) {
      const text = table.messages.get(run)?.receivers;
      return text === undefined ? undefined : BigUint64Array.from(text.split(",").map(BigInt));
    }
    const bytes = objects.get(list.key);
    return bytes?.length === list.bytes ? decodeIds(bytes.subarray(0, 8 * receivers)) : undefined;
  }

  function batchText(job: Job, batch: number): string | undefined {
    const { batchSize } = job;
    return listOf(job)
      ?.subarray(batch * batchSize, (batch + 1) * batchSize)
      .join();
  }

  function keep(job: Job): void {
    const versions = history.get(job.id) ?? [];
    versions.push({ atMs: agenda.now(), job });
    history.set(job.id, versions);
  }

  function jobs(on: OnWrite): JobStore {
    return {
      ...results.jobs,
      async create(job, nowMs) {
        const before = table.jobs.get(job.id);
        const standing = await results.jobs.create(job, nowMs);
        if (!standing && before !== table.jobs.get(job.id)) {
          keep(job);
          on.job(before, job);
        }
        return standing;
      },
      /** The same change again is the client repeating its write: it finds its own drawn token, as long as it stands. */
      async write(job, change) {
        const before = table.jobs.get(job.id);
        const written = await results.jobs.write(job, change);
        if (!written) return before && byChange.get(change) === before ? before : undefined;
        byChange.set(change, written);
        keep(written);
        on.job(before, written);
        return written;
      },
    };
  }

  /** @param spread lets time pass between the parts of a read */
  function rows(on: OnWrite, spread: () => Promise<void>): BatchRowStore {
    const base = results.rows;
    return {
      ...unorderedReads(table, base, chance, spread),
      claim: (key, row, claim) => seen(key, base.claim(key, row, claim)),
      record: (key, row, id, result) => seen(key, base.record(key, row, id, result)),
      release: (key, row, id) => seen(key, base.release(key, row, id)),
      append: (key, row, result) => seen(key, base.append(key, row, result)),
      addLate: (key, late) => seen(key, base.addLate(key, late)),
    };

    async function seen<T>({ run, first }: Pick<RowKey, "run" | "first">, write: Promise<T>): Promise<T> {
      const result = await write;
      indexes.wrote(run, first);
      on.row(run, first);
      return result;
    }
  }

  function tallies(on: OnWrite): Tallies {
    return {
      ...results.tallies,
      async count(key, change) {
        const after = await results.tallies.count(key, change);
        if (after) on.tally(key.run, key.tally);
        return after;
      },
      async addLate(key, late) {
        const added = await results.tallies.addLate(key, late);
        on.tally(key.run, key.tally);
        return added;
      },
    };
  }
}
