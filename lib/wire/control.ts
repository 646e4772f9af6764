import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { leaseMs } from "../domain/delivery-times.ts";
import { makeControl } from "../use-cases/control-job.ts";
import { clock, drawId, makeDynamo, makeLogger, makeSqs } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireControl(env: Environment) {
  const { resultsTable, queueUrls, rtc } = readConfig(env);
  const control = makeControl({
    jobs: dynamoJobStore({ client: makeDynamo(), table: resultsTable }),
    nudges: sqsNudges({ client: makeSqs(), urls: queueUrls }),
    clock,
    drawId,
    leaseMs: leaseMs(rtc.callTimeoutMs),
  });
  return { control, log: makeLogger() };
}
