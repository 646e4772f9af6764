import { numbersIn } from "../../lib/domain/ranges.ts";
import { TASK_VERSION, type Task } from "../../lib/domain/task.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Queues } from "./queues.ts";
import { MINUTE_MS } from "./settings.ts";
import type { Store } from "./store.ts";

export type SecondLife = Readonly<{ agenda: Agenda; plan: FaultPlan; chance: Chance; store: Store; queues: Queues }>;

/**
 * Every job is past its moment, any part of what it left behind is deleted, the rest stands: the table deletes what has
 * expired in its own time. Tasks of the old jobs come once more.
 *
 * @returns when that is, epoch ms
 */
export function makeSecondLife({ agenda, plan, chance, store, queues }: SecondLife): number {
  const { table, objects } = store;
  const goneMs = Math.max(agenda.now(), ...[...table.jobs.values()].map(({ goneAtMs }) => goneAtMs)) + MINUTE_MS;
  for (const { task, lane } of oldTasks()) {
    if (!chance.happens(0.5)) continue;
    agenda.at(goneMs + chance.between(0, 2 * MINUTE_MS), () => void queues[lane].put([task], 0).catch(() => {}));
  }
  agenda.at(goneMs, deleteSome);
  return goneMs;

  function deleteSome(): void {
    for (const items of [table.jobs, table.messages, table.rows, table.tallies, objects]) {
      const share = chance.share();
      for (const key of [...items.keys()]) if (chance.happens(share) && items.delete(key)) plan.count("timeToLive");
    }
  }

  function* oldTasks() {
    for (const versions of store.history.values()) {
      for (const { job } of versions) {
        for (const { id: share, batches } of job.shares) {
          for (const batch of numbersIn(batches)) {
            const receivers = store.batchText(job, batch);
            const task = { v: TASK_VERSION, job: job.id, run: job.run, share, batch } as const;
            if (receivers !== undefined) yield { lane: job.lane, task: { ...task, receivers } satisfies Task };
          }
        }
      }
    }
  }
}
