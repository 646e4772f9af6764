import { applyChange } from "../domain/apply-change.ts";
import { isGone } from "../domain/job.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryJobStore({ jobs }: Pick<MemoryTable, "jobs">): JobStore {
  return {
    async find(id) {
      return jobs.get(id);
    },

    async create(job, nowMs) {
      const standing = jobs.get(job.id);
      if (standing && !isGone(standing, nowMs)) return standing.run === job.run ? undefined : standing;
      jobs.set(job.id, job);
      return undefined;
    },

    async write(job, change) {
      const next = applyChange(job, change);
      const standing = jobs.get(job.id);
      if (standing?.run !== job.run || standing.version !== job.version) return undefined;
      jobs.set(job.id, next);
      return next;
    },
  };
}
