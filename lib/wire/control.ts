import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { leaseMs } from "../domain/delivery-times.ts";
import { makeControl } from "../use-cases/control-job.ts";
import { clock, drawId, makeDynamo, makeSqs } from "./common.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireControl(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const control = makeControl({
    jobs: dynamoJobStore({ client, table: config.resultsTable }),
    nudges: sqsNudges({ client: makeSqs(), urls: config.queueUrls }),
    clock,
    drawId,
    leaseMs: leaseMs(config.rtc.callTimeoutMs),
  });
  return { control, door: makeDoor(config, client) };
}
