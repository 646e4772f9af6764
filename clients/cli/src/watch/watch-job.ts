import { type Job, VolleyError } from "../../../sdk/src/client.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type CodeCounts, readCodeCounts } from "./code-counts.ts";
import { progressOf } from "./progress.ts";
import { summaryOf, wentToAll } from "./summary.ts";
import { makeView } from "./view.ts";

/** While a job runs its reasons are read this often at most: each time reads all of them. */
const CODES_EVERY_MS = 3_000;

/**
 * Show how a job goes on until it has ended, then what became of it. Ctrl-C ends the watching alone, and says how to come back.
 *
 * @returns the exit code
 */
export async function watchJob(id: string, session: Session): Promise<number> {
  const { io, say, note } = session;
  const { signal, nowMs } = io;
  const { jobs } = await session.volley();
  const view = makeView(session);
  let counts: CodeCounts = [];
  let countedMs = Number.NEGATIVE_INFINITY;
  let counted = 0;

  const look = async (job: Job): Promise<void> => {
    const progress = progressOf(job);
    await view.progress(progress);
    const { failed, unknown, isOver } = progress;
    const isDue = isOver || (failed + unknown !== counted && nowMs() - countedMs >= CODES_EVERY_MS);
    if (failed + unknown === 0 || !isDue) return;
    const statuses = [...(failed > 0 ? (["failed"] as const) : []), ...(unknown > 0 ? (["unknown"] as const) : [])];
    counts = await readCodeCounts(jobs, id, statuses, signal);
    countedMs = nowMs();
    counted = failed + unknown;
    if (!isOver) await view.codes(counts); // the summary has them
  };

  try {
    const job = await jobs.wait(id, { everyMs: io.pollMs, onProgress: look, signal });
    view.stop();
    if (session.isJson) await session.printJson(job);
    else for (const line of summaryOf(job, counts, say)) await session.print(line);
    return wentToAll(job) ? EXIT.OK : EXIT.NOT_ALL;
  } catch (error) {
    view.stop();
    if (signal.aborted) note(`\n${say("watch.left-it", { id })}`);
    else if (!(error instanceof VolleyError && error.status < 500)) note(say("watch.goes-on", { id }));
    throw error;
  }
}
