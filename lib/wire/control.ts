import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { leaseMs } from "../domain/delivery-times.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeControl } from "../use-cases/control-job.ts";
import { clock, drawId, makeDynamo, makeLogger, makeSqs } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireControl(env: Environment) {
  const { resultsTable, queueUrls, rtc } = readConfig(env);
  const nudges = sqsNudges({ client: makeSqs(), urls: queueUrls });
  const control = makeControl({
    jobs: announcing(dynamoJobStore({ client: makeDynamo(), table: resultsTable }), nudges),
    nudges,
    clock,
    drawId,
    leaseMs: leaseMs(rtc.callTimeoutMs),
  });
  return { control, log: makeLogger() };
}
