import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readExportTask } from "../lib/api/read-export-task.ts";
import { FILE_FORMS } from "../lib/http/file-forms.ts";
import { wireWriteExport } from "../lib/wire/write-export.ts";

const { writeExport, settleRecords } = wireWriteExport(process.env, FILE_FORMS);

/** Write a file of a job's outcomes, or go on with it. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  settleRecords(event, context, async (body, deadlineMs) => writeExport(readExportTask(body), deadlineMs));
