import { TOGETHER } from "../lib/wire/metrics.ts";

/** What the functions wrote as metrics since the last line, by account; of the stage as a whole under "". */
type Seen = Map<string, Map<string, number[]>>;

export type MinuteLine = Readonly<{
  /** @returns whether this line of a function's output holds metrics: then it is in the next line */
  take(output: string): boolean;
  /** What was seen since it was last asked for, in one line; nothing if nothing was. */
  next(): string | undefined;
}>;

type Way = (values: readonly number[]) => number;
const sum: Way = (values) => values.reduce((all, value) => all + value, 0);
const mean: Way = (values) => Math.round(sum(values) / values.length);
const most: Way = (values) => Math.max(...values);
const last: Way = (values) => values.at(-1) ?? 0;

/** How a metric is put into words; the others are counted under their own names. */
const WORDS: Readonly<Record<string, readonly [way: Way, before: string, after: string]>> = {
  Sent: [sum, "sent", ""],
  Failed: [sum, "failed", ""],
  Canceled: [sum, "canceled", ""],
  Retries: [sum, "retries", ""],
  Doubts: [sum, "doubts", ""],
  UpstreamLatency: [mean, "upstream", " ms"],
  ExpressWait: [most, "express waited", " ms"],
  BulkWait: [most, "bulk waited", " ms"],
  QuotaUsed: [last, "quota used", " %"],
  Room: [last, "room", ""],
  OpenShares: [last, "open shares", ""],
  SecondsLeft: [last, "seconds left", ""],
  ExpressAge: [most, "oldest express task", " s"],
  BulkAge: [most, "oldest bulk task", " s"],
};

/** The figures of the dashboard for whoever runs the local stack: what its functions write, once a minute in one line. */
export function makeMinuteLine(): MinuteLine {
  let seen: Seen = new Map();
  return {
    take(output) {
      const metrics = metricsIn(output);
      if (metrics === undefined) return false;
      const account = seen.get(metrics.account) ?? new Map<string, number[]>();
      seen.set(metrics.account, account);
      for (const [name, values] of metrics.values) account.set(name, [...(account.get(name) ?? []), ...values]);
      return true;
    },

    next() {
      const parts = [...seen]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([account, figures]) => {
          const words = [...figures]
            .sort(([a], [b]) => placeOf(a) - placeOf(b))
            .map(([name, values]) => wordsOf(name, values));
          return `${account}${account && ": "}${words.join(", ")}`;
        });
      seen = new Map();
      return parts.length === 0 ? undefined : `last minute: ${parts.join("; ")}`;
    },
  };
}

/**
 * Print a line each minute until it is stopped.
 *
 * @param each calls what it is given once a minute; what it answers ends that
 */
export function printEachMinute(
  minute: Pick<MinuteLine, "next">,
  print: (line: string) => void,
  each: (run: () => void) => () => void = eachMinute,
): Readonly<{ stop(): Promise<void> }> {
  const end = each(() => {
    const line = minute.next();
    if (line !== undefined) print(line);
  });
  return { stop: async () => end() };
}

function eachMinute(run: () => void): () => void {
  const timer = setInterval(run, 60_000);
  timer.unref();
  return () => clearInterval(timer);
}

function wordsOf(name: string, values: readonly number[]): string {
  const [way, before, after] = WORDS[name] ?? [sum, name, ""];
  return `${before} ${way(values)}${after}`;
}

const NAMES = Object.keys(WORDS);
const placeOf = (name: string): number => (NAMES.indexOf(name) + NAMES.length + 1) % (NAMES.length + 1);

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metricsIn(output: string): Readonly<{ account: string; values: [string, number[]][] }> | undefined {
  if (!output.startsWith("{") || !output.includes('"_aws"')) return undefined;
  const said: Written = JSON.parse(output);
  const names = said._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)).filter(isCounted);
  const values = names.map((name): [string, number[]] => [name, [said[name]].flat().filter(isNumber)]);
  return { account: typeof said["account"] === "string" ? said["account"] : "", values };
}

type Written = { _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } } & Record<string, unknown>;
/** What has one alarm together is written once more under its name. */
const isCounted = (name: string): boolean => !(name in TOGETHER);
const isNumber = (value: unknown): value is number => typeof value === "number";
