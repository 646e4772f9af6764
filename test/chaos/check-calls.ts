import { claimedBy, openClaim } from "../../lib/domain/batch-rows.ts";
import { isGone, type Job } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { includes } from "../../lib/domain/ranges.ts";
import { isShut } from "../../lib/domain/send-window.ts";
import { firstOf, type Task } from "../../lib/domain/task.ts";
import type { Agenda } from "./agenda.ts";
import type { Findings } from "./findings.ts";
import type { Call } from "./model-upstream.ts";
import type { Store, Version } from "./store.ts";

/** Of the rule itself, and not of the code that it is a rule for: a call leaves this soon after its job was read. */
const CLAIM_WINDOW_MS = 2_000;
/** A process whose clock is off by more must not send. */
const MOST_OFF_MS = 1_000;

export type CallChecks = ReturnType<typeof makeCallChecks>;

/** A call that a worker is about to make, the task it works on, and how far its clock is ahead. */
export type Leaving = Readonly<{ task: Task; receivers: readonly string[]; skewMs: number }>;

export type CallSettings = Readonly<{
  mostSkewMs: number;
  callTimeoutMs: number;
  /** Told of each call of a job. */
  onLeave: (job: Job, receivers: readonly string[]) => void;
}>;

/** What holds of every call to the upstream. */
export function makeCallChecks(
  agenda: Agenda,
  { table, history }: Pick<Store, "table" | "history">,
  { add }: Findings,
  { mostSkewMs, callTimeoutMs, onLeave }: CallSettings,
) {
  /** Calls by run and receiver. */
  const made = new Map<string, Call[]>();
  const used = new Set<string>();
  return { issued, leaves, fatesOf, lastValidMs };

  /** At the worker's last check, one tick before its socket. */
  function issued({ task, receivers, skewMs }: Leaving): void {
    const nowMs = agenda.now();
    const validMs = lastValidMs(task);
    if (nowMs - validMs > CLAIM_WINDOW_MS) {
      const state = table.jobs.get(task.job)?.state;
      add("contradiction", "a call leaves within the claim window", task.job, `${nowMs - validMs} ms late, ${state}`);
    }
    const job = table.jobs.get(task.job);
    if (job?.run === task.run && isShut(job, nowMs + skewMs)) {
      add("contradiction", "no call while its job's window is closed", task.job);
    }
    const rows = table.rows.get(task.run)?.get(firstOf(task));
    const open = rows && openClaim(rows);
    const covered = open ? claimedBy(open, task.receivers.split(",")) : [];
    if (!open || covered.join() !== receivers.join()) {
      add("contradiction", "a call has its claim on the row", task.job, `${receivers}, claimed ${covered}`);
      return;
    }
    if (used.has(open.claim.id)) add("contradiction", "a claim is for one call", task.job, open.claim.id);
    used.add(open.claim.id);
    if (Math.abs(skewMs) > MOST_OFF_MS) {
      add("contradiction", "a process whose clock is off sends nothing", task.job, `${skewMs} ms off`);
    }
    const leftMs = open.claim.untilMs - (nowMs + skewMs);
    if (leftMs < callTimeoutMs)
      add("contradiction", "a lease covers its call", task.job, `${leftMs} ms are left of it`);
  }

  /** On the socket, which may have taken its time to connect. */
  function leaves(call: Call, { task }: Leaving): void {
    const nowMs = agenda.now();
    const job = table.jobs.get(task.job);
    if (job?.run !== call.run || hasEnded(job.state)) {
      add("contradiction", "no call after the job's end", task.job, job?.state);
    }
    if (job && isGone(job, nowMs - mostSkewMs)) add("contradiction", "no call for a job past its moment", task.job);
    if ((job?.notBeforeMs ?? 0) > nowMs + mostSkewMs) add("contradiction", "no call before NotBefore", task.job);
    const lateMs = nowMs - lastValidMs(task);
    if (lateMs > CLAIM_WINDOW_MS + callTimeoutMs) {
      add("contradiction", "a call leaves soon after its job was stopped", task.job, `${lateMs} ms`);
    }
    if (job?.run === call.run) onLeave(job, call.receivers);
    for (const userId of call.receivers) {
      const place = `${call.run} ${userId}`;
      const before = made.get(place) ?? [];
      if (job?.delivery === "at-most-once" && before.some(({ fates }) => fates.get(userId) !== "not")) {
        add("doubled", "at-most-once: calls that may have arrived are disjoint", task.job, `receiver ${userId}`);
      }
      made.set(place, [...before, call]);
    }
  }

  /** What became of the calls for a receiver of a run. */
  function fatesOf(run: string, userId: string) {
    return (made.get(`${run} ${userId}`) ?? []).map(({ fates }) => fates.get(userId));
  }

  /** The last moment at which the task was valid: its job running and not over, its share queued. */
  function lastValidMs({ job: id, run, share, batch }: Task): number {
    const versions: readonly Version[] = history.get(id) ?? [];
    for (let i = versions.length - 1; i >= 0; i--) {
      const { job } = versions[i] ?? { job: undefined };
      if (!job || job.run !== run || !isValid(job, share, batch)) continue;
      const untilMs = versions[i + 1]?.atMs ?? agenda.now();
      return Math.min(untilMs, job.expiresAtMs + mostSkewMs);
    }
    return Number.NEGATIVE_INFINITY;
  }
}

const isValid = ({ state, shares }: Job, share: string, batch: number): boolean =>
  state === "running" &&
  shares.some(({ id, batches, queuedAtMs }) => id === share && queuedAtMs !== undefined && includes(batches, batch));
