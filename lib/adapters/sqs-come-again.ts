import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { Lane } from "../domain/job.ts";

/** What failed for a moment comes again soon, what keeps failing ever later: an outage of hours does not end in the dead-letter queue. */
const FIRST_S = 15;
const LONGEST_S = 1_800;

/**
 * Let a message that failed come again after 15 s, then 30 s, and so on up to half an hour, instead of after the queue's
 * whole visibility timeout, which is made for workers that died.
 *
 * If the queue cannot be told, the timeout stands: nothing is lost by it.
 */
export function sqsComeAgain(client: SQSClient, urls: Readonly<Record<Lane, string>>) {
  return async ({ eventSourceARN, receiptHandle, attributes }: SQSRecord): Promise<void> => {
    const name = eventSourceARN.slice(eventSourceARN.lastIndexOf(":") + 1);
    const QueueUrl = Object.values(urls).find((url) => url.endsWith(`/${name}`));
    const received = Number(attributes.ApproximateReceiveCount);
    const VisibilityTimeout = Math.min(LONGEST_S, FIRST_S * 2 ** (received - 1));
    const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout });
    await client.send(command).catch(() => undefined);
  };
}
