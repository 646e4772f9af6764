import type { Examples, Operations } from "./operation.ts";

const metadata = {
  ...{ RequestId: "2026112322252600000000000BEE6D4F", Action: "BatchSendMessage", Version: "2020-12-01" },
  ...{ Service: "rtc", Region: "cn-north-1" },
};
const message = { AppId: 666675, Sender: 10001, MsgType: 10001, Content: '{"text":"hi"}' };
const jobId = "297tozjsw2xtyqoc7bi7y8a4s";

const result = (Result: object): object => ({ ResponseMetadata: metadata, Result });

const REQUEST: Examples = { one: { summary: "To two users", value: { ...message, Receiver: [1, 2] } } };
const DONE: Examples = {
  done: {
    summary: "Both have an outcome",
    value: result({ UserMessageId: { 1: 746736800000000000 }, FailedReceiver: [2], JobId: jobId }),
  },
};
const PENDING: Examples = {
  pending: {
    summary: "Nobody has one yet",
    value: result({ UserMessageId: {}, FailedReceiver: [], JobId: jobId, Pending: 2 }),
  },
};

export const VENDOR_OPERATIONS: Operations = {
  "POST /": {
    id: "batchSendMessage",
    tag: "Vendor",
    summary: "The vendor's own call",
    description:
      "What the vendor's SDKs send when they are pointed at Volley: BatchSendMessage, answered in the vendor's envelope. It waits up to 8 seconds for the outcomes. A signed request is its own idempotency key.",
    isVendors: true,
    parameters: ["Action", "Version", "IdempotencyKey"],
    body: { schema: "JobRequest", required: true, description: "The message and its receivers.", examples: REQUEST },
    answers: {
      200: {
        description: "Every receiver has an outcome.",
        schema: "VendorAnswer",
        examples: DONE,
        headers: ["Location"],
      },
      202: { description: "What is known so far.", schema: "VendorAnswer", examples: PENDING, headers: ["Location"] },
    },
    problems: [400, 404, 413, 415],
  },
};
