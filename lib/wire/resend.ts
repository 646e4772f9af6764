import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeResendCallback } from "../use-cases/resend-callback.ts";
import { clock, makeDynamo, makeLogger, makeSqs } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireResend(env: Environment) {
  const { resultsTable, queueUrls } = readConfig(env);
  const resendCallback = makeResendCallback({
    jobs: dynamoJobStore({ client: makeDynamo(), table: resultsTable }),
    nudges: sqsNudges({ client: makeSqs(), urls: queueUrls }),
    clock,
  });
  return { resendCallback, log: makeLogger() };
}
