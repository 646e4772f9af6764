import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

/** A message that failed comes again soon; if it keeps failing, after longer and longer pauses. */
const FIRST_S = 15;
const LONGEST_S = 1_800;
/** The longest pause; SQS itself allows 12 hours. */
const MOST_S = 3_600;

/** Seconds until a message that failed comes again. @param received how often it was received, 1 at least */
export const failurePauseS = (received: number): number => Math.min(LONGEST_S, FIRST_S * 2 ** (received - 1));

/** When a received message comes again that is not deleted, instead of after the queue's whole visibility timeout. */
export type SqsReturn = Readonly<{
  /** After `ms`: it waits for that time. */
  after(record: SQSRecord, ms: number): Promise<void>;
  /** After 15 s, then 30 s, and so on up to half an hour: it failed. */
  afterFailure(record: SQSRecord): Promise<void>;
}>;

/**
 * Changing a message's visibility costs one request; sending it again would cost two. If the change fails, the queue's
 * visibility timeout stays: nothing is lost by it.
 *
 * @param urls of the queues the records may come from
 */
export function sqsReturn({
  client,
  urls,
}: Readonly<{ client: SQSClient; urls: Readonly<Record<string, string>> }>): SqsReturn {
  return {
    after: (record, ms) => change(record, Math.min(MOST_S, Math.max(0, Math.ceil(ms / 1000)))),
    afterFailure: (record) => change(record, failurePauseS(Number(record.attributes.ApproximateReceiveCount))),
  };

  async function change({ eventSourceARN, receiptHandle }: SQSRecord, VisibilityTimeout: number): Promise<void> {
    const name = eventSourceARN.slice(eventSourceARN.lastIndexOf(":") + 1);
    const QueueUrl = Object.values(urls).find((url) => url.endsWith(`/${name}`));
    const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout });
    await client.send(command).catch(() => undefined);
  }
}
