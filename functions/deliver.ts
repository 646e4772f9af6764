import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readTask } from "../lib/api/read-task.ts";
import { wireDeliver } from "../lib/wire/deliver.ts";

const { deliver, settleRecords } = wireDeliver(process.env);

/** Both lanes: deliver each task; what waits or fails comes again, the rest is done with. */
export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  settleRecords(event, context, async (body, deadlineMs) => deliver(readTask(body), deadlineMs));
