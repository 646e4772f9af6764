import type { DueJobs } from "../ports/due-jobs.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryDueJobs({ jobs }: Pick<MemoryTable, "jobs">): DueJobs {
  return {
    async due(lane, untilMs, limit) {
      const due = [...jobs.values()].flatMap(({ id, account, lane: on, dueAtMs = Number.POSITIVE_INFINITY }) =>
        on === lane && dueAtMs <= untilMs ? [{ id, account, dueAtMs }] : [],
      );
      due.sort((a, b) => a.dueAtMs - b.dueAtMs);
      return due.slice(0, limit).map(({ id, account }) => ({ id, account }));
    },
  };
}
