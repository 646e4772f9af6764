import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readJobRequest } from "../lib/api/job-request.ts";
import { readEvent } from "../lib/api/read-event.ts";
import { wireTakeRequest } from "../lib/wire/take-request.ts";

const { take, settleRecords } = wireTakeRequest(process.env, readJobRequest);

/** Events that ask for a job, from wherever AWS brings them. A dead letter that was sent back keeps its first id. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  settleRecords(event, context, async (body, _deadlineMs, { messageId, messageAttributes }) => {
    const id = messageAttributes["MessageId"]?.stringValue ?? messageId;
    return take({ id, body }, readEvent(body, id));
  });
