import type { Volley } from "../../clients/sdk/src/client.ts";
import type { SentJob } from "./send-all.ts";

export type Summary = Readonly<{
  receivers: number;
  sent: number;
  failed: number;
  unknown: number;
  pending: number;
  /** Receivers that the outcomes name, each counted once, and how often they name anybody. */
  named: number;
  outcomes: number;
  /** Receivers who got the message twice. */
  doubles: number;
  /** Messages that `--chaos-purge` deleted from the queues. */
  purged: number;
  /** Most messages the simulator counted in any window. */
  peak: number;
  quota: number;
  windowMs: number;
  duplicatesDropped: number;
  failedByReason: Readonly<Record<string, number>>;
  unknownByReason: Readonly<Record<string, number>>;
  seconds: number;
  writeUnits: number;
}>;

export type Ran = Readonly<{
  jobs: Volley["jobs"];
  job: SentJob;
  simulator: Readonly<{ peak: number; doubles: number }>;
  writeUnits: number;
  purged: number;
  quota: Readonly<{ messages: number; windowMs: number }>;
}>;

/** Query the job's counts and every receiver's outcome. */
export async function summarize({ jobs, job, simulator, writeUnits, quota, purged }: Ran): Promise<Summary> {
  const { Tally, CreatedAt } = await jobs.get(job.JobId);
  const seconds = Math.round((Date.now() - Date.parse(CreatedAt)) / 100) / 10;
  const users = new Set<string>();
  const reasons: Record<string, Record<string, number>> = { failed: {}, unknown: {} };
  let outcomes = 0;
  for await (const { UserId, Status, Code = "" } of jobs.outcomes(job.JobId)) {
    outcomes++;
    users.add(UserId);
    const counts = reasons[Status];
    if (counts !== undefined) counts[Code] = (counts[Code] ?? 0) + 1;
  }
  return {
    receivers: job.Receivers,
    sent: Tally.Sent,
    failed: Tally.Failed,
    unknown: Tally.Unknown,
    pending: Tally.Pending,
    named: users.size,
    outcomes,
    doubles: simulator.doubles,
    purged,
    peak: simulator.peak,
    quota: quota.messages,
    windowMs: quota.windowMs,
    duplicatesDropped: job.DuplicatesDropped,
    failedByReason: reasons["failed"] ?? {},
    unknownByReason: reasons["unknown"] ?? {},
    seconds,
    writeUnits: Math.round(writeUnits),
  };
}

/** The quota was kept, every receiver has one outcome, nobody got the message twice. */
export const isAsPromised = ({
  peak,
  quota,
  pending,
  receivers,
  named,
  outcomes,
  doubles,
  ...counts
}: Summary): boolean =>
  peak <= quota &&
  pending === 0 &&
  counts.sent + counts.failed + counts.unknown === receivers &&
  named === receivers &&
  outcomes === receivers &&
  doubles === 0;

export function writeSummary(summary: Summary, say: (line: string) => void): void {
  const reasons = (counts: Readonly<Record<string, number>>): string => {
    const parts = Object.entries(counts).map(([code, count]) => `${count} ${code}`);
    return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
  };
  say("");
  say(`sent        ${summary.sent} of ${summary.receivers} in ${summary.seconds} s`);
  say(`failed      ${summary.failed}${reasons(summary.failedByReason)}`);
  say(`unknown     ${summary.unknown}${reasons(summary.unknownByReason)}`);
  say(`pending     ${summary.pending}`);
  say(`outcomes    ${summary.outcomes}, of ${summary.named} receivers; ${summary.doubles} got the message twice`);
  if (summary.purged > 0) say(`purged      ${summary.purged} messages deleted from the queues while they were needed`);
  say(
    `peak        ${summary.peak} messages in any ${summary.windowMs / 1000} s, counted by the upstream; the quota is ${summary.quota}`,
  );
  say(`write units ${summary.writeUnits}, as the table's engine counts them`);
}
