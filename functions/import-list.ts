import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readImportNudge } from "../lib/api/read-nudge.ts";
import { wireImport } from "../lib/wire/import.ts";

const { importList, readOrBury, settleRecords } = wireImport(process.env);

/** Make the receiver list of a job whose list is too long for its request. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  settleRecords(event, context, async (body, _deadlineMs, { messageId: id }) =>
    readOrBury({ id, body }, readImportNudge, importList),
  );
