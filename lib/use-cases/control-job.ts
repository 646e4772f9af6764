import { actorOf, assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { control, graceMs } from "../domain/control.ts";
import { Conflict } from "../domain/errors.ts";
import { type HistoryEntry, type Job, toDelaySeconds } from "../domain/job.ts";
import type { Action } from "../domain/job-state.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Nudges } from "../ports/nudges.ts";

export type ControlPorts = Readonly<{
  jobs: JobStore;
  nudges: Pick<Nudges, "dispatch">;
  clock: Clock;
  drawId: () => string;
  leaseMs: number;
}>;

/** How often the write is tried: dispatch may change the job at the same time. */
const TRIES = 5;
/** The index that dispatch reads trails the job item a little. */
const INDEX_TRAILS_S = 1;

/**
 * Pause, resume or cancel: one conditional write of the job item, nothing else. It is in force before the next send, since
 * every worker reads the job right before its claim.
 *
 * @returns a function that gives the job in its new state. It throws {@link NotFound}, {@link Forbidden}, or
 *   {@link Conflict} naming the present state. A write whose answer got lost, and which others have overwritten since, is
 *   known by its entry in the history: what is done is no conflict
 */
export function makeControl({ jobs, nudges, clock, drawId, leaseMs }: ControlPorts) {
  return async function controlJob(caller: Caller, id: string, action: Exclude<Action, "retry">): Promise<Job> {
    assertScope(caller, "control");
    let tried: HistoryEntry | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const nowMs = clock.now();
      const job = assertVisible(caller, id, await jobs.find(id), nowMs);
      if (stands(tried, job)) return told(job);
      const change = control(job, action, { nowMs, by: actorOf(caller), graceMs: graceMs(leaseMs), drawId });
      tried = change.history?.at(-1);
      const written = await jobs.write(job, change).catch(async (error: unknown) => {
        const standing = await jobs.find(id).catch(() => undefined);
        if (standing && stands(tried, standing)) return standing;
        throw error;
      });
      if (written) return told(written);
    }
    throw new Conflict(`job ${id} is being changed by others; try again`);
  };

  async function told(job: Job): Promise<Job> {
    await nudge(job);
    return job;
  }

  /** A resumed job owes batches; a canceled one ends once no call is on its way. If this gets lost, the next minute's run does it. */
  async function nudge({ account, dueAtMs, state }: Job): Promise<void> {
    if (dueAtMs === undefined || state === "paused") return;
    const atMs = Math.max(clock.now(), dueAtMs);
    const delaySeconds = toDelaySeconds(atMs - clock.now()) + INDEX_TRAILS_S;
    if (delaySeconds < 900) await nudges.dispatch({ account, atMs }, delaySeconds).catch(() => {});
  }
}

const stands = (tried: HistoryEntry | undefined, { history }: Job): boolean =>
  history.some(({ atMs, event, by }) => atMs === tried?.atMs && event === tried.event && by === tried.by);
