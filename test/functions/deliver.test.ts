import type { SQSEvent, SQSRecord } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const task = { job: JOB, batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1,2" };

/** A message as Lambda hands it over. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const record = (messageId: string, body: string): SQSRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: "3",
    SentTimestamp: "1",
    SenderId: "AIDAIENQZJOLO23YVJ4VO",
    ApproximateFirstReceiveTimestamp: "1",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:ap-southeast-1:000000000000:bulk",
  awsRegion: "ap-southeast-1",
});

describe("deliver", () => {
  const calls = fakeAws(({ target }) =>
    target === "BatchGetItem" ? { Responses: {}, UnprocessedKeys: {} } : undefined,
  );
  let handler: typeof import("../../functions/deliver.ts").handler;
  beforeAll(async () => {
    ({ handler } = await import("../../functions/deliver.ts"));
  });
  const deliver = (...Records: SQSRecord[]) => handler({ Records } satisfies SQSEvent, context);

  it("lets messages come again that are none of ours, soon, and only those", async () => {
    const poison = [record("a", "hello"), record("c", "{}"), record("d", JSON.stringify({ ...task, receivers: "0" }))];
    const { batchItemFailures } = await deliver(record("b", JSON.stringify(task)), ...poison);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(["a", "c", "d"]);
    const again = calls.filter(({ target }) => target === "ChangeMessageVisibility").map(({ body }) => body);
    const QueueUrl = process.env["BULK_QUEUE_URL"];
    const handles = ["a", "c", "d"].map((id) => ({
      QueueUrl,
      ReceiptHandle: `handle of ${id}`,
      VisibilityTimeout: 60,
    }));
    expect(again).toHaveLength(3);
    expect(again).toEqual(expect.arrayContaining(handles));
  });

  it("is done with a message whose job is gone", async () => {
    expect(await deliver(record("a", JSON.stringify(task)))).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["BatchGetItem"]);
    expect(calls[0]?.body).toMatchObject({ RequestItems: { results: { ConsistentRead: true }, quota: {} } });
  });

  it("says which failed even where all did: the rest of the queue is not to blame", async () => {
    expect(await deliver(record("a", ""))).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
  });
});
