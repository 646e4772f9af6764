import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoFailedBatches } from "../adapters/dynamo-failed-batches.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import type { Nudges } from "../ports/nudges.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeCollectFailed } from "../use-cases/collect-failed.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { makeRetry } from "../use-cases/retry-job.ts";
import { clock, drawId, jobId, makeDynamo, makeS3, makeSqs, requestHash } from "./common.ts";
import { accountFor, createSettings } from "./create-settings.ts";
import { makeDoor } from "./door.ts";
import { makeLimitsOf } from "./limits.ts";

/** @throws {BadConfig} at cold start */
export function wireRetry(env: Environment) {
  const config = readConfig(env);
  const sqs = makeSqs();
  const client = makeDynamo();
  const door = makeDoor(config, client);
  const nudges = sqsNudges({ client: sqs, urls: config.queueUrls });
  const retry = makeRetry({
    ...makeRetryParts(config, client, nudges),
    queue: sqsTaskQueue({ client: sqs, urls: config.queueUrls }),
    nudges,
    jobId,
    hash: requestHash,
    accountOf: accountFor(config),
    report: ({ event, ...facts }) => door.log.warn(event, facts),
  });
  return { retry, door };
}

/** What reading a source and writing a list take. */
export function makeRetryParts(
  config: ReturnType<typeof readConfig>,
  client: DynamoDBClient,
  nudges: Pick<Nudges, "publish">,
) {
  const table = { client, table: config.resultsTable };
  const messages = dynamoMessageStore(table);
  const lists = s3ReceiverLists({ client: makeS3(), bucket: config.listsBucket });
  const rows = dynamoBatchRowStore(table);
  const tallies = dynamoTallies(table);
  const readList = makeReadList({ messages, lists });
  const collectFailed = makeCollectFailed({ rows, tallies, failed: dynamoFailedBatches(table), readList });
  const settings = createSettings(config);
  const jobs = announcing(dynamoJobStore(table), nudges);
  return { jobs, messages, lists, collectFailed, clock, drawId, settings, limitsOf: makeLimitsOf(config, client) };
}
