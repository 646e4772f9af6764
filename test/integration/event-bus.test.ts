import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEvent } from "../../lib/api/read-event.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { startEventBus } from "../../local/event-bus.ts";
import { compilePattern } from "../../local/event-pattern.ts";

const aws = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
let fauxqs: Emulator;
let bus: Emulator;
let sqs: SQSClient;
let events: EventBridgeClient;
let queueUrl = "";

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  sqs = new SQSClient({ ...aws, endpoint: fauxqs.url });
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: "requests" }))).QueueUrl ?? "";
  const matches = compilePattern({ "detail-type": ["BatchSendMessage"] });
  const broken = compilePattern({ "detail-type": ["Lost"] });
  bus = await startEventBus({
    ...{ sqs, region: aws.region, buses: ["volley-local"] },
    rules: [
      { bus: "volley-local", matches, queueUrls: [queueUrl] },
      { bus: "volley-local", matches: broken, queueUrls: [`${queueUrl}-gone`] },
    ],
  });
  events = new EventBridgeClient({ ...aws, endpoint: bus.url });
});
afterAll(async () => {
  events?.destroy();
  sqs?.destroy();
  await bus?.stop();
  await fauxqs?.stop();
});

const entry = (parts: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  EventBusName: "volley-local",
  Source: "test",
  DetailType: "BatchSendMessage",
  Detail: "{}",
  ...parts,
});
const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));

async function received(): Promise<string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  return Messages.map(({ Body = "" }) => Body);
}

describe("the local event bus", () => {
  it("brings an event to the queue of its rule, in EventBridge's envelope, every digit as it came", async () => {
    const Detail =
      '{"AppId":7,"Sender":9007199254740993,"Receiver":[9223372036854775807],"MsgType":1,"Content":"é漢🙂 1.50"}';
    const Time = new Date("2026-01-31T08:00:00Z");
    const { FailedEntryCount, Entries } = await put(entry({ Detail, Time, Resources: ["arn:x"] }));
    expect(FailedEntryCount).toBe(0);
    const [body = ""] = await received();
    expect(body).toContain('"Receiver":[9223372036854775807]');
    expect(JSON.parse(body)).toEqual({
      version: "0",
      id: Entries?.[0]?.EventId,
      "detail-type": "BatchSendMessage",
      source: "test",
      account: "000000000000",
      time: "2026-01-31T08:00:00Z",
      region: "ap-southeast-1",
      resources: ["arn:x"],
      detail: JSON.parse(Detail),
    });
    const incoming = readEvent(body, "sqs-1");
    expect(incoming).toMatchObject({
      kind: "requests",
      requests: [{ request: { message: { Sender: "9007199254740993", Content: "é漢🙂 1.50" } } }],
    });
  });

  it("brings nothing that no rule asks for, or that went to another bus; all can be seen", async () => {
    await put(
      entry({ DetailType: "JobStarted", Detail: '{"seen":9007199254740993}' }),
      entry({ EventBusName: "default" }),
    );
    expect(await received()).toEqual([]);
    expect(await (await fetch(`${bus.url}/_events`)).text()).toContain('"detail":{"seen":9007199254740993}}');
  });

  it("takes the good entries of a call and names the bad ones", async () => {
    const results = await put(
      entry({ Detail: '{"n":1}' }),
      entry({ Source: "" }),
      entry({ DetailType: undefined }),
      entry({ Detail: "{" }),
      entry({ Detail: "[]" }),
      entry({ Source: "aws.s3" }),
      entry({ EventBusName: "other" }),
      entry({ DetailType: "Lost" }), // its queue is away
      entry({ EventBusName: "arn:aws:events:local:000000000000:event-bus/volley-local", Detail: '{"n":2}' }),
    );
    expect(results.FailedEntryCount).toBe(7);
    expect(results.Entries?.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      ...["string", "InvalidArgument", "InvalidArgument", "MalformedDetail", "MalformedDetail"],
      ...["NotAuthorizedForSource", "InvalidArgument", "InternalFailure", "string"],
    ]);
    expect((await received()).map((body) => JSON.parse(body).detail.n).sort()).toEqual([1, 2]);
  });

  it.each([
    { what: "no entry", entries: [] },
    { what: "more than ten", entries: Array.from({ length: 11 }, () => entry()) },
    { what: "more than 1 MB", entries: [entry({ Detail: JSON.stringify({ x: "x".repeat(1024 * 1024 - 20) }) })] },
    {
      what: "more than 1 MB together",
      entries: Array.from({ length: 2 }, () => entry({ Detail: JSON.stringify({ x: "x".repeat(525_000) }) })),
    },
  ])("refuses a call with $what", async ({ entries }) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: "ValidationException" });
    expect(await received()).toEqual([]);
  });

  it("takes a call of 1 MB", async () => {
    const Detail = JSON.stringify({ x: "x".repeat(1024 * 1024 - 40) });
    expect(await put(entry({ Detail, DetailType: "Large" }))).toMatchObject({ FailedEntryCount: 0 });
  });

  it("says of any other call that it does not know it", async () => {
    const answer = await fetch(bus.url, {
      method: "POST",
      headers: { "x-amz-target": "AWSEvents.PutRule" },
      body: "{}",
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
  });
});
