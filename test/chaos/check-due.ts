import type { DueJobs } from "../../lib/ports/due-jobs.ts";
import type { Agenda } from "./agenda.ts";
import type { Findings } from "./findings.ts";
import type { Store, Version } from "./store.ts";
import { INDEX_TRAILS_MS } from "./trailing-indexes.ts";

/** A dispatch run sees every job that has been due for longer than the index trails: nobody else looks after it. */
export function makeDueChecks(agenda: Agenda, { history }: Pick<Store, "history">, { add }: Findings) {
  return { watch };

  function watch(index: DueJobs): DueJobs {
    return {
      async due(lane, untilMs, limit) {
        const fromMs = agenda.now() - INDEX_TRAILS_MS;
        const found = await index.due(lane, untilMs, limit);
        const ids = new Set(found.map(({ id }) => id));
        const isDue = ({ job }: Version) => job.lane === lane && (job.dueAtMs ?? Number.POSITIVE_INFINITY) <= untilMs;
        for (const [id, versions] of history) {
          if (!ids.has(id) && wasAllAlong(versions, fromMs, isDue)) {
            add("contradiction", "a run sees every job that is due", id);
          }
        }
        return found;
      },
    };
  }
}

/** Whether every version that stood at some time since `fromMs` is such. */
function wasAllAlong(versions: readonly Version[], fromMs: number, is: (version: Version) => boolean): boolean {
  for (const version of versions.toReversed()) {
    if (!is(version)) return false;
    if (version.atMs <= fromMs) return true;
  }
  return false;
}
