import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoExportStore } from "../adapters/dynamo-export-store.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { s3ReportLinks } from "../adapters/s3-report-links.ts";
import { sqsExportQueue } from "../adapters/sqs-export-queue.ts";
import { type Config, type Environment, readConfig } from "../config.ts";
import { makeGetExport, makeRequestExport } from "../use-cases/request-export.ts";
import { clock, drawId, makeDynamo, makeS3, makeSqs } from "./common.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireRequestExport(env: Environment) {
  const config = readConfig(env);
  const exportQueue = sqsExportQueue({ client: makeSqs(), url: config.queueUrls.exports });
  const client = makeDynamo();
  return {
    requestExport: makeRequestExport({ ...stores(config, client), exportQueue, drawId }),
    door: makeDoor(config, client),
  };
}

/** @throws {BadConfig} at cold start */
export function wireGetExport(env: Environment) {
  const config = readConfig(env);
  const reportLinks = s3ReportLinks({ client: makeS3(), bucket: config.listsBucket });
  const client = makeDynamo();
  return { getExport: makeGetExport({ ...stores(config, client), reportLinks }), door: makeDoor(config, client) };
}

function stores({ resultsTable: table }: Config, client: DynamoDBClient) {
  const results = { client, table };
  return { jobs: dynamoJobStore(results), exports: dynamoExportStore(results), clock };
}
