import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvent } from "../../lib/api/read-event.ts";
import type { Incoming } from "../../lib/domain/incoming.ts";
import { cloudEvent, eventBridge, s3, s3Record, sns } from "../support/envelopes.ts";

const BODY = '{"AppId":7,"Sender":"5","Receiver":[1,2],"MsgType":10001,"Content":"hi"}';
const read = (text: string): Incoming => readEvent(text, "sqs-1");
/** Where an empty body has its faults. */
const under = (pointer: string): string[] =>
  ["AppId", "Sender", "Receiver", "MsgType", "Content"].map((name) => `${pointer}/${name}`);
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a message is", () => {
  it.each([
    { what: "a plain body", text: BODY, door: "sqs", key: 'sqs:["sqs-1"]', pointer: "" },
    {
      what: "an event of EventBridge",
      text: eventBridge(BODY),
      door: "eventbridge",
      key: 'eventbridge:["17793124-05d4-b198-2fde-7ededc63b103"]',
      pointer: "/detail",
    },
    {
      what: "a CloudEvent",
      text: cloudEvent(BODY),
      door: "cloudevents",
      key: 'cloudevents:["/chat","A234-1234"]',
      pointer: "/data",
    },
    {
      what: "a CloudEvent of bytes",
      text: cloudEvent("", { omit: "data", data_base64: base64(BODY) }),
      door: "cloudevents",
      key: 'cloudevents:["/chat","A234-1234"]',
      pointer: "/data_base64",
    },
    {
      what: "a notification of SNS",
      text: sns(BODY),
      door: "sns",
      key: 'sns:["22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"]',
      pointer: "/Message",
    },
    {
      what: "an event of EventBridge by way of SNS",
      text: sns(eventBridge(BODY)),
      door: "sns",
      key: 'eventbridge:["17793124-05d4-b198-2fde-7ededc63b103"]',
      pointer: "/Message/detail",
    },
    { what: "a body with a byte order mark", text: `\uFEFF${BODY}`, door: "sqs", key: 'sqs:["sqs-1"]', pointer: "" },
    {
      what: "a CloudEvent of bytes with a byte order mark",
      text: cloudEvent("", { omit: "data", data_base64: base64(`\uFEFF${BODY}`) }),
      door: "cloudevents",
      key: 'cloudevents:["/chat","A234-1234"]',
      pointer: "/data_base64",
    },
    { what: "a list of one", text: `[${BODY}]`, door: "sqs", key: 'sqs:["sqs-1","0"]', pointer: "/0" },
  ])("$what: its request, and the event's own id as key", ({ text, door, key, pointer }) => {
    const request = expect.objectContaining({ receivers: BigUint64Array.of(1n, 2n) });
    expect(read(text)).toEqual({ kind: "requests", door, requests: [{ key, pointer, request }] });
  });

  it("a list of several: all of them, each with a key of its own", () => {
    const read2 = read(`[${BODY},${eventBridge(BODY)},${BODY}]`);
    expect(read2.kind === "requests" && read2.requests.map(({ key, pointer }) => ({ key, pointer }))).toEqual([
      { key: 'sqs:["sqs-1","0"]', pointer: "/0" },
      { key: expect.stringMatching(/^eventbridge:/), pointer: "/1/detail" },
      { key: 'sqs:["sqs-1","2"]', pointer: "/2" },
    ]);
  });
});

describe("a notification of S3", () => {
  it.each([
    { when: "without versions", object: {}, key: "jobs/cron/a.json", id: "d41d8cd9" },
    { when: "with versions", object: { versionId: "v1" }, key: "jobs/cron/a.json", id: "v1" },
    {
      when: "with a key that is encoded",
      object: { key: "jobs/cron/a+%2B%C3%A4/b.json" },
      key: "jobs/cron/a +ä/b.json",
    },
    { when: "by way of SNS", object: {}, key: "jobs/cron/a.json", wrap: sns },
  ])("$when names an object, and its client by the prefix", ({ object, key, id = "d41d8cd9", wrap = String }) => {
    const incoming = read(wrap(s3(s3Record({ object }))));
    expect(incoming).toMatchObject({ kind: "requests", door: wrap === sns ? "sns" : "s3" });
    expect(incoming.kind === "requests" && incoming.requests).toEqual([
      {
        key: `s3:${JSON.stringify(["lists", key, id, "0055AED6DCD90281E5"])}`,
        pointer: "",
        object: { bucket: "lists", key, eTag: "d41d8cd9", size: 90 },
        clientId: "cron",
      },
    ]);
  });

  it.each([
    { what: "that S3 can send", text: '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"lists"}' },
    { what: "of a folder of the console", text: s3(s3Record({ object: { key: "jobs/cron/", size: 0 } })) },
  ])("$what is no request", ({ text }) => {
    expect(read(text)).toEqual({ kind: "requests", door: "s3", requests: [] });
  });

  it.each([
    { why: "another prefix", object: { key: "lists/a.json" }, pointers: ["/s3/object/key"] },
    { why: "no client", object: { key: "jobs/a.json" }, pointers: ["/s3/object/key"] },
    { why: "a client that cannot be", object: { key: "jobs/..%2F/a.json" }, pointers: ["/s3/object/key"] },
    { why: "a key that is not encoded", object: { key: "jobs/cron/100%.json" }, pointers: ["/s3/object/key"] },
    {
      why: "far too large, under another prefix",
      object: { key: "x", size: 7e6 },
      pointers: ["/s3/object/key", "/s3/object/size"],
    },
    {
      why: "no ETag, no sequencer",
      object: { eTag: "", sequencer: null },
      pointers: ["/s3/object/eTag", "/s3/object/sequencer"],
    },
  ])("is refused: $why", ({ object, pointers }) => {
    const incoming = read(s3(s3Record(), s3Record({ object })));
    expect(incoming).toMatchObject({ kind: "bad", door: "s3", total: pointers.length });
    expect(pointersOf(incoming)).toEqual(pointers.map((pointer) => `/Records/1${pointer}`));
  });

  it.each([
    {
      why: "of something else than an upload",
      text: s3(s3Record({ eventName: "ObjectRemoved:Delete" })),
      pointer: "/0/eventName",
    },
    { why: "of another service", text: s3(s3Record({ eventSource: "aws:ses" })), pointer: "/0/eventSource" },
    { why: "without records", text: s3(), pointer: "" },
    { why: "of records that are none", text: '{"Records":{}}', pointer: "" },
  ])("is refused: $why", ({ text, pointer }) => {
    expect(pointersOf(read(text))).toEqual([`/Records${pointer}`]);
  });
});

