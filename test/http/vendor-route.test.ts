import type { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { memoryClients } from "../../lib/adapters/memory-clients.ts";
import { memoryRequestCounter } from "../../lib/adapters/memory-request-counter.ts";
import * as errors from "../../lib/domain/errors.ts";
import type { Text } from "../../lib/domain/text.ts";
import { HttpError } from "../../lib/http/http-error.ts";
import { assertVendorAction, toVendorReply } from "../../lib/http/vendor-call.ts";
import { toVendorError, vendorReply, vendorRoute } from "../../lib/http/vendor-route.ts";
import { aClient, KEY } from "../support/a-client.ts";
import { aRequest } from "./request.ts";

const context = { awsRequestId: "lambda-request" } as Context;
const QUERY = { Action: "BatchSendMessage", Version: "2020-12-01" };
const fault = (pointer: string, detail: Text = "must be a string") => ({ pointer, detail });

/** Answer a request, with an error of ours if one is given. */
async function answer(headers: Record<string, string>, error?: Error) {
  const log = { warn: () => {}, error: () => {} } as unknown as Logger;
  const clients = memoryClients([aClient()]);
  let counted = 0;
  const told = { log, onFailure: () => void counted++ };
  const door = { ...told, mode: "keys" as const, clients, counter: memoryRequestCounter(), now: () => 0 };
  const handler = vendorRoute(door, async (_request, caller, metadata) => {
    if (error) throw error;
    return vendorReply(200, JSON.stringify({ ...metadata, clientId: caller.clientId }));
  });
  const reply = await handler(aRequest({ method: "POST", path: "/", query: QUERY, headers }), context);
  return { status: reply.statusCode, headers: reply.headers, body: JSON.parse(reply.body ?? "null"), counted };
}

describe("the vendor's route", () => {
  it("knows who calls, and heads its answers as the vendor does", async () => {
    expect(await answer({ authorization: `Bearer ${KEY}` })).toMatchObject({
      status: 200,
      body: { RequestId: "lambda-request", ...QUERY, Service: "rtc", Region: "cn-north-1", clientId: "shop" },
    });
  });

  it("answers a failure in the vendor's envelope", async () => {
    const { status, body, counted } = await answer({});
    expect({ status, counted }).toEqual({ status: 400, counted: 0 });
    expect(body).toEqual({
      ResponseMetadata: {
        ...{ RequestId: "lambda-request", ...QUERY, Service: "rtc", Region: "cn-north-1" },
        Error: { CodeN: 100003, Code: "MissingAuthenticationToken", Message: "there is no Authorization header" },
      },
    });
  });

  it("names the region that a request was signed for", async () => {
    const authorization = `HMAC-SHA256 Credential=a/20240515/ap-southeast-1/rtc/request, SignedHeaders=x-date, Signature=0`;
    expect((await answer({ authorization })).body.ResponseMetadata.Region).toBe("ap-southeast-1");
  });

  it("tells nothing internal, and counts the failure", async () => {
    const { status, body, counted } = await answer(
      { authorization: `Bearer ${KEY}` },
      new Error("table results of 127.0.0.1"),
    );
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("table");
    expect(counted).toBe(1);
  });
});

it.each([
  {
    error: new HttpError(401, "there is no such route", { vendorCode: "SignatureDoesNotMatch" }),
    status: 401,
    code: "SignatureDoesNotMatch",
  },
  {
    error: new HttpError(401, "there is no such route", { vendorCode: "InvalidTimestamp" }),
    status: 400,
    code: "InvalidTimestamp",
  },
  {
    error: new HttpError(404, "there is no such route", { vendorCode: "InvalidActionOrVersion" }),
    status: 404,
    code: "InvalidActionOrVersion",
  },
  {
    error: new HttpError(429, "there is no such route", { vendorCode: "FlowLimitExceeded" }),
    status: 429,
    code: "FlowLimitExceeded",
  },
  { error: new HttpError(413, "there is no such route"), status: 413, code: "InvalidParameter" },
  { error: new errors.Malformed("there is no such route"), status: 400, code: "JsonParsingError" },
  {
    error: new errors.Invalid("the request has faults", [fault("/AppId")]),
    status: 400,
    code: "InvalidParameter.AppId",
  },
  {
    error: new errors.Invalid("the request has faults", [fault("/Receiver/7")]),
    status: 400,
    code: "InvalidParameter.Receiver",
  },
  { error: new errors.Invalid("the request has faults", [fault("")]), status: 400, code: "InvalidParameter" },
  {
    error: new errors.Invalid("the request has faults", [fault("/AppId"), fault("/Sender")]),
    status: 400,
    code: "InvalidParameter",
  },
  {
    error: new errors.Invalid("the request has faults", [fault("/AppId", "is missing")]),
    status: 400,
    code: "MissingParameter",
  },
  { error: new errors.Invalid("there is no such route"), status: 400, code: "InvalidParameter" },
  { error: new errors.Forbidden("the client may not send this", [fault("/AppId")]), status: 403, code: "AccessDenied" },
  { error: new errors.Unavailable("away", 5), status: 503, code: "ServiceUnavailableTemp" },
  { error: new errors.StoreContended("lost"), status: 503, code: "ServiceUnavailableTemp" },
  { error: new TypeError("a bug"), status: 500, code: "InternalError" },
])("$error.name is $code with $status", ({ error, status, code }) => {
  expect(toVendorError(error)).toMatchObject({ status, code });
});

it("names every fault in the one text there is", () => {
  const { message } = toVendorError(
    new errors.Invalid("the request has faults", [fault("/AppId"), fault("/Ext/a", "must be true or false")]),
  );
  expect(message).toBe("the request has faults: AppId must be a string; Ext/a must be true or false");
});

it.each([
  { query: {} },
  { query: { Action: "SendMessage", Version: "2020-12-01" } },
  { query: { Action: "BatchSendMessage", Version: "2024-01-01" } },
])("$query is no action: 404", ({ query }) => {
  expect(() => assertVendorAction(aRequest({ query }))).toThrow(expect.objectContaining({ status: 404 }));
});

describe("toVendorReply", () => {
  const metadata = { RequestId: "r", ...QUERY, Service: "rtc", Region: "cn-north-1" };
  const outcomes = [
    { userId: "9223372036854775807", status: "sent", messageId: "7467368000000002253" },
    { userId: "2", status: "failed", code: "FailedReceiver" },
    { userId: "3", status: "unknown", code: "CallTimeout" },
  ] as const;

  it("writes ids as numbers, exact to the last digit; who is unclear is in neither list", () => {
    const { statusCode, body } = toVendorReply(metadata, { jobId: "j", outcomes, pending: 0 });
    expect(statusCode).toBe(200);
    const result = '{"UserMessageId":{"9223372036854775807":7467368000000002253},"FailedReceiver":[2],"JobId":"j"}';
    expect(body).toBe(`{"ResponseMetadata":${JSON.stringify(metadata)},"Result":${result}}`);
  });

  it("says 202 and how many are pending while some are", () => {
    const { statusCode, body, headers } = toVendorReply(metadata, { jobId: "j", outcomes, pending: 9 });
    expect({ statusCode, headers }).toMatchObject({ statusCode: 202, headers: { location: "/v1/jobs/j" } });
    expect(body).toContain('"JobId":"j","Pending":9}');
  });
});
