import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** What is counted, and its unit. A test holds infra/alarms.yml to it. */
export const METRICS = {
  /** Messages of a queue whose work failed. They come again; Lambda's own `Errors` does not count them. */
  NotDelivered: MetricUnit.Count,
  /** Requests that were answered with 500 or 503. To Lambda such an answer is a success. */
  RequestFailed: MetricUnit.Count,
  HeldFlow: MetricUnit.Count,
  HeldUnclear: MetricUnit.Count,
  HeldCredentials: MetricUnit.Count,
  HeldNotSent: MetricUnit.Count,
  NotSent: MetricUnit.Count,
  /** A worker's clock is off: it sends nothing. */
  ClockOff: MetricUnit.Count,
  /** Receivers whose outcome is recorded as `unknown`. */
  Unknown: MetricUnit.Count,
  ListDamaged: MetricUnit.Count,
  /** Runs of each minute that came to their end. Their absence rings. */
  DispatchRuns: MetricUnit.Count,
  DispatchFailed: MetricUnit.Count,
  /** For how long the oldest task that is not done has been queued. SQS leaves out what was received three times. */
  BulkAge: MetricUnit.Seconds,
  ExpressAge: MetricUnit.Seconds,
  PublishRuns: MetricUnit.Count,
  NotPublished: MetricUnit.Count,
  /** Tries of a call that DynamoDB refused because a table or an index gets too many. */
  Throttled: MetricUnit.Count,
  /** Messages in a queue of dead letters. */
  DeadLetters: MetricUnit.Count,
} as const;

/**
 * What asks for the same attention is written once more under one name, for one alarm: CloudWatch bills alarms by the
 * metric, all month long, and a metric only in hours in which it is written. Which of them it was shows its own metric.
 */
export const TOGETHER = {
  /** At once. */
  Urgent: ["ListDamaged", "HeldCredentials", "DeadLetters"],
  /** If it goes on. */
  Failing: ["NotDelivered", "RequestFailed", "DispatchFailed", "NotPublished", "ClockOff", "Throttled"],
  /** The upstream is left alone again and again. */
  Held: ["HeldFlow", "HeldUnclear", "HeldNotSent"],
  /** Seconds. */
  Overdue: ["BulkAge", "ExpressAge"],
} as const satisfies Readonly<Record<string, readonly (keyof typeof METRICS)[]>>;

const namesFor = (metric: Metric): readonly string[] => [
  metric,
  ...Object.entries(TOGETHER).flatMap(([name, parts]) => ((parts as readonly string[]).includes(metric) ? [name] : [])),
];
/** What the dashboard in infra/dashboard.yml shows besides, for each account. A metric costs $0.30 a month, by the hour in which it is written. */
export const FIGURES = {
  /** Receivers by what became of them in a call, as it was recorded. Of `Unknown` there is an alarm: {@link METRICS}. */
  Sent: MetricUnit.Count,
  Failed: MetricUnit.Count,
  /** Receivers of a job that ended before anything was recorded of them: it was canceled, has expired or was rejected. */
  Canceled: MetricUnit.Count,
  /** Receivers who were refused and have another attempt before them. */
  Retries: MetricUnit.Count,
  /** Receivers of whom a call left it unclear whether they got it: unknown now, or tried again. */
  Doubts: MetricUnit.Count,
  /** From the socket to the last byte of the answer, or until it was given up. */
  UpstreamLatency: MetricUnit.Milliseconds,
  /** From when a task was queued until its first call left. */
  ExpressWait: MetricUnit.Milliseconds,
  BulkWait: MetricUnit.Milliseconds,
  /** Messages of the last window, of those that there may be now. */
  QuotaUsed: MetricUnit.Percent,
  /** Receivers that dispatch could still queue, and shares whose tasks are on the queue. */
  Room: MetricUnit.Count,
  OpenShares: MetricUnit.Count,
  /** How long the receivers take that are not counted yet, if nobody else comes. */
  SecondsLeft: MetricUnit.Seconds,
} as const;

export type Metric = keyof typeof METRICS;
export type Figure = keyof typeof FIGURES;
/** @param value how many, or how long. @default 1 */
export type Count = (metric: Metric, value?: number) => void;

/** Write values of CloudWatch metrics to the log, one line each, in the embedded metric format. */
export function makeCount(): Count {
  const metrics = new Metrics();
  return (metric, value = 1) => {
    for (const name of namesFor(metric)) metrics.addMetric(name, METRICS[metric], value);
    metrics.publishStoredMetrics();
  };
}

/** @param account whose quota is spent */
export type Show = (account: string, values: Readonly<Partial<Record<Figure, number>>>) => void;

/** Write an account's figures to the log, all of them in one line. */
export function makeShow(): Show {
  const metrics = new Metrics();
  return (account, values) => {
    metrics.addDimension("account", account);
    for (const figure of Object.keys(values) as Figure[]) {
      metrics.addMetric(figure, FIGURES[figure], values[figure] ?? 0);
    }
    metrics.publishStoredMetrics();
  };
}
