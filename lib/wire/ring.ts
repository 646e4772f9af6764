import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** What an alarm in serverless.yml listens to. */
export type Bell = "CredentialsRefused" | "NotSent" | "JobStuck";

/** Count one event as a CloudWatch metric, written to the log in the embedded metric format. */
export function makeRing(): (bell: Bell) => void {
  const metrics = new Metrics();
  return (bell) => {
    metrics.addMetric(bell, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}
