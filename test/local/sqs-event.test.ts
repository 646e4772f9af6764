import { describe, expect, it } from "vitest";
import { doneOf, toRecord } from "../../local/sqs-event.ts";

const messages = ["a", "b", "c"].map((MessageId) => ({ MessageId }));
const failing = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("doneOf", () => {
  it.each([
    { when: "nothing is returned", response: undefined, want: "abc" },
    { when: "null is returned", response: null, want: "abc" },
    { when: "no failure is named", response: failing(), want: "abc" },
    { when: "one is named", response: failing("b"), want: "ac" },
    { when: "all are named", response: failing("a", "b", "c"), want: "" },
    { when: "a stranger is named", response: failing("b", "x"), want: "" },
    { when: "an empty id is named", response: failing(""), want: "" },
    { when: "no id is named", response: { batchItemFailures: [{}] }, want: "" },
    { when: "null stands for a failure", response: { batchItemFailures: [null] }, want: "" },
    { when: "the failures are no list", response: { batchItemFailures: "b" }, want: "" },
  ])("deletes $want when $when", ({ response, want }) => {
    expect(
      doneOf(messages, response, true)
        .map(({ MessageId }) => MessageId)
        .join(""),
    ).toBe(want);
  });

  it("deletes all where the mapping does not ask for failures", () => {
    expect(doneOf(messages, failing("b"), false)).toEqual(messages);
  });
});

describe("toRecord", () => {
  it("is the record that Lambda makes of a message", () => {
    const message = {
      MessageId: "id",
      ReceiptHandle: "handle",
      Body: "body",
      MD5OfBody: "md5",
      Attributes: { ApproximateReceiveCount: "2", SentTimestamp: "1" },
      MessageAttributes: {
        text: { DataType: "String", StringValue: "t" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(1) },
      },
    };
    expect(toRecord(message, "arn:aws:sqs:eu-west-1:1:q")).toEqual({
      messageId: "id",
      receiptHandle: "handle",
      body: "body",
      attributes: { ApproximateReceiveCount: "2", SentTimestamp: "1" },
      messageAttributes: {
        text: { dataType: "String", stringValue: "t", binaryValue: undefined },
        bytes: { dataType: "Binary", stringValue: undefined, binaryValue: "AQ==" },
      },
      md5OfBody: "md5",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:1:q",
      awsRegion: "eu-west-1",
    });
  });
});
