import { checkAtMs, type Job, type JobState } from "../domain/job.ts";
import type { JobStore } from "../use-cases/accept-job.ts";
import type { SteerStore } from "../use-cases/control-job.ts";
import type { DueJobs } from "../use-cases/sweep.ts";
import { itemsOf, type MemoryTable } from "./memory-table.ts";

export function memoryJobStore(table: MemoryTable, now: () => number): JobStore & SteerStore & DueJobs {
  return {
    async create(job) {
      const items = itemsOf(table, job.id);
      if (items.job) return items.job;
      items.job = job;
      items.dueAtMs = job.acceptingUntilMs;
      return undefined;
    },

    async find(id) {
      return table.get(id)?.job;
    },

    async takeOver({ id, acceptingUntilMs: seen }, acceptingUntilMs) {
      if (table.get(id)?.job?.acceptingUntilMs !== seen) return false;
      return change(id, ["accepting", "abandoned"], { state: "accepting", acceptingUntilMs }, acceptingUntilMs);
    },

    async writeManifest({ id }, firsts) {
      itemsOf(table, id).firsts = firsts.map(String);
    },

    async start(job, state) {
      const dueAtMs = state === "scheduled" ? job.notBeforeMs : undefined;
      change(job.id, ["accepting"], { state }, dueAtMs ?? checkAtMs(job, now()));
    },

    async job(id) {
      return table.get(id)?.job;
    },

    async move(id, from, to) {
      return change(id, from, { state: to, movedAtMs: now() }, to === "paused" ? undefined : now());
    },

    async due(untilMs, limit) {
      const due = [...table].flatMap(([id, { dueAtMs = Number.POSITIVE_INFINITY }]) =>
        dueAtMs <= untilMs ? [{ id, dueAtMs }] : [],
      );
      due.sort((a, b) => a.dueAtMs - b.dueAtMs);
      return due.slice(0, limit).map(({ id }) => id);
    },

    async abandon({ id, acceptingUntilMs: seen }) {
      if (table.get(id)?.job?.acceptingUntilMs !== seen) return false;
      return change(id, ["accepting"], { state: "abandoned" }, undefined);
    },

    async lookAgain(id, atMs) {
      const items = table.get(id);
      if (items?.job) items.dueAtMs = atMs;
    },
  };

  /** One conditional write on the job item. False: the condition did not hold. */
  function change(id: string, from: readonly JobState[], to: Partial<Job>, dueAtMs: number | undefined): boolean {
    const items = table.get(id);
    if (!items?.job || !from.includes(items.job.state)) return false;
    items.job = { ...items.job, ...to };
    items.dueAtMs = dueAtMs;
    return true;
  }
}
