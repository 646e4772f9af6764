import type { MemoryTable } from "../../lib/adapters/memory-table.ts";
import { isOneBatch, type Job } from "../../lib/domain/job.ts";
import { countOf } from "../../lib/domain/outcome.ts";
import { isShut } from "../../lib/domain/send-window.ts";
import { totalOf } from "../../lib/domain/tally.ts";
import type { Agenda } from "./agenda.ts";
import type { Findings } from "./findings.ts";
import type { Invocation } from "./invocations.ts";
import { MINUTE_MS } from "./settings.ts";

/** A job's part of a minute is queued for so long ahead. */
const AHEAD = 75 / 60;
/** What was held up for a while may follow at once, beside what is sent in that minute; and a little for delays of whole seconds. */
const MOST_AT_ONCE = 1 + AHEAD + 0.25;

/** What a job asked for besides its receivers, and how far it is kept. Whether a call may leave is checked with the calls. */
export function makeOptionChecks(
  agenda: Agenda,
  table: Pick<MemoryTable, "jobs" | "tallies">,
  { add }: Findings,
  queuedIn: (job: Job) => number,
) {
  const beganMs = new WeakMap<Invocation, number>();
  /** By run: since when too many have failed, without a break. */
  const failingMs = new Map<string, number>();
  /** By run: who was called for, and how many of them for the first time when. */
  const called = new Map<string, { users: Set<string>; firsts: { atMs: number; count: number }[] }>();
  return { begins, job, tally, leaves };

  /** A dispatch run begins: what is so now it has to see. */
  function begins(invocation: Invocation): void {
    beganMs.set(invocation, agenda.now());
  }

  /** Dispatch has written a job. */
  function job(by: Invocation, before: Job | undefined, after: Job): void {
    if (after.state !== "running" || !after.pauseAfterFailures) failingMs.delete(after.run);
    else look(after);
    const known = new Set(before?.run === after.run ? before.shares.map(({ id }) => id) : []);
    const opened = after.shares.find(({ id, queuedAtMs }) => queuedAtMs !== undefined && !known.has(id));
    if (opened?.queuedAtMs === undefined) return;
    if (isShut(after, opened.queuedAtMs)) {
      add("contradiction", "nothing is queued for a time at which its job's window is closed", after.id);
    }
    if (isOneBatch(after)) return;
    const { maxPerMinute, batchSize, pauseAfterFailures, brakeBase } = after;
    const queued = queuedIn(after);
    if (maxPerMinute !== undefined && queued > AHEAD * maxPerMinute + batchSize) {
      add(
        "contradiction",
        "no more of a job is queued than its part of 75 s",
        after.id,
        `${queued} of ${maxPerMinute}`,
      );
    }
    if (pauseAfterFailures && !brakeBase) {
      add("contradiction", "failures are counted from where a job begins", after.id);
    }
    const sinceMs = failingMs.get(after.run) ?? Number.POSITIVE_INFINITY;
    if (sinceMs < (beganMs.get(by) ?? 0)) {
      add("contradiction", "a job of which too many failed gets no more batches", after.id, `since ${sinceMs}`);
    }
  }

  /** Batches of a run were counted. */
  function tally(run: string): void {
    for (const found of table.jobs.values()) if (found.run === run && found.state === "running") look(found);
  }

  function look({ run, pauseAfterFailures: brake, brakeBase: base }: Job): void {
    if (!brake || !base) return void failingMs.delete(run);
    const counts = totalOf((table.tallies.get(run) ?? new Map()).values());
    const counted = countOf(counts) - base.counted;
    const failed = counts.failed - base.failed;
    if (counted < brake.of || failed * 100 < brake.percent * counted) failingMs.delete(run);
    else if (!failingMs.has(run)) failingMs.set(run, agenda.now());
  }

  /** A call is on the socket. Whoever is tried again is no part of the rate: quota and backoff bound that. */
  function leaves(found: Job, receivers: readonly string[]): void {
    if (found.maxPerMinute === undefined || isOneBatch(found)) return;
    const { users, firsts } = called.get(found.run) ?? { users: new Set(), firsts: [] };
    called.set(found.run, { users, firsts });
    const nowMs = agenda.now();
    const fresh = receivers.filter((one) => !users.has(one));
    for (const one of fresh) users.add(one);
    firsts.push({ atMs: nowMs, count: fresh.length });
    const inMinute = firsts.reduce((sum, { atMs, count }) => (atMs > nowMs - MINUTE_MS ? sum + count : sum), 0);
    const most = MOST_AT_ONCE * found.maxPerMinute + 3 * found.batchSize;
    if (inMinute <= most) return;
    add("contradiction", "a job keeps about to its part of a minute", found.id, `${inMinute} of ${found.maxPerMinute}`);
  }
}