describe("a bad message tells every fault at once", () => {
  it.each([
    { what: "no JSON", text: "hello", door: "sqs", pointers: [""] },
    { what: "a number", text: "1", door: "sqs", pointers: [""] },
    { what: "an empty list", text: "[]", door: "sqs", pointers: [""] },
    { what: "a plain body", text: "{}", door: "sqs", pointers: under("") },
    { what: "one of a list", text: `[${BODY},{},2]`, door: "sqs", pointers: [...under("/1"), "/2"] },
    {
      what: "an event of another kind, without an id and a source",
      text: eventBridge("{}", { "detail-type": "JobStarted", id: 1, source: "" }),
      door: "eventbridge",
      pointers: ["/id", "/source", "/detail-type", ...under("/detail")],
    },
    {
      what: "an event without detail",
      text: eventBridge("", { omit: "detail" }),
      door: "eventbridge",
      pointers: ["/detail"],
    },
    { what: "a detail that is a text", text: eventBridge('"x"'), door: "eventbridge", pointers: ["/detail"] },
    {
      what: "a CloudEvent of another version, without a type",
      text: cloudEvent("{}", { specversion: "0.3", omit: "type" }),
      door: "cloudevents",
      pointers: ["/specversion", "/type", ...under("/data")],
    },
    {
      what: "a CloudEvent without data",
      text: cloudEvent("", { omit: "data" }),
      door: "cloudevents",
      pointers: ["/data"],
    },
    {
      what: "a CloudEvent of bytes that are no JSON",
      text: cloudEvent("", { omit: "data", data_base64: base64("x") }),
      door: "cloudevents",
      pointers: ["/data_base64"],
    },
    {
      what: "a CloudEvent of bytes that are no UTF-8",
      text: cloudEvent("", {
        omit: "data",
        data_base64: Buffer.from(BODY.replace('Content":"', 'Content":"\xff'), "latin1").toString("base64"),
      }),
      door: "cloudevents",
      pointers: ["/data_base64"],
    },
    { what: "a notification of no JSON", text: sns("hello"), door: "sns", pointers: ["/Message"] },
    { what: "a notification of a bad body", text: sns("{}"), door: "sns", pointers: under("/Message") },
    {
      what: "a request to confirm a subscription",
      text: sns(BODY, { Type: "SubscriptionConfirmation", omit: "MessageId" }),
      door: "sns",
      pointers: ["/Type", "/MessageId"],
    },
    {
      what: "a notification in a notification",
      text: sns(sns(BODY)),
      door: "sns",
      pointers: [...under("/Message"), ...Object.keys(JSON.parse(sns(BODY))).map((name) => `/Message/${name}`)],
    },
  ])("$what", ({ text, door, pointers }) => {
    const incoming = read(text);
    expect(incoming).toMatchObject({ kind: "bad", door, total: pointers.length });
    expect(pointersOf(incoming).sort()).toEqual([...pointers].sort());
  });

  it("lists the first hundred of very many, and says how many there are", () => {
    const incoming = read(eventBridge(BODY.replace("[1,2]", JSON.stringify(Array(300).fill(0)))));
    expect(incoming).toMatchObject({ kind: "bad", total: 300 });
    expect(pointersOf(incoming)).toHaveLength(100);
  });
});

it("ids keep every digit in every envelope", () => {
  const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
  const wraps = [
    String,
    eventBridge,
    cloudEvent,
    sns,
    (text: string) => sns(cloudEvent(text)),
    (text: string) => `[${text}]`,
  ];
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { minLength: 1, maxLength: 20 }),
      id,
      fc.constantFrom(...wraps),
      (ids, sender, wrap) => {
        const incoming = read(
          wrap(`{"AppId":7,"Sender":${sender},"Receiver":[${ids.join()}],"MsgType":1,"Content":"a 1.5"}`),
        );
        if (incoming.kind === "bad") throw new Error(JSON.stringify(incoming));
        const [one] = incoming.requests;
        if (!one || !("request" in one)) throw new Error("no request");
        expect([...one.request.receivers]).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
        expect(one.request.message.Sender).toBe(String(sender));
      },
    ),
  );
});

function pointersOf(incoming: Incoming): string[] {
  return incoming.kind === "bad" ? incoming.faults.map(({ pointer }) => pointer) : [];
}
