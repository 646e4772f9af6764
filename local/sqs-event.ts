import type { Message } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

/** A received message as Lambda hands it to a function. */
export function toRecord(message: Message, eventSourceARN: string): SQSRecord {
  const {
    MessageId = "",
    ReceiptHandle = "",
    Body = "",
    MD5OfBody = "",
    Attributes = {},
    MessageAttributes = {},
  } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as SQSRecord["attributes"],
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { DataType = "", StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          stringValue: StringValue,
          binaryValue: BinaryValue && Buffer.from(BinaryValue).toString("base64"),
        },
      ]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: eventSourceARN.split(":")[3] ?? "",
  };
}

/**
 * Which messages are done and are deleted. Without ReportBatchItemFailures all are; with it, those that the response
 * does not name; none if it names a message that was not in the batch, or names it wrongly.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function doneOf<M extends Message>(messages: readonly M[], response: unknown, reportsFailures: boolean): M[] {
  if (!reportsFailures) return [...messages];
  const failures = (response as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [];
  const ids = new Set(messages.map(({ MessageId }) => MessageId));
  const failed = new Set(failures.map((failure: { itemIdentifier?: string } | null) => failure?.itemIdentifier));
  if ([...failed].some((id) => !ids.has(id))) return [];
  return messages.filter(({ MessageId }) => !failed.has(MessageId));
}
