import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoFailedBatches } from "../adapters/dynamo-failed-batches.ts";
import { dynamoJobIndex } from "../adapters/dynamo-job-index.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { s3ReportLinks } from "../adapters/s3-report-links.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeQuery } from "../use-cases/query-jobs.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { clock, makeDynamo, makeS3, now } from "./common.ts";
import { makeDoor } from "./door.ts";
import { makeLimitsOf } from "./limits.ts";

/** @throws {BadConfig} at cold start */
export function wireQuery(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const table = { client, table: config.resultsTable };
  const bucket = { client: makeS3(), bucket: config.listsBucket };
  const messages = dynamoMessageStore(table);
  const lists = s3ReceiverLists(bucket);
  const query = makeQuery({
    jobs: dynamoJobStore(table),
    index: dynamoJobIndex({ ...table, now }),
    messages,
    rows: dynamoBatchRowStore(table),
    tallies: dynamoTallies(table),
    failed: dynamoFailedBatches(table),
    readList: makeReadList({ messages, lists }),
    links: s3ReportLinks(bucket),
    clock,
  });
  return { query, limitsOf: makeLimitsOf(config, client), now, door: makeDoor(config, client) };
}
