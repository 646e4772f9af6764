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

export type Metric = keyof typeof METRICS;
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
