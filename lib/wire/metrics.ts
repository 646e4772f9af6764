import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** What the alarms in infra/alarms.yml listen to, and its unit. A test holds the two to each other. */
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
} as const;

export type Metric = keyof typeof METRICS;
/** @param value how many, or how long. @default 1 */
export type Count = (metric: Metric, value?: number) => void;

/** Write values of CloudWatch metrics to the log, one line each, in the embedded metric format. */
export function makeCount(): Count {
  const metrics = new Metrics();
  return (metric, value = 1) => {
    metrics.addMetric(metric, METRICS[metric], value);
    metrics.publishStoredMetrics();
  };
}
