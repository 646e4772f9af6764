import { memoryDueJobs } from "../../lib/adapters/memory-due-jobs.ts";
import type { memoryResults } from "../../lib/adapters/memory-results.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { DueJobs } from "../../lib/ports/due-jobs.ts";
import type { FailedBatches } from "../../lib/ports/failed-batches.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";

export type Past = Readonly<{
  history: ReadonlyMap<string, unknown>;
  jobAt: (id: string, agoMs: number) => Job | undefined;
}>;

/** At the most. */
export const INDEX_TRAILS_MS = 2_000;

/** Indexes that trail behind the items, by another time at every read. */
export function makeTrailingIndexes(
  { agenda, plan, chance }: Readonly<{ agenda: Agenda; plan: FaultPlan; chance: Chance }>,
  { table, failed: failedNow }: Pick<ReturnType<typeof memoryResults>, "table" | "failed">,
  { history, jobAt }: Past,
) {
  const failedAtMs = new Map<string, number>();
  return { wrote, due, failed };

  function trail(): number {
    return plan.happens("indexTrails") ? chance.between(0, INDEX_TRAILS_MS) : chance.between(0, 50);
  }

  /** A row was written: it may stand in the index from now on. */
  function wrote(run: string, first: string): void {
    const place = `${run} ${first}`;
    if (table.rows.get(run)?.get(first)?.failed && !failedAtMs.has(place)) failedAtMs.set(place, agenda.now());
  }

  function due(): DueJobs {
    return {
      async due(lane, untilMs, limit) {
        const agoMs = trail();
        const found = [...history.keys()].flatMap((id) => {
          const job = jobAt(id, agoMs);
          return job ? [[id, job] as const] : [];
        });
        return memoryDueJobs({ jobs: new Map(found) }).due(lane, untilMs, limit);
      },
    };
  }

  function failed(): FailedBatches {
    return {
      async list(run, range, limit) {
        const untilMs = agenda.now() - trail();
        const firsts = await failedNow.list(run, range, limit);
        return firsts.filter((first) => (failedAtMs.get(`${run} ${first}`) ?? 0) <= untilMs);
      },
    };
  }
}
