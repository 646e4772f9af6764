import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { sqsReturn } from "../../lib/adapters/sqs-return.ts";
import { sqsRecord } from "../support/sqs-record.ts";

const URLS = { express: "http://sqs/0/volley-express", bulk: "http://sqs/0/volley-bulk" };

/** A client that never leaves this process, and what it would have sent. @param status of every answer */
function fakeSqs(status = 200) {
  const sent: unknown[] = [];
  const client = new SQSClient({
    region: "ap-southeast-1",
    endpoint: "http://sqs",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: {
      async handle({ body }: { body: Uint8Array }) {
        sent.push(JSON.parse(Buffer.from(body).toString()));
        return { response: { statusCode: status, headers: {}, body: Buffer.from("{}") } };
      },
    },
  });
  return { client, sent };
}

describe("sqsReturn", () => {
  it.each([
    { ms: 1, want: 1 },
    { ms: 1_000, want: 1 },
    { ms: 1_001, want: 2 },
    { ms: 0, want: 0 },
    { ms: -60_000, want: 0 },
    { ms: 3_600_000, want: 3_600 },
    { ms: 86_400_000, want: 3_600 },
  ])("after $ms ms a message is visible in $want s", async ({ ms, want }) => {
    const { client, sent } = fakeSqs();
    await sqsReturn({ client, urls: URLS }).after(sqsRecord("a", "", { queue: "volley-bulk" }), ms);
    expect(sent).toEqual([{ QueueUrl: URLS.bulk, ReceiptHandle: "handle of a", VisibilityTimeout: want }]);
  });

  it.each([
    { received: 1, want: 15 },
    { received: 2, want: 30 },
    { received: 7, want: 960 },
    { received: 8, want: 1_800 },
    { received: 500, want: 1_800 },
  ])("a failure at its receipt number $received is visible in $want s", async ({ received, want }) => {
    const { client, sent } = fakeSqs();
    await sqsReturn({ client, urls: URLS }).afterFailure(sqsRecord("a", "", { queue: "volley-express", received }));
    expect(sent).toMatchObject([{ QueueUrl: URLS.express, VisibilityTimeout: want }]);
  });

  it("leaves the queue's own timeout where SQS does not take the change", async () => {
    const { client, sent } = fakeSqs(503);
    await sqsReturn({ client, urls: URLS }).after(sqsRecord("a", "", { queue: "volley-bulk" }), 1_000);
    expect(sent).toHaveLength(1);
  });
});
