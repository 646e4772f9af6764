import type { MemoryTable } from "../../lib/adapters/memory-table.ts";
import { isOneBatch, type Job } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { numbersIn } from "../../lib/domain/ranges.ts";
import { receiversInBatch, type Share } from "../../lib/domain/shares.ts";
import { tallyOf } from "../../lib/domain/tally.ts";
import type { Task } from "../../lib/domain/task.ts";
import type { Findings } from "./findings.ts";
import type { Role } from "./ports.ts";

export type JobChecks = ReturnType<typeof makeJobChecks>;

/** What holds after every write of a job item, a row or a tally. */
export function makeJobChecks(table: MemoryTable, { add }: Findings) {
  /** Every share that was ever written: which job's, and its batches. */
  const shares = new Map<string, Readonly<{ job: string; batches: ReadonlySet<number>; queuedAtMs?: number }>>();
  const byRun = new Map<string, string>();
  return { job, row, tally, tasks, validReceivers, queuedIn: validIn };

  function job(by: Role, before: Job | undefined, after: Job): void {
    byRun.set(after.run, after.id);
    const old = before?.run === after.run ? before : undefined;
    if (old && old.cursor > after.cursor) add("contradiction", "a cursor goes back", after.id);
    if (old && hasEnded(old.state)) add("contradiction", "an ended job is changed", after.id, old.state);
    for (const share of after.shares) shareIsDrawn(after, share, old?.shares ?? []);
    const opens = by === "dispatch" || (by === "accept" && !old) || (by === "retry" && !old);
    if (!opens && validIn(after) > (old ? validIn(old) : 0)) {
      add("contradiction", "only dispatch opens shares", after.id, `${by} queues receivers`);
    }
    standsSomewhere(after);
    if (hasEnded(after.state)) endsWell(after);
    else if (after.dueAtMs === undefined)
      add("contradiction", "a job that has not ended is due", after.id, after.state);
  }

  /** A share's id is drawn once, and what it says can only shrink. */
  function shareIsDrawn({ id }: Job, share: Share, old: readonly Share[]): void {
    const batches = new Set(numbersIn(share.batches));
    const before = old.find((one) => one.id === share.id);
    const ever = shares.get(share.id);
    if (!before && ever) add("contradiction", "a share's id is drawn once", id, share.id);
    if (ever && (share.queuedAtMs !== ever.queuedAtMs || [...batches].some((n) => !ever.batches.has(n)))) {
      add("contradiction", "a share only shrinks", id, share.id);
    }
    if (ever) return;
    shares.set(share.id, { job: id, batches, ...(share.queuedAtMs !== undefined && { queuedAtMs: share.queuedAtMs }) });
  }

  /** Every batch below the cursor is counted, or stands in exactly one share. */
  function standsSomewhere(job: Job): void {
    const seen = new Set<number>();
    for (const { batches } of job.shares) {
      for (const n of numbersIn(batches)) {
        if (seen.has(n)) add("contradiction", "a batch stands in one share", job.id, `batch ${n}`);
        if (n >= job.cursor) add("contradiction", "shares stand below the cursor", job.id, `batch ${n}`);
        seen.add(n);
      }
    }
    if (isOneBatch(job) && hasEnded(job.state)) return;
    for (let n = 0; n < job.cursor; n++) {
      if (seen.has(n) || isCounted(job, n) || ["canceled", "expired"].includes(job.state)) continue;
      add("contradiction", "below the cursor: counted or in a share", job.id, `batch ${n} is neither`);
    }
  }

  function endsWell({ id, run, state, dueAtMs, shares: left, receivers, canceled = 0, ...job }: Job): void {
    if (dueAtMs !== undefined || left.length > 0) add("contradiction", "an ended job has no shares and is not due", id);
    if (isOneBatch(job)) return;
    const counted = [...(table.tallies.get(run)?.values() ?? [])]
      .flatMap(({ counts }) => Object.values(counts))
      .reduce((sum, count) => sum + count, 0);
    if (counted + canceled !== receivers) {
      add("contradiction", "an ended job's counts add up", id, `${state}: ${counted} + ${canceled} of ${receivers}`);
    }
  }

  function row(run: string, first: string, released: ReadonlySet<string>): void {
    const rows = table.rows.get(run)?.get(first);
    for (const claim of [rows?.batch.claim, rows?.retry.claim]) {
      if (claim && released.has(claim.id))
        add("contradiction", "a claim that was taken back stays away", run, claim.id);
    }
    const found = table.jobs.get(byRun.get(run) ?? "");
    if (!rows?.batch.claim || !rows.retry.claim || !found || found.run !== run || hasEnded(found.state)) return;
    add("contradiction", "a batch has one open claim", found.id, `batch from ${first}`);
  }

  function tally(run: string): void {
    const found = table.jobs.get(byRun.get(run) ?? "");
    if (found?.run === run && !hasEnded(found.state)) standsSomewhere(found);
  }

  /** First the write, then the tasks. */
  function tasks(queued: readonly Task[]): void {
    for (const { job: id, share, batch } of queued) {
      if (shares.get(share)?.job === id && shares.get(share)?.batches.has(batch)) continue;
      add("contradiction", "tasks are queued after their share is written", id, `batch ${batch} of share ${share}`);
    }
  }

  /** Uncounted receivers in queued shares of running bulk jobs: what takes room. */
  function validReceivers(): number {
    let sum = 0;
    for (const found of table.jobs.values()) if (found.lane === "bulk") sum += validIn(found);
    return sum;
  }

  function validIn(job: Job): number {
    if (job.state !== "running") return 0;
    let sum = 0;
    for (const { batches, queuedAtMs } of job.shares) {
      if (queuedAtMs === undefined) continue;
      for (const n of numbersIn(batches)) if (!isCounted(job, n)) sum += receiversInBatch(job, n);
    }
    return sum;
  }

  function isCounted({ run, batches }: Pick<Job, "run" | "batches">, n: number): boolean {
    return batches > 1 && (table.tallies.get(run)?.get(tallyOf(n))?.counted.has(n) ?? false);
  }
}
