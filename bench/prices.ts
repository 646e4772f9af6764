import { readTemplate } from "../test/support/read-template.ts";

/**
 * What AWS asks, dollars: list prices of us-east-1, arm64, on demand, without any free tier.
 *
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/, and the pages beside it of lambda, sqs, s3, api-gateway, eventbridge,
 *   cloudwatch and secrets-manager
 */
export const PRICES = {
  asOf: "2025",
  region: "us-east-1",
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  sqsRequest: 0.4e-6,
  gbSecond: 0.0000133334,
  invocation: 0.2e-6,
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  apiRequest: 1e-6,
  busEvent: 1e-6,
  logByte: 0.5e-9,
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  customMetric: 0.3,
  secret: 0.4,
  secretRead: 5e-6,
} as const;

export type Unit = Exclude<keyof typeof PRICES, "asOf" | "region">;
/** How many of each unit something takes; those that it does not take are absent. */
export type Units = Readonly<Partial<Record<Unit, number>>>;

/** SQS bills each started 64 KB of a request as a request. https://aws.amazon.com/sqs/pricing/ */
export const SQS_CHUNK_BYTES = 64 * 1024;
/** What CloudWatch adds to the length of each line. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const LINE_OVERHEAD = 26;

/** Dollars by unit, and together. */
export function priced(units: Units): Readonly<{ dollars: Readonly<Partial<Record<Unit, number>>>; total: number }> {
  const dollars = Object.fromEntries(
    Object.entries(units).map(([unit, count]) => [unit, count * PRICES[unit as Unit]]),
  );
  return { dollars, total: Object.values(dollars).reduce((sum, part) => sum + part, 0) };
}

export function addUnits(...all: readonly Units[]): Units {
  const sum: Partial<Record<Unit, number>> = {};
  for (const units of all) {
    for (const [unit, count] of Object.entries(units) as [Unit, number][]) sum[unit] = (sum[unit] ?? 0) + count;
  }
  return sum;
}

export const scaled = (units: Units, times: number): Units =>
  Object.fromEntries(Object.entries(units).map(([unit, count]) => [unit, count * times]));

/**
 * What Lambda itself logs of an invocation at its level INFO, in its JSON form. At WARN it logs none of it while all goes well.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
const PLATFORM_LINES = [
  '{"time":"2026-01-31T08:00:00.000Z","type":"platform.start","record":{"requestId":"00000000-0000-4000-8000-000000000000","version":"$LATEST"}}',
  '{"time":"2026-01-31T08:00:00.000Z","type":"platform.report","record":{"requestId":"00000000-0000-4000-8000-000000000000","metrics":{"durationMs":100.001,"billedDurationMs":101,"memorySizeMB":1024,"maxMemoryUsedMB":128},"status":"success"}}',
];
/** A line of metrics in the embedded metric format, about. */
const METRIC_LINE_BYTES = 400;

/** What an account writes where nothing goes wrong: the outcome, the latency, a wait, and what dispatch says. */
const FIGURES_WRITTEN = 7;

/** Metrics by the month, as CloudWatch bills them: for the hours in which they are written. */
export const figureMonths = (minutes: number): number => (FIGURES_WRITTEN * minutes) / 60 / 720;

/** @param metricLines values of metrics that are written, a line each */
export const logBytes = (invocations: number, metricLines = 0): number =>
  invocations * platformLines().reduce((sum, line) => sum + line.length + LINE_OVERHEAD, 0) +
  metricLines * (METRIC_LINE_BYTES + LINE_OVERHEAD);

const platformLines = (): readonly string[] =>
  readTemplate().params["default"]?.["systemLogLevel"] === "WARN" ? [] : PLATFORM_LINES;
