import type { Job } from "../../../sdk/src/client.ts";
import { padBefore, padTo, widthOf } from "../terminal/width.ts";
import { formatNumber, type Say, sayDuration } from "../texts/say.ts";
import type { CodeCounts } from "./code-counts.ts";

const COUNTED = [
  ["Sent", "sent"],
  ["Failed", "failed"],
  ["Unknown", "unknown"],
  ["Canceled", "canceled"],
  ["Pending", "pending"],
] as const;

/** What became of a job, and what can be done about it: lines. */
export function summaryOf(job: Job, counts: CodeCounts, say: Say): string[] {
  const { JobId, Status, Receivers, Tally, Reason, Import } = job;
  const seconds = secondsOf(job);
  const head = say("summary.head", { status: say(`status.${Status}`), count: Receivers });
  const time = seconds === undefined ? "" : say("summary.time", { time: sayDuration(say, seconds) });
  const rows = COUNTED.filter(([name]) => name === "Sent" || Tally[name] > 0).map(([name, status]) => {
    const codes = counts.find((one) => one.status === status)?.codes ?? [];
    const why = codes.map(({ code, count }) => `${code} ${formatNumber(count)}`).join(say("text.comma"));
    return { label: say(`outcome.${status}`), count: formatNumber(Tally[name]), why };
  });
  const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf));
  const label = widest(rows.map((row) => row.label));
  const count = widest(rows.map((row) => row.count));
  return [
    `${head}${time}`,
    ...(Reason === undefined ? [] : [`  ${Reason}`]),
    ...rows.map((row) => `  ${padTo(row.label, label)}  ${padBefore(row.count, count)}  ${row.why}`.trimEnd()),
    ...(Import?.Report === undefined ? [] : [say("summary.report", { url: Import.Report })]),
    ...(Tally.Failed + Tally.Unknown > 0
      ? [say("summary.who", { id: JobId, status: Tally.Failed > 0 ? "failed" : "unknown" })]
      : []),
    ...(Tally.Failed > 0 ? [say("summary.retry", { id: JobId })] : []),
  ];
}

/** Everybody was sent the message. */
export const wentToAll = ({ Status, Tally, Receivers }: Job): boolean =>
  Status === "done" && Tally.Sent === Receivers && Tally.Failed + Tally.Unknown + Tally.Canceled === 0;

/** From its first event to its last. */
function secondsOf({ CreatedAt, History }: Job): number | undefined {
  const end = History.at(-1);
  return end === undefined || History.length < 2 ? undefined : (Date.parse(end.At) - Date.parse(CreatedAt)) / 1_000;
}
