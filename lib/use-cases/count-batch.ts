import { openClaim, resultsOf } from "../domain/batch-rows.ts";
import { isGone, isOneBatch, type Job, withEntry } from "../domain/job.ts";
import { may } from "../domain/job-state.ts";
import { countsOf } from "../domain/outcome.ts";
import { remaining } from "../domain/remaining.ts";
import { isFull, tallyOf } from "../domain/tally.ts";
import { firstOf } from "../domain/task.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { Tallies } from "../ports/tallies.ts";
import { makePullBrake } from "./pull-brake.ts";
import type { Seen } from "./read-batch.ts";
import type { Batch } from "./record-attempt.ts";

export type CountPorts = Readonly<{
  rows: Pick<BatchRowStore, "read">;
  tallies: Tallies;
  jobs: JobStore;
  nudges: Pick<Nudges, "dispatch">;
  clock: Clock;
}>;

/** How often a write is tried: others may change the same item at the same time. */
const TRIES = 6;

type Found = Pick<Seen, "rows" | "late" | "lateVersion">;

/** Count a batch: once, however often this is called and by however many workers. */
export function makeCountBatch(ports: CountPorts) {
  const { rows, tallies, jobs, nudges, clock } = ports;
  const pullBrake = makePullBrake(ports);
  return { countFinished, countAsIs };

  /**
   * Count a batch whose receivers all have final outcomes. A job of one batch has no tally: its rows are its counts, and
   * it is done. A full tally asks for a dispatch run: the job may be complete.
   */
  async function countFinished(batch: Batch, found: Found): Promise<void> {
    if (isOneBatch(batch.job)) return finish(batch.job);
    await count(
      batch,
      found,
      (now) => !openClaim(now.rows) && remaining(listOf(batch), now.rows, now.late).length === 0,
    );
  }

  /** Count what is recorded of a batch when its job ends, finished or not. False: others changed the tally every time. */
  async function countAsIs(batch: Batch, found: Found): Promise<boolean> {
    return isOneBatch(batch.job) || count(batch, found, () => true);
  }

  /** The first try assumes that no late answer came. That is nearly always so, and saves a read. */
  async function count(batch: Batch, found: Found, isReady: (now: Found) => boolean): Promise<boolean> {
    const { job, task } = batch;
    const key = { run: task.run, tally: tallyOf(task.batch), goneAtMs: job.goneAtMs };
    let now = found;
    for (let tries = 0; tries < TRIES; tries++) {
      if (!isReady(now)) return true;
      const counts = countsOf(listOf(batch), resultsOf(now.rows), now.late);
      const after = await tallies.count(key, { batch: task.batch, counts, lateVersion: now.lateVersion });
      if (after) {
        if (counts.failed > 0) await pullBrake(job);
        if (isFull(after, job.batches, key.tally)) await nudge(job);
        return true;
      }
      const [tally] = await tallies.read(key.run, [key.tally]);
      if (!tally || tally.counted.has(task.batch)) return true;
      const [fresh] = await rows.read(key.run, [firstOf(task)]);
      now = { rows: fresh ?? now.rows, late: tally.late, lateVersion: tally.lateVersion };
    }
    return false;
  }

  /** If the request for a run gets lost, the run of the next minute finds the job. */
  async function nudge({ account }: Job): Promise<void> {
    await nudges.dispatch({ account, atMs: clock.now() }, 0).catch(() => {});
  }

  async function finish(seen: Job): Promise<void> {
    let job: Job | undefined = seen;
    for (let tries = 0; tries < TRIES; tries++) {
      if (!job || isGone(job, clock.now()) || job.run !== seen.run || !may("finish", job.state)) return;
      const history = withEntry(job.history, { atMs: clock.now(), event: "done", by: "volley" });
      if (await jobs.write(job, { state: "done", shares: [], dueAtMs: undefined, history })) return;
      job = await jobs.find(seen.id);
    }
  }
}

const listOf = ({ task }: Batch): string[] => task.receivers.split(",");
