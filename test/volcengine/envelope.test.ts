import fc from "fast-check";
import { parse } from "lossless-json";
import { describe, expect, it } from "vitest";
import { readReply, writeRequest } from "../../lib/volcengine/envelope.ts";

const MAX = "9223372036854775807";
const METADATA = `"ResponseMetadata":{"RequestId":"20240515160313C1B7EBFDF76AA168D","Action":"BatchSendMessage"}`;
const requestId = "20240515160313C1B7EBFDF76AA168D";

/** A success around `result`, written as text: object literals would have lost the digits already. */
const success = (result: string) => ({ status: 200, body: `{${METADATA},"Result":${result}}` });
const failure = (status: number, error: string, result = "null") => ({
  status,
  body: `{"ResponseMetadata":{"RequestId":"r","Error":${error}},"Result":${result}}`,
});

describe("writeRequest", () => {
  const message = { AppId: 666675, Sender: "10001", MsgType: 10001, Content: "消息群发123" };

  it.each([
    {
      when: "everything",
      message: { ...message, InboxType: 0, IsNormalUser: false, Ext: { key: "value" } },
      receivers: ["1", "2", "3"],
      want: `{"AppId":666675,"Sender":10001,"Receiver":[1,2,3],"InboxType":0,"MsgType":10001,"Content":"消息群发123","IsNormalUser":false,"Ext":{"key":"value"}}`,
    },
    {
      when: "only what is required",
      message: { ...message, Sender: MAX, Content: '{"text":"\u2028\n"}' },
      receivers: [MAX, "1"],
      want: `{"AppId":666675,"Sender":${MAX},"Receiver":[${MAX},1],"MsgType":10001,"Content":"{\\"text\\":\\"\u2028\\n\\"}"}`,
    },
  ])("writes $when", ({ message, receivers, want }) => {
    expect(writeRequest(message, receivers)).toBe(want);
  });
});

describe("readReply", () => {
  const answered = (messageIds: [string, string][], failedReceivers: string[] = []) => ({
    kind: "answered",
    messageIds: new Map(messageIds),
    failedReceivers,
    requestId,
  });

  it.each([
    {
      when: "the vendor's sample",
      reply: success(`{"UserMessageId":{"1":7368834896,"2":735697664},"FailedReceiver":[3]}`),
      want: answered(
        [
          ["1", "7368834896"],
          ["2", "735697664"],
        ],
        ["3"],
      ),
    },
    {
      when: "19 digits",
      reply: success(`{"UserMessageId":{"1":${MAX},"2":7368834896123456789}}`),
      want: answered([
        ["1", MAX],
        ["2", "7368834896123456789"],
      ]),
    },
    {
      when: "ids as strings",
      reply: success(`{"UserMessageId":{"1":"${MAX}"},"FailedReceiver":["2"]}`),
      want: answered([["1", MAX]], ["2"]),
    },
    {
      when: "receivers we did not ask about",
      reply: success(`{"UserMessageId":{"1":5,"4":6,"toString":7},"FailedReceiver":[5,3]}`),
      want: answered([["1", "5"]], ["3"]),
    },
    {
      when: "a receiver in both lists, and one failed twice",
      reply: success(`{"UserMessageId":{"1":5},"FailedReceiver":[1,2,2]}`),
      want: answered([["1", "5"]], ["2"]),
    },
    {
      when: "ids that are none",
      reply: success(`{"UserMessageId":{"1":0,"2":null,"3":7},"FailedReceiver":[null,{},[2],1.5]}`),
      want: answered([["3", "7"]]),
    },
    {
      when: "fractions, exponents and words for ids",
      reply: success(`{"UserMessageId":{"1":1.0,"2":1e18,"3":"soon"},"FailedReceiver":[2.0]}`),
      want: answered([]),
    },
    {
      when: "lists that are none",
      reply: success(`{"UserMessageId":[5],"FailedReceiver":{"1":1}}`),
      want: answered([]),
    },
    { when: "empty lists as null", reply: success(`{"UserMessageId":null,"FailedReceiver":null}`), want: answered([]) },
    { when: "no Result", reply: { status: 200, body: `{${METADATA}}` }, want: answered([]) },
    { when: "a Result that is a list", reply: success("[]"), want: answered([]) },
    {
      when: "a receiver twice",
      reply: success(`{"UserMessageId":{"1":5,"1":6,"2":7}}`),
      want: answered([
        ["1", "6"],
        ["2", "7"],
      ]),
    },
    {
      when: "no ResponseMetadata",
      reply: { status: 200, body: `{"Result":{"UserMessageId":{"1":5}}}` },
      want: { kind: "answered", messageIds: new Map([["1", "5"]]), failedReceivers: [] },
    },
  ])("answered: $when", ({ reply, want }) => {
    expect(readReply(reply, ["1", "2", "3"])).toEqual(want);
  });

  it.each([
    {
      when: "a bad parameter",
      reply: failure(400, `{"CodeN":1,"Code":"InvalidParameter.X"}`),
      kind: "refused",
      why: "request",
      code: "InvalidParameter.X",
    },
    {
      when: "an error at status 200 without CodeN",
      reply: failure(200, `{"Code":"AppNotFound"}`),
      kind: "refused",
      why: "request",
      code: "AppNotFound",
    },
    {
      when: "a wrong key",
      reply: failure(403, `{"Code":"InvalidAccessKey"}`),
      kind: "refused",
      why: "credentials",
      code: "InvalidAccessKey",
    },
    {
      when: "a wrong clock",
      reply: failure(403, `{"Code":"InvalidTimestamp"}`),
      kind: "clock",
      code: "InvalidTimestamp",
    },
    {
      when: "too fast",
      reply: failure(200, `{"Code":"FlowLimitExceeded.QPSOverLimit"}`),
      kind: "refused",
      why: "flow",
      code: "FlowLimitExceeded.QPSOverLimit",
    },
    { when: "429 without a word", reply: failure(429, "null"), kind: "refused", why: "flow", code: "Http429" },
    {
      when: "away",
      reply: failure(503, `{"Code":"ServiceUnavailable"}`),
      kind: "refused",
      why: "not-sent",
      code: "ServiceUnavailable",
    },
    {
      when: "an inner timeout",
      reply: failure(504, `{"Code":"InternalServiceTimeout"}`),
      kind: "unclear",
      code: "InternalServiceTimeout",
    },
    { when: "500 without a code", reply: failure(500, "null"), kind: "unclear", code: "Http500" },
    { when: "an error without a code at 200", reply: failure(200, "{}"), kind: "unclear", code: "Http200" },
    { when: "an error that is a word", reply: failure(400, `"no"`), kind: "refused", why: "request", code: "Http400" },
    {
      when: "a failure that names failed receivers",
      reply: failure(500, `{"Code":"InternalError"}`, `{"FailedReceiver":[1]}`),
      kind: "unclear",
      code: "InternalError",
    },
  ])("not answered: $when", ({ reply, when: _, ...want }) => {
    expect(readReply(reply, ["1", "2", "3"])).toEqual({ ...want, requestId: "r" });
  });

  it("keeps an id that stands beside an error", () => {
    const reply = failure(500, `{"Code":"InternalError"}`, `{"UserMessageId":{"2":9007199254740993}}`);
    expect(readReply(reply, ["1", "2"])).toEqual({
      kind: "answered",
      messageIds: new Map([["2", "9007199254740993"]]),
      failedReceivers: [],
      requestId: "r",
    });
  });

  it.each([
    { status: 502, body: "<html><h1>502 Bad Gateway</h1></html>" },
    { status: 200, body: "" },
    { status: 200, body: "null" },
    { status: 200, body: "[1]" },
    { status: 200, body: `{${METADATA},"Result":{"UserMessageId":{"1":5` },
    { status: 400, body: "<h1>400 Bad Request</h1>" },
    { status: 200, body: "[".repeat(200_000) },
  ])("unclear: $status that is not the vendor's envelope", (reply) => {
    expect(readReply(reply, ["1"])).toEqual({ kind: "unclear", code: "NotJson" });
  });

  it("flow: 429 from a gateway that speaks HTML", () => {
    expect(readReply({ status: 429, body: "<html>slow down</html>" }, ["1"])).toEqual({
      kind: "refused",
      why: "flow",
      code: "Http429",
    });
  });
});

