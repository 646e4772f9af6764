import type { Job } from "../domain/job.ts";
import type { BatchRow, JobSummary, ResultReader } from "../use-cases/query-jobs.ts";
import type { Tallies } from "../use-cases/record-attempt.ts";
import { type BatchItem, itemsOf, type JobItems, type MemoryTable } from "./memory-table.ts";

export function memoryResultReader(table: MemoryTable, tallies: Pick<Tallies, "read">): ResultReader {
  return {
    async job(id) {
      return table.get(id)?.job;
    },

    counts: (id) => tallies.read({ id }),

    async jobs({ appId, state, limit, after }) {
      const found = [...table.values()].flatMap(({ job }) => (job ? [{ job, place: placeOf(job) }] : []));
      const wanted = found
        .filter(({ job }) => appId === undefined || job.message.AppId === appId)
        .filter(({ job }) => state === undefined || job.state === state)
        .filter(({ place }) => after === undefined || place < after)
        .sort((a, b) => (a.place < b.place ? 1 : -1));
      const page = wanted.slice(0, limit);
      const last = page[limit - 1];
      return { jobs: page.map(({ job }) => toSummary(job)), ...(last && { next: last.place }) };
    },

    async firsts(id) {
      return [...itemsOf(table, id).firsts];
    },

    async batchAt(id, userId) {
      const items = itemsOf(table, id);
      const item = sorted(items).findLast(({ first }) => BigInt(first) <= BigInt(userId));
      return item && toRow(items, item);
    },

    async batches(id, { from, onlyFailures, limit }) {
      const items = itemsOf(table, id);
      const wanted = sorted(items)
        .filter(({ first }) => from === undefined || BigInt(first) >= BigInt(from))
        .filter(({ mayHaveFailures }) => mayHaveFailures || !onlyFailures);
      const page = wanted.slice(0, limit);
      const last = page[limit - 1];
      return { rows: page.map((item) => toRow(items, item)), ...(last && { next: String(BigInt(last.first) + 1n) }) };
    },
  };
}

/** A job's place in the lists: those of one millisecond by their ids. */
const placeOf = ({ createdAtMs, id }: Job): string => `${new Date(createdAtMs).toISOString()}#${id}`;

const sorted = ({ batches }: JobItems): BatchItem[] =>
  [...batches.values()].sort((a, b) => (BigInt(a.first) < BigInt(b.first) ? -1 : 1));

/** A batch together with its later attempts. */
function toRow({ again }: JobItems, { mayHaveFailures: _, ...row }: BatchItem): BatchRow {
  const later = again.get(row.first);
  if (!later) return row;
  return { ...row, tries: [...row.tries, ...later.tries], ...(later.change && { laterChange: later.change }) };
}

const toSummary = ({
  id,
  message,
  state,
  lane,
  receivers,
  duplicatesDropped,
  batches,
  createdAtMs,
}: Job): JobSummary => ({
  id,
  appId: message.AppId,
  state,
  lane,
  receivers,
  duplicatesDropped,
  batches,
  createdAtMs,
});
