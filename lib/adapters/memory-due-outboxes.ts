import type { DueOutboxes } from "../ports/due-outboxes.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryDueOutboxes({ jobs }: Pick<MemoryTable, "jobs">): DueOutboxes {
  return {
    async due(untilMs, limit) {
      const due = [...jobs.values()].flatMap(({ id, publishAtMs = Number.POSITIVE_INFINITY }) =>
        publishAtMs <= untilMs ? [{ id, publishAtMs }] : [],
      );
      due.sort((a, b) => a.publishAtMs - b.publishAtMs);
      return due.slice(0, limit).map(({ id }) => id);
    },
  };
}
