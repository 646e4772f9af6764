import type { SQSRecord } from "aws-lambda";

/**
 * A message as Lambda hands it over.
 *
 * @param queue the last part of its queue's ARN
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqsRecord = (messageId: string, body: string, { queue = "bulk", received = 1 } = {}): SQSRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(received),
    SentTimestamp: "1",
    SenderId: "AIDAIENQZJOLO23YVJ4VO",
    ApproximateFirstReceiveTimestamp: "1",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:ap-southeast-1:000000000000:${queue}`,
  awsRegion: "ap-southeast-1",
});
