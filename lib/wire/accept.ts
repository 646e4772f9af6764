import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { s3Uploads } from "../adapters/s3-uploads.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeAccept } from "../use-cases/accept-job.ts";
import { clock, drawId, jobId, makeDynamo, makeS3, makeSqs, now, requestHash } from "./common.ts";
import { accountFor, createSettings } from "./create-settings.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireAccept(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const table = { client, table: config.resultsTable };
  const bucket = { client: makeS3(), bucket: config.listsBucket };
  const sqs = makeSqs();
  const door = makeDoor(config, client);
  const accept = makeAccept({
    jobs: dynamoJobStore(table),
    messages: dynamoMessageStore(table),
    rows: dynamoBatchRowStore(table),
    lists: s3ReceiverLists(bucket),
    uploads: s3Uploads({ ...bucket, now }),
    queue: sqsTaskQueue({ client: sqs, urls: config.queueUrls }),
    nudges: sqsNudges({ client: sqs, urls: config.queueUrls }),
    clock,
    drawId,
    jobId,
    hash: requestHash,
    accountOf: accountFor(config),
    report: ({ event, ...facts }) => door.log.warn(event, facts),
    settings: createSettings(config),
  });
  return { accept, door };
}
