import { graceMs } from "../domain/control.ts";
import { dutyOf, toCandidate, waitingOf } from "../domain/dispatch-plan.ts";
import { baseOf } from "../domain/failure-brake.ts";
import { type Job, type JobChange, type Lane, toDelaySeconds } from "../domain/job.ts";
import type { Usage } from "../domain/quota/usage.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import { type Given, giveOut, oldestQueuedMs, reviewShares } from "../domain/shares.ts";
import { totalOf } from "../domain/tally.ts";
import { type JobNames, namesOfJob } from "../domain/trace.ts";
import type { DispatchLock } from "../ports/dispatch-lock.ts";
import type { DueJob, DueJobs } from "../ports/due-jobs.ts";
import type { Nudge, Nudges } from "../ports/nudges.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import type { DispatchEvent } from "./dispatch-event.ts";
import { type EndJobPorts, makeEndJob } from "./end-job.ts";
import { inParallel } from "./in-parallel.ts";
import { makeOpenShare, type Planned } from "./open-share.ts";
import { makePullBrake } from "./pull-brake.ts";
import { readCounted } from "./read-counted.ts";
import type { ReadList } from "./read-list.ts";

export type DispatchPorts = EndJobPorts &
  Readonly<{
    due: DueJobs;
    quota: QuotaReader;
    queue: TaskQueue;
    nudges: Nudges;
    lock: DispatchLock;
    readList: ReadList;
    drawId: () => string;
    report: (event: DispatchEvent) => void;
    settings: Readonly<{ shareAgeMs: number; leaseMs: number }>;
  }>;

type Looked = Planned & Readonly<{ oldestMs: number | undefined }>;

/** Jobs due before the next run, a minute later, are dispatched now. */
const AHEAD_MS = 60_000;
/** Jobs of one lane in one run. The longest due come first, so the others come first in the next run. */
const JOBS_PER_RUN = 2_000;
/** Receivers queued by one run: their lists are in memory at once. */
const RECEIVERS_PER_RUN = 2_000_000;
const AT_ONCE = 16;
/** What the room takes to be sent. */
const ROOM_S = 120;
/** A run that dies keeps others away no longer than this. */
const LOCK_MS = 60_000;
/** Runs of one account begin at least so far apart. */
const GAP_MS = 5_000;
/** While more than one job waits for room, the next run begins after this. */
const RIVALS_MS = 20_000;
/** A run that began this long after a nudge has seen the reason for it, although its index trails. */
const INDEX_TRAILS_MS = 2_000;

/**
 * Dispatch: queue the next batches of every running job in fair shares, and again what was lost; start jobs whose time has
 * come, end those that were stopped. Safe to run at any time, twice, and side by side: every job is changed by one
 * conditional write, tasks are queued after it, and a run that loses the write queues nothing.
 */
