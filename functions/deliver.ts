import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { readTask } from "../lib/domain/read-task.ts";
import { wireDeliver } from "../lib/wire/deliver.ts";

const { deliver, comeAgain, now, log } = wireDeliver(process.env);
const processor = new BatchProcessor(EventType.SQS, { logger: log });

/** Both queues: deliver each message; those that threw, and only those, come again. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const deadlineMs = now() + context.getRemainingTimeInMillis();
  const work = async (record: SQSRecord): Promise<void> => {
    try {
      await deliver(readTask(record.body), deadlineMs);
    } catch (error) {
      log.error("message not delivered", { messageId: record.messageId, error: error as Error });
      await comeAgain(record);
      throw error;
    }
  };
  return processPartialResponse(event, work, processor, { context, throwOnFullBatchFailure: false });
};
