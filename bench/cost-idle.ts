import { dynamoDueOutboxes } from "../lib/adapters/dynamo-due-outboxes.ts";
import { readTemplate } from "../test/support/read-template.ts";
import { idleWatch } from "./deliver-idle.ts";
import { dynamoPorts } from "./deliver-ports.ts";
import { RESULTS, type Stage } from "./deliver-stage.ts";
import { attach, newMeter } from "./deliver-units.ts";
import { logBytes, type Units } from "./prices.ts";
import { FLEETS } from "./simulated-fleet.ts";
import { simulatedStack } from "./simulated-stack.ts";
import { gbOf } from "./stage-function.ts";

const MINUTES = 30 * 24 * 60;
/** Lambda asks each queue that a function reads five times at once, and each waits 20 s. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const POLLERS = 5;
const POLL_SECONDS = 20;
/** What one of the two runs of each minute is billed for: its queries go out side by side. */
const RUN_SECONDS = 0.1;
/** A query that finds nothing, read eventually consistent. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const QUERY_UNITS = 0.5;
/** A function's list of clients and its keys are read again every five minutes, while somebody calls: at rest by nobody. */
const RUNS_A_MINUTE = { dispatch: "DispatchRuns", publishEvents: "PublishRuns" } as const;

/** A month in which nobody sends anything. @param stage with tables that nothing is due in */
export async function measureIdle(stage: Stage, startMs: number): Promise<Units> {
  const { queries, writeUnits } = await measureMinute(stage, startMs);
  const names = Object.keys(RUNS_A_MINUTE) as (keyof typeof RUNS_A_MINUTE)[];
  const runs = names.length * MINUTES;
  return {
    sqsRequest: (queuesRead() * POLLERS * MINUTES * 60) / POLL_SECONDS,
    invocation: runs,
    gbSecond: names.reduce((sum, name) => sum + gbOf(name) * MINUTES * RUN_SECONDS, 0),
    readUnit: queries * QUERY_UNITS * MINUTES,
    writeUnit: writeUnits * MINUTES,
    logByte: logBytes(runs, runs),
    customMetric: names.length,
    ...fixed(),
  };
}

/** What dispatch and the publisher ask of the table in a minute. */
async function measureMinute(
  stage: Stage,
  startMs: number,
): Promise<Readonly<{ queries: number; writeUnits: number }>> {
  const watch = idleWatch();
  const meter = newMeter();
  const closing: (() => Promise<void>)[] = [];
  const stack = simulatedStack({
    ...{ seed: 6, startMs, settled: watch.settled },
    fleets: { express: { ...FLEETS.express, processes: 0 }, bulk: { ...FLEETS.bulk, processes: 0 } },
    ports(_memory, own) {
      const { ports, close } = dynamoPorts(attach(meter, stage.makeClient(), watch), stage.upstream, own);
      closing.push(close);
      return ports;
    },
  });
  await stack.clock.runUntil(startMs + 59_000);
  await dynamoDueOutboxes({ client: attach(meter, stage.makeClient(), watch), table: RESULTS }).due(startMs, 1_000);
  for (const close of closing) await close();
  if (stack.failures.length > 0) throw new AggregateError(stack.failures, "not everything went well");
  return { queries: meter.callsByName["QueryCommand"] ?? 0, writeUnits: meter.writeUnits };
}

const queuesRead = (): number =>
  Object.values(readTemplate().functions).reduce((sum, { events }) => sum + events.filter(({ sqs }) => sqs).length, 0);

/** What stands there, whether it is used or not; the vendor's keys of one account. */
function fixed(): Units {
  const resources = Object.values(readTemplate().resources);
  const count = (type: string): number => resources.filter(({ Type }) => Type === type).length;
  const alarms = resources.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  return {
    alarmMetric: alarms.reduce((sum, { Properties }) => sum + metricsOf(Properties), 0),
    compositeAlarm: count("AWS::CloudWatch::CompositeAlarm"),
    secret: count("AWS::SecretsManager::Secret"),
  };
}

/** An alarm on a formula is billed for each metric in it. */
function metricsOf({ Metrics }: Readonly<Record<string, unknown>>): number {
  return Array.isArray(Metrics) ? Metrics.filter((one: object) => "MetricStat" in one).length : 1;
}