export function makeDispatch(ports: DispatchPorts) {
  const { jobs, due, tallies, quota, nudges, lock, clock, drawId, report, settings } = ports;
  const endJob = makeEndJob(ports);
  const grace = graceMs(settings.leaseMs);
  const openShare = makeOpenShare({ ...ports, shareAgeMs: settings.shareAgeMs, graceMs: grace });
  const pullBrake = makePullBrake(ports);
  return { eachMinute, nudged };

  /** Look after the jobs of all accounts. One account's failure does not keep it from the others: it is thrown in the end. */
  async function eachMinute(): Promise<void> {
    const failures: unknown[] = [];
    for (const [account, ids] of await dueByAccount()) {
      await runAlone(account, ids).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Look after the jobs of one account, soon. @returns when to come back, if the last run began only a moment ago */
  async function nudged({ account, atMs }: Nudge): Promise<Settled> {
    const ids = (await dueByAccount()).get(account) ?? [];
    const answer = await runAlone(account, ids);
    if (answer.kind === "taken" || answer.lastStartMs >= atMs + INDEX_TRAILS_MS) return DELETE;
    return { kind: "go-back", atMs: Math.min(answer.untilMs, clock.now() + GAP_MS) }; // a run is short
  }

  async function dueByAccount(): Promise<Map<string, DueJob[]>> {
    const untilMs = clock.now() + AHEAD_MS;
    const found = await Promise.all((["bulk", "express"] as const).map((lane) => due.due(lane, untilMs, JOBS_PER_RUN)));
    return Map.groupBy(found.flat(), ({ account }) => account);
  }

  async function runAlone(account: string, ids: readonly DueJob[]) {
    const answer = await lock.take(account, { nowMs: clock.now(), leaseMs: LOCK_MS, gapMs: GAP_MS });
    if (answer.kind === "busy") return answer;
    try {
      await run(account, ids);
    } finally {
      await lock.release(account, answer.token).catch(() => {}); // it ends by itself
    }
    return answer;
  }

  async function run(account: string, ids: readonly DueJob[]): Promise<void> {
    const usage = await quota.usage(account);
    const held = usage.heldUntilMs !== undefined || usage.pausedAtMs !== undefined;
    const found = await inParallel(AT_ONCE, ids, ({ id }) => orReport({ job: id }, () => review(id, usage, held)));
    const planned = found.filter((one) => one !== undefined);
    const total = usage.room;
    const candidates = planned.map(({ job, reviewed }) => toCandidate(job, reviewed, clock.now()));
    const open = candidates.reduce((sum, one) => sum + (one.takesRoom ? one.open : 0), 0);
    const free = Math.min(RECEIVERS_PER_RUN, Math.max(0, total - open));
    const { given, unfair, waiting } = held
      ? { given: candidates.map(({ owed, cursor }): Given => ({ queue: [], owed, cursor })), unfair: false, waiting: 0 }
      : giveOut(candidates, { total, free });
    const queued = await inParallel(AT_ONCE, planned, (one, i) =>
      orReport(namesOfJob(one.job), () =>
        openShare(
          one,
          given[i] ?? { queue: [], owed: one.reviewed.owed, cursor: one.job.cursor },
          usage.heldSinceMs ?? usage.pausedAtMs,
        ),
      ),
    );
    const sum = queued.reduce((tasks: number, count) => tasks + (count ?? 0), 0);
    const left = candidates.reduce((all, one) => all + waitingOf(one), 0);
    report({
      ...{ event: "dispatch-run", account, jobs: ids.length, queued: sum, room: free, held },
      ...{ used: usage.used, capacity: usage.capacity, waiting: left },
      shares: planned.reduce((all, { reviewed }, i) => all + reviewed.queued.length + (queued[i] ? 1 : 0), 0),
      secondsLeft: Math.ceil((left * ROOM_S) / Math.max(1, usage.room)),
      oldestMs: oldestOf(planned),
    });
    // A job that came while the room was full gets the rest of its share as soon as there is room again. Where several wait
    // for room, it is given out in smaller pieces: by the minute a small job would wait for its next turn behind a whole minute.
    const againMs = unfair ? GAP_MS : waiting > 1 ? RIVALS_MS : undefined;
    if (againMs !== undefined) await nudges.dispatch({ account, atMs: clock.now() }, againMs / 1000).catch(() => {});
  }

  /** One job's failure does not keep it from the others. */
  async function orReport<T>(
    names: Pick<JobNames, "job"> & Partial<JobNames>,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      report({ event: "job-failed", ...names, error });
      return undefined;
    }
  }

  async function review(id: string, usage: Usage, held: boolean): Promise<Looked | undefined> {
    const job = await jobs.find(id);
    const nowMs = clock.now();
    const duty = dutyOf(job, { nowMs, by: "volley", graceMs: grace, drawId });
    if (!job || duty.do === "nothing") return undefined;
    if (duty.do === "import") return void (await nudges.import(job.id));
    if (duty.do === "expire") return void (await expire(job, duty.change));
    if (duty.do === "end") return void (await endJob(job));
    const counts = job.pauseAfterFailures && totalOf((await tallies.all(job.run)).values());
    if (counts && (await pullBrake(job, counts))) return undefined;
    const isCounted = await readCounted(tallies, job);
    const { lastHold, lastPause } = usage;
    // In a pause a bulk worker deletes its tasks: all that was queued before its end is queued again.
    const voidUntilMs = job.lane === "bulk" ? lastPause?.toMs : undefined;
    const times = { nowMs, ageMs: settings.shareAgeMs, heldTimes: [lastHold, lastPause], held, voidUntilMs };
    const oldestMs = oldestQueuedMs(job.shares, isCounted, times);
    const brakeBase = counts && !job.brakeBase ? baseOf(counts) : undefined;
    return { job, reviewed: reviewShares(job.shares, isCounted, times), oldestMs, brakeBase };
  }

  /** It can end once no call is on its way any more: ask for a run then. If that gets lost, the run of the next minute ends it. */
  async function expire(job: Job, change: JobChange): Promise<void> {
    const written = await jobs.write(job, change);
    if (written?.endsAtMs === undefined) return;
    const delaySeconds = toDelaySeconds(written.endsAtMs - clock.now());
    await nudges.dispatch({ account: job.account, atMs: written.endsAtMs }, delaySeconds).catch(() => {});
  }
}

function oldestOf(looked: readonly Looked[]): Partial<Record<Lane, number>> {
  const oldest: Partial<Record<Lane, number>> = {};
  for (const { job, oldestMs } of looked) {
    if (oldestMs !== undefined) oldest[job.lane] = Math.max(oldest[job.lane] ?? 0, oldestMs);
  }
  return oldest;
}
