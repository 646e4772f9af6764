import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { leaseMs } from "../domain/delivery-times.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeControl } from "../use-cases/control-job.ts";
import { clock, drawId, makeDynamo, makeSqs } from "./common.ts";
import { showingCanceled } from "./count-events.ts";
import { makeDoor } from "./door.ts";
import { makeShow } from "./metrics.ts";

/** @throws {BadConfig} at cold start */
export function wireControl(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const nudges = sqsNudges({ client: makeSqs(), urls: config.queueUrls });
  const control = makeControl({
    jobs: showingCanceled(announcing(dynamoJobStore({ client, table: config.resultsTable }), nudges), makeShow()),
    nudges,
    clock,
    drawId,
    leaseMs: leaseMs(config.rtc.callTimeoutMs),
  });
  return { control, door: makeDoor(config, client) };
}
