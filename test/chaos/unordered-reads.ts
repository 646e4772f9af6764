import type { MemoryTable } from "../../lib/adapters/memory-table.ts";
import { type BatchRows, NO_ROW } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { Chance } from "./chance.ts";

/**
 * A BatchGetItem is no snapshot: every item in it is read at a moment of its own, in any order.
 *
 * @param spread lets time pass between two of them
 */
export function unorderedReads(
  { jobs, messages }: Pick<MemoryTable, "jobs" | "messages">,
  rows: BatchRowStore,
  chance: Chance,
  spread: () => Promise<void>,
): Pick<BatchRowStore, "look" | "read"> {
  return {
    async look({ job: id, run, first, withMessage }) {
      let job: Job | undefined;
      const findJob = async (): Promise<void> => {
        job = jobs.get(id);
      };
      const batch = partsOf(run, first);
      await inAnyOrder([findJob, ...batch.parts]);
      const message = withMessage ? messages.get(run) : undefined;
      return { ...(job && { job }), rows: batch.rows(), ...(message && { message }) };
    },

    async read(run, firsts) {
      const batches = firsts.map((first) => partsOf(run, first));
      await inAnyOrder(batches.flatMap(({ parts }) => parts));
      return batches.map((batch) => batch.rows());
    },
  };

  function partsOf(run: string, first: string) {
    const found = { batch: NO_ROW, retry: NO_ROW };
    const part = (on: keyof BatchRows) => async (): Promise<void> => {
      const [now] = await rows.read(run, [first]);
      if (now) found[on] = now[on];
    };
    return { parts: [part("batch"), part("retry")], rows: (): BatchRows => found };
  }

  async function inAnyOrder(parts: readonly (() => Promise<void>)[]): Promise<void> {
    const left = [...parts];
    while (left.length > 0) {
      const [part] = left.splice(chance.between(0, left.length - 1), 1);
      await part?.();
      if (left.length > 0 && chance.happens(0.3)) await spread();
    }
  }
}
