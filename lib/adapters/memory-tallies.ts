import { type Counts, FINAL, NO_COUNTS } from "../domain/outcome.ts";
import type { Tallies } from "../use-cases/record-attempt.ts";
import { itemsOf, type MemoryTable } from "./memory-table.ts";

export function memoryTallies(table: MemoryTable): Tallies {
  return {
    async add({ id }, tally, { tag, counts }) {
      const { tallies } = itemsOf(table, id);
      const item = tallies.get(tally) ?? { counts: NO_COUNTS, done: new Set() };
      if (item.done.has(tag)) return undefined;
      const sum = plus(item.counts, counts);
      tallies.set(tally, { counts: sum, done: new Set([...item.done, tag]) });
      return sum;
    },

    async read({ id }) {
      return [...itemsOf(table, id).tallies.values()].reduce((sum, { counts }) => plus(sum, counts), NO_COUNTS);
    },

    async finish({ id }) {
      const items = itemsOf(table, id);
      const { job } = items;
      if (!job || !["running", "paused", "scheduled"].includes(job.state)) return; // a canceled job stays canceled
      items.job = { ...job, state: "done" };
      items.dueAtMs = undefined;
    },
  };
}

function plus(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const status of FINAL) sum[status] += b[status];
  return sum;
}