describe("int64", () => {
  const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
  const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 50 });

  it("goes out exact to the last digit", () => {
    fc.assert(
      fc.property(ids, id, (receivers, sender) => {
        const text = writeRequest({ AppId: 1, Sender: `${sender}`, MsgType: 1, Content: "" }, receivers.map(String));
        expect(parse(text, null, BigInt)).toMatchObject({ Sender: sender, Receiver: receivers });
      }),
    );
  });

  it("comes in exact to the last digit, every receiver in one list at most", () => {
    fc.assert(
      fc.property(
        ids,
        fc.array(id),
        fc.infiniteStream(fc.oneof(id, fc.constant(undefined))),
        (asked, failed, stream) => {
          const drawn = asked.map((receiver) => [receiver, stream.next().value] as const);
          const sent = drawn.filter(([, messageId]) => messageId !== undefined);
          const map = sent.map(([receiver, messageId]) => `"${receiver}":${messageId}`).join(",");
          const mixed = [...failed, ...asked.filter((_, i) => i % 2 === 0)];
          const reply = success(`{"UserMessageId":{${map}},"FailedReceiver":[${mixed.join(",")}]}`);

          const isSent = new Set(sent.map(([receiver]) => receiver));
          const isNamed = new Set(mixed);
          const isFailed = asked.filter((receiver) => isNamed.has(receiver) && !isSent.has(receiver));
          const reading = readReply(reply, asked.map(String));
          if (reading.kind !== "answered") throw new Error(reading.kind);
          const { messageIds, failedReceivers } = reading;
          expect([...messageIds].map(([receiver, id]) => [BigInt(receiver), BigInt(id)])).toEqual(
            expect.arrayContaining(sent.map(([receiver, id]) => [receiver, id])),
          );
          expect(messageIds.size).toBe(sent.length);
          expect(failedReceivers.map(BigInt)).toEqual(isFailed);
        },
      ),
    );
  });
});
