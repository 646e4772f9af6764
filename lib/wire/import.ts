import { sqsDeadLetters } from "../adapters/sqs-dead-letters.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsReturn } from "../adapters/sqs-return.ts";
import { makeSettleRecords } from "../adapters/sqs-settle-records.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeImportList } from "../use-cases/import-list.ts";
import { makeReadOrBury } from "../use-cases/read-or-bury.ts";
import { makeDynamo, makeLogger, makeSqs, now } from "./common.ts";
import { makeRetryParts } from "./retry.ts";

/** @throws {BadConfig} at cold start */
export function wireImport(env: Environment) {
  const config = readConfig(env);
  const sqs = makeSqs();
  const log = makeLogger();
  const nudges = sqsNudges({ client: sqs, urls: config.queueUrls });
  const deadLetters = sqsDeadLetters({ client: sqs, url: config.importsDeadLettersUrl });
  return {
    readOrBury: makeReadOrBury(deadLetters),
    importList: makeImportList({ ...makeRetryParts(config, makeDynamo(), nudges), nudges }),
    settleRecords: makeSettleRecords({ log, returns: sqsReturn({ client: sqs, urls: config.queueUrls }), now }),
  };
}
