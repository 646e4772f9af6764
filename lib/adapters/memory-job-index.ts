import { isGone, type Job } from "../domain/job.ts";
import { placeInList } from "../domain/place-in-list.ts";
import { hasTag } from "../domain/tags.ts";
import type { JobIndex, JobSummary } from "../ports/job-index.ts";
import type { MemoryTable } from "./memory-table.ts";

/** @param now epoch ms: jobs past their moment are left out */
export function memoryJobIndex({ jobs }: Pick<MemoryTable, "jobs">, now: () => number): JobIndex {
  return {
    async list({ clientId, appId, state, label, tags = [], limit, after }) {
      const nowMs = now();
      const found = [...jobs.values()]
        .filter((job) => job.clientId === clientId && !isGone(job, nowMs))
        .filter((job) => appId === undefined || job.appId === appId)
        .filter((job) => state === undefined || job.state === state)
        .filter((job) => label === undefined || job.label === label)
        .filter((job) => tags.every((tag) => hasTag(job.tags ?? {}, tag)))
        .filter((job) => after === undefined || placeInList(job) < after)
        .sort((a, b) => (placeInList(a) < placeInList(b) ? 1 : -1));
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { jobs: page.map(toSummary), ...(last && { next: placeInList(last) }) };
    },
  };
}

const toSummary = (job: Job): JobSummary => ({
  id: job.id,
  appId: job.appId,
  state: job.state,
  lane: job.lane,
  receivers: job.receivers,
  duplicatesDropped: job.duplicatesDropped,
  batches: job.batches,
  createdAtMs: job.createdAtMs,
  ...(job.label !== undefined && { label: job.label }),
  ...(job.tags && { tags: job.tags }),
});
