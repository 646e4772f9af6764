import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeAccept } from "../use-cases/accept-job.ts";
import { makeClientOf } from "../use-cases/client-of.ts";
import { makeClients } from "./clients.ts";
import { clock, drawId, jobId, makeDynamo, makeLogger, makeS3, makeSqs, requestHash } from "./common.ts";
import { accountFor, createSettings } from "./create-settings.ts";

/** @throws {BadConfig} at cold start */
export function wireAccept(env: Environment) {
  const config = readConfig(env);
  const table = { client: makeDynamo(), table: config.resultsTable };
  const sqs = makeSqs();
  const log = makeLogger();
  const accept = makeAccept({
    jobs: dynamoJobStore(table),
    messages: dynamoMessageStore(table),
    rows: dynamoBatchRowStore(table),
    lists: s3ReceiverLists({ client: makeS3(), bucket: config.listsBucket }),
    queue: sqsTaskQueue({ client: sqs, urls: config.queueUrls }),
    nudges: sqsNudges({ client: sqs, urls: config.queueUrls }),
    clock,
    drawId,
    jobId,
    hash: requestHash,
    accountOf: accountFor(config),
    report: ({ event, ...facts }) => log.warn(event, facts),
    settings: createSettings(config),
  });
  /** For whom a request comes that no HTTP API let in. */
  const invoker = () => makeClientOf(makeClients())(config.requestsClient);
  return { accept, invoker, log };
}
