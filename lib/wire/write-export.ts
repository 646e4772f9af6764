import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoExportStore } from "../adapters/dynamo-export-store.ts";
import { dynamoFailedBatches } from "../adapters/dynamo-failed-batches.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { s3ReportFiles } from "../adapters/s3-report-files.ts";
import { sqsExportQueue } from "../adapters/sqs-export-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeListOutcomes } from "../use-cases/list-outcomes.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { makeReadPart, type ReadPartPorts } from "../use-cases/read-part.ts";
import { makeWriteExport } from "../use-cases/write-export.ts";
import { clock, makeDynamo, makeLogger, makeS3, makeSqs } from "./common.ts";
import { makeCount } from "./metrics.ts";
import { makeSettle } from "./settle.ts";

/** @param forms how outcomes are written @throws {BadConfig} at cold start */
export function wireWriteExport(env: Environment, forms: ReadPartPorts["forms"]) {
  const config = readConfig(env);
  const results = { client: makeDynamo(), table: config.resultsTable };
  const bucket = { client: makeS3(), bucket: config.listsBucket };
  const sqs = makeSqs();
  const listOutcomes = makeListOutcomes({
    rows: dynamoBatchRowStore(results),
    tallies: dynamoTallies(results),
    failed: dynamoFailedBatches(results),
    readList: makeReadList({ messages: dynamoMessageStore(results), lists: s3ReceiverLists(bucket) }),
  });
  const writeExport = makeWriteExport({
    jobs: dynamoJobStore(results),
    exports: dynamoExportStore(results),
    reportFiles: s3ReportFiles(bucket),
    exportQueue: sqsExportQueue({ client: sqs, url: config.queueUrls.exports }),
    readPart: makeReadPart({ listOutcomes, forms }),
    clock,
  });
  return { writeExport, settleRecords: makeSettle(makeLogger(), makeCount(), sqs, config.queueUrls) };
}
