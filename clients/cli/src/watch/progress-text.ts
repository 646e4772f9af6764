import { cutTo, widthOf } from "../terminal/width.ts";
import { formatNumber, type Say, sayDuration } from "../texts/say.ts";
import type { CodeCounts } from "./code-counts.ts";
import { type Progress, percentOf } from "./progress.ts";

const MAX_BAR = 40;
const MIN_BAR = 6;
const GAP = "  ";

/**
 * A job's progress as one line that fits: the narrower the terminal, the less it says.
 *
 * @param columns of the terminal; the last one stays free, since some terminals break the line there
 */
export function barLine(progress: Progress, columns: number, say: Say): string {
  const { total, done } = progress;
  const percent = `${percentOf(progress)}%`;
  const short = `${formatNumber(done)}/${formatNumber(total)}`;
  const rate = rateText(progress, say);
  const left = leftText(progress, say);
  const versions = [
    [percent, say("watch.of", { done, total }), rate, left],
    [percent, short, rate, left],
    [percent, rate, left],
    [percent, left],
    [percent],
  ].map((parts) => parts.filter((part) => part !== "").join(GAP));
  const width = columns - 1;
  const text = versions.find((one) => width - widthOf(one) - GAP.length >= MIN_BAR) ?? percent;
  const bar = Math.max(0, Math.min(MAX_BAR, width - widthOf(text) - GAP.length));
  const full = total === 0 ? 0 : Math.floor((bar * done) / total);
  return cutTo(`${"█".repeat(full)}${"░".repeat(bar - full)}${GAP}${text}`, width);
}

/** The same for a log: everything it has to say. */
export function plainLine(progress: Progress, say: Say): string {
  const { total, done, failed, unknown } = progress;
  const parts = [
    `${say("watch.of", { done, total })} (${percentOf(progress)}%)`,
    rateText(progress, say),
    leftText(progress, say),
    failed > 0 ? say("watch.failed", { count: failed }) : "",
    unknown > 0 ? say("watch.unknown", { count: unknown }) : "",
    stateText(progress, say),
  ];
  return parts.filter((part) => part !== "").join(say("text.comma"));
}

/** Why it does not move, if it does not. */
export function stateText({ status, reason, notBefore, linesRead = 0 }: Progress, say: Say): string {
  switch (status) {
    case "running":
    case "done":
      return "";
    case "scheduled":
      return say("watch.scheduled", { at: notBefore ?? "" });
    case "importing":
      return say("watch.importing", { lines: linesRead });
    default:
      return `${say(`status.${status}`)}${reason === undefined ? "" : say("text.colon") + reason}`;
  }
}

/** `failed: FailedReceiver 22` */
export const codesText = ({ status, codes }: CodeCounts[number], say: Say): string =>
  say(`outcome.${status}`) +
  say("text.colon") +
  codes.map(({ code, count }) => `${code} ${formatNumber(count)}`).join(say("text.comma"));

const rateText = ({ rate, isOver }: Progress, say: Say): string =>
  rate === undefined || isOver ? "" : say("watch.rate", { rate: Math.round(rate) });

const leftText = ({ leftSeconds, isOver }: Progress, say: Say): string =>
  leftSeconds === undefined || isOver ? "" : say("watch.left", { time: sayDuration(say, leftSeconds) });
