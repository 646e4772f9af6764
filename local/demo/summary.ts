export type Summary = Readonly<{
  receivers: number;
  sent: number;
  failed: number;
  unknown: number;
  pending: number;
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
  url: string;
  job: Readonly<{ JobId: string; Receivers: number; DuplicatesDropped: number }>;
  simulator: Readonly<{ peak: number }>;
  writeUnits: number;
  quota: Readonly<{ messages: number; windowMs: number }>;
}>;

/** Ask Volley what became of the job, receiver by receiver where something went wrong. */
export async function summarize({ url, job, simulator, writeUnits, quota }: Ran): Promise<Summary> {
  const reply = await fetch(`${url}/v1/jobs/${job.JobId}`);
  const { Tally, CreatedAt } = (await reply.json()) as { Tally: Record<string, number>; CreatedAt: string };
  return {
    receivers: job.Receivers,
    sent: Tally["Sent"] ?? 0,
    failed: Tally["Failed"] ?? 0,
    unknown: Tally["Unknown"] ?? 0,
    pending: Tally["Pending"] ?? 0,
    peak: simulator.peak,
    quota: quota.messages,
    windowMs: quota.windowMs,
    duplicatesDropped: job.DuplicatesDropped,
    failedByReason: await countReasons(url, job.JobId, "failed"),
    unknownByReason: await countReasons(url, job.JobId, "unknown"),
    seconds: Math.round((Date.now() - Date.parse(CreatedAt)) / 100) / 10,
    writeUnits: Math.round(writeUnits),
  };
}

async function countReasons(url: string, jobId: string, status: string): Promise<Record<string, number>> {
  const reply = await fetch(`${url}/v1/jobs/${jobId}/outcomes?Status=${status}`, {
    headers: { accept: "application/x-ndjson" },
  });
  const counts: Record<string, number> = {};
  for (const line of (await reply.text()).split("\n").filter(Boolean)) {
    const { Code } = JSON.parse(line) as { Code: string };
    counts[Code] = (counts[Code] ?? 0) + 1;
  }
  return counts;
}

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
  say(
    `peak        ${summary.peak} messages in any ${summary.windowMs / 1000} s, counted by the upstream; the quota is ${summary.quota}`,
  );
  say(`write units ${summary.writeUnits}, as the table's engine counts them`);
}
