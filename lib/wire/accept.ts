import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoDueJobs } from "../adapters/dynamo-due-jobs.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { s3Uploads } from "../adapters/s3-uploads.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { callbackFaults } from "../domain/callback-url.ts";
import { makeAccept } from "../use-cases/accept-job.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeClientOf } from "../use-cases/client-of.ts";
import { makeBucket } from "./bucket.ts";
import { isLocal } from "./clients.ts";
import { clock, drawId, jobId, makeDynamo, makeS3, makeSqs, now, requestHash } from "./common.ts";
import { accountFor, createSettings } from "./create-settings.ts";
import { makeDoor } from "./door.ts";
import { makeLimitsOf } from "./limits.ts";

/** @throws {BadConfig} at cold start */
export function wireAccept(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const table = { client, table: config.resultsTable };
  const bucket = { client: makeS3(), bucket: config.listsBucket };
  const sqs = makeSqs();
  const door = makeDoor(config, client);
  const nudges = sqsNudges({ client: sqs, urls: config.queueUrls });
  const accept = makeAccept({
    jobs: announcing(dynamoJobStore(table), nudges),
    messages: dynamoMessageStore(table),
    rows: dynamoBatchRowStore(table),
    due: dynamoDueJobs(table),
    quota: makeBucket(config, client),
    lists: s3ReceiverLists(bucket),
    uploads: s3Uploads({ ...bucket, now }),
    queue: sqsTaskQueue({ client: sqs, urls: config.queueUrls }),
    nudges,
    clock,
    drawId,
    jobId,
    hash: requestHash,
    // A client without an allow-list may name no host.
    checkCallback: (url, hosts = []) => callbackFaults(url, hosts, { loopbackAllowed: isLocal(config) }),
    accountOf: accountFor(config),
    report: ({ event, ...facts }) => door.log.warn(event, facts),
    settings: createSettings(config),
    limitsOf: makeLimitsOf(config, client),
  });
  const clientOf = makeClientOf(door.clients);
  /** For whom somebody asks who invokes the function, past the HTTP API. */
  const invoker = () => clientOf(config.requestsClient);
  return { accept, clientOf, invoker, door };
}
