import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readImport } from "../lib/api/read-import.ts";
import { wireImport } from "../lib/wire/import.ts";

const { importLists, readOrBury, settleRecords } = wireImport(process.env);

/** Make the receiver list of a job: of the file that was uploaded for it, or of another job's outcomes. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  settleRecords(event, context, async (body, deadlineMs, { messageId: id }) =>
    readOrBury({ id, body }, readImport, (all) => importLists(all, deadlineMs)),
  );
