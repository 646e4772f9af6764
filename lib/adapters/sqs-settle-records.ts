import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { AppError } from "../domain/errors.ts";
import type { Settled } from "../domain/settled.ts";
import { namesIn } from "./names-in.ts";
import type { SqsReturn } from "./sqs-return.ts";

/** Tells the batch processor that a message is not done with. Nothing went wrong. */
class GoesBack extends AppError {
  override readonly name = "GoesBack";
  readonly code = "GOES_BACK";
}

export type SettleRecords = Readonly<{
  log: Logger;
  returns: SqsReturn;
  now: () => number;
  /** Told of each message that failed: to Lambda the whole is a success. */
  onFailure: () => void;
}>;

/**
 * Work on every message of an event side by side, and tell SQS which of them are done with. The others come again: those that
 * wait at their time, those that failed after a pause that grows.
 */
export function makeSettleRecords({ log, returns, now, onFailure }: SettleRecords) {
  const processor = new BatchProcessor(EventType.SQS, { logger: log });

  return function settleRecords(
    event: SQSEvent,
    context: Context,
    work: (body: string, deadlineMs: number, record: SQSRecord) => Promise<Settled>,
  ): Promise<SQSBatchResponse> {
    const deadlineMs = now() + context.getRemainingTimeInMillis();
    const settle = async (record: SQSRecord): Promise<void> => {
      const settled = await work(record.body, deadlineMs, record).catch(async (error: unknown) => {
        const names = { messageId: record.messageId, ...namesIn(record.body) };
        log.error("message not delivered", { ...names, error: error as Error });
        onFailure();
        await returns.afterFailure(record);
        throw error;
      });
      if (settled.kind === "delete") return;
      await returns.after(record, settled.atMs - now());
      throw new GoesBack("it comes again");
    };
    return processPartialResponse(event, settle, processor, { context, throwOnFullBatchFailure: false });
  };
}
