import type { Job } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import type { Outcome } from "../../lib/domain/outcome.ts";
import type { JobView } from "../../lib/use-cases/query-jobs.ts";
import type { Findings } from "./findings.ts";

/** What one reader was told of a job. Epoch ms: when he began, and when he had all of it. */
export type Reading = Readonly<{ fromMs: number; toMs: number; job: Job; outcomes: readonly Outcome[] }>;

/** What holds of every answer to a reader, whenever he asks. */
export function makeReaderChecks({ add }: Findings) {
  /** By run: what was told as final, and when the last reader had heard it. */
  const told = new Map<string, Map<string, Readonly<{ status: string; toMs: number }>>>();
  return { counts, outcomes, alone };

  function counts({ job, counts: { sent, failed, unknown, pending, canceled } }: JobView): void {
    const all = [sent, failed, unknown, pending, canceled];
    if (all.reduce((sum, one) => sum + one, 0) !== job.receivers || all.some((one) => one < 0)) {
      add("contradiction", "the counts add up", job.id, `${all} of ${job.receivers}`);
    }
    if (hasEnded(job.state) && pending > 0) add("contradiction", "nobody is pending in an ended job", job.id);
  }

  /** A whole unfiltered pass. */
  function outcomes(reading: Reading): void {
    const { job, outcomes: now } = reading;
    const ids = new Set(now.map(({ userId }) => userId));
    if (ids.size !== now.length || ids.size !== job.receivers) {
      add("contradiction", "a pass names every receiver once", job.id, `${now.length} of ${job.receivers}`);
    }
    alone(reading);
  }

  /** Some receivers' outcomes. */
  function alone({ fromMs, toMs, job, outcomes: now }: Reading): void {
    const before = told.get(job.run) ?? new Map<string, Readonly<{ status: string; toMs: number }>>();
    for (const { userId, status } of now) {
      const old = before.get(userId);
      const turns = old?.status === "unknown" && status === "sent";
      if (old && old.toMs <= fromMs && old.status !== status && !turns) {
        add("contradiction", "a final answer stands", job.id, `${userId} was ${old.status}, is ${status}`);
      }
      if (status === "pending" && hasEnded(job.state)) {
        add("contradiction", "nobody is pending in an ended job", job.id, userId);
      }
      if (status === "pending") continue;
      if (!old || old.toMs < toMs) before.set(userId, { status, toMs });
    }
    told.set(job.run, before);
  }
}
