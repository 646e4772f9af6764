import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** What an alarm in infra/alarms.yml listens to. */
export type Metric = "ClockOff" | "CredentialsRefused" | "NotSent" | "DispatchRuns" | "ListDamaged" | "NotPublished";

/** Count one event as a CloudWatch metric, written to the log in the embedded metric format. */
export function makeCount(): (metric: Metric) => void {
  const metrics = new Metrics();
  return (metric) => {
    metrics.addMetric(metric, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}
