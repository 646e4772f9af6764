import { dynamoExportStore } from "../adapters/dynamo-export-store.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { s3ReportLinks } from "../adapters/s3-report-links.ts";
import { sqsExportQueue } from "../adapters/sqs-export-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeGetExport, makeRequestExport } from "../use-cases/request-export.ts";
import { clock, drawId, makeDynamo, makeLogger, makeS3, makeSqs } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireRequestExport(env: Environment) {
  const config = readConfig(env);
  const exportQueue = sqsExportQueue({ client: makeSqs(), url: config.queueUrls.exports });
  return {
    requestExport: makeRequestExport({ ...stores(config.resultsTable), exportQueue, drawId }),
    log: makeLogger(),
  };
}

/** @throws {BadConfig} at cold start */
export function wireGetExport(env: Environment) {
  const config = readConfig(env);
  const reportLinks = s3ReportLinks({ client: makeS3(), bucket: config.listsBucket });
  return { getExport: makeGetExport({ ...stores(config.resultsTable), reportLinks }), log: makeLogger() };
}

function stores(table: string) {
  const results = { client: makeDynamo(), table };
  return { jobs: dynamoJobStore(results), exports: dynamoExportStore(results), clock };
}
