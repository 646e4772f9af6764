import { importScratchOn } from "../adapters/import-scratch-on.ts";
import { s3Objects } from "../adapters/s3-objects.ts";
import { s3ReportFiles } from "../adapters/s3-report-files.ts";
import { s3Uploads } from "../adapters/s3-uploads.ts";
import { sqsDeadLetters } from "../adapters/sqs-dead-letters.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import { type ImportNudge, makeImportList } from "../use-cases/import-list.ts";
import { makeReadOrBury } from "../use-cases/read-or-bury.ts";
import { makeDynamo, makeLogger, makeS3, makeSqs, now } from "./common.ts";
import { showingCanceled } from "./count-events.ts";
import { makeCount, makeShow } from "./metrics.ts";
import { makeRetryParts } from "./retry.ts";
import { makeSettle } from "./settle.ts";

/** @throws {BadConfig} at cold start */
export function wireImport(env: Environment) {
  const config = readConfig(env);
  const sqs = makeSqs();
  const nudges = sqsNudges({ client: sqs, urls: config.queueUrls });
  const deadLetters = sqsDeadLetters({ client: sqs, url: config.importsDeadLettersUrl });
  const bucket = { client: makeS3(), bucket: config.listsBucket };
  const { jobs, ...parts } = makeRetryParts(config, makeDynamo(), nudges);
  const importList = makeImportList({
    ...parts,
    jobs: showingCanceled(jobs, makeShow()),
    uploads: s3Uploads({ ...bucket, now }),
    scratch: importScratchOn(s3Objects(bucket)),
    reports: s3ReportFiles(bucket),
    nudges,
  });
  return {
    readOrBury: makeReadOrBury(deadLetters),
    /** One after the other: each takes the memory there is. A notification of S3 names one file. */
    async importLists(all: readonly ImportNudge[], deadlineMs: number): Promise<Settled> {
      for (const one of all) await importList(one, deadlineMs);
      return DELETE;
    },
    settleRecords: makeSettle(makeLogger(), makeCount(), sqs, config.queueUrls),
  };
}
