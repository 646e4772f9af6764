import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeResendCallback } from "../use-cases/resend-callback.ts";
import { clock, makeDynamo, makeSqs } from "./common.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireResend(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const resendCallback = makeResendCallback({
    jobs: dynamoJobStore({ client, table: config.resultsTable }),
    nudges: sqsNudges({ client: makeSqs(), urls: config.queueUrls }),
    clock,
  });
  return { resendCallback, door: makeDoor(config, client) };
}
