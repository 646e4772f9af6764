import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../local/local-stack.ts";
import { ask } from "../support/ask.ts";
import { BARE_ENV } from "../support/bare-env.ts";
import { inboxOf } from "../support/inside-volley.ts";
import { volley } from "../support/one-stack.ts";

const root = join(import.meta.dirname, "../..");
const aws = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
let sqs: SQSClient;
let events: EventBridgeClient;

beforeAll(() => {
  sqs = new SQSClient({ ...aws, endpoint: volley.stack.endpoint("sqs") });
  events = new EventBridgeClient({ ...aws, endpoint: volley.stack.endpoint("events") });
});
afterAll(() => {
  sqs?.destroy();
  events?.destroy();
});

const queueUrl = (name: string) => `${volley.stack.endpoint("sqs")}/000000000000/volley-local-${name}`;
const jobs = async () => (await ask<{ Jobs: { JobId: string }[] }>(volley, "/v1/jobs?Limit=100")).body.Jobs;

/** Run an example as its first lines say. @returns what it prints */
async function example(name: string): Promise<string> {
  const { stack, url, key } = volley;
  const env = {
    ...BARE_ENV,
    AWS_ENDPOINT_URL_EVENTBRIDGE: stack.endpoint("events"),
    AWS_ENDPOINT_URL_S3: stack.endpoint("s3"),
    VOLLEY_URL: url,
    VOLLEY_KEY: key,
  };
  return (await promisify(execFile)(process.execPath, [join(root, "examples", name)], { env })).stdout;
}

describe("examples", () => {
  it.each([
    {
      name: "send-event.ts",
      says: /^event [0-9a-f-]{36}: job [0-9a-z]{25} done\n$/,
      receivers: 3,
      last: "9007199254740993",
    },
    {
      name: "send-object.ts",
      says: /^object jobs\/local\/\d+\.json\.gz: job [0-9a-z]{25} done\n$/,
      receivers: 1_200,
      last: "1200",
    },
  ])("$name: a job, and everybody has the message", async ({ name, says, receivers, last }) => {
    const printed = await example(name);
    expect(printed).toMatch(says);
    const id = /job (\w+)/.exec(printed)?.[1];
    expect((await ask(volley, `/v1/jobs/${id}`)).body).toMatchObject({ Tally: { Sent: receivers, Pending: 0 } });
    expect((await inboxOf(volley)).get(last)?.length).toBeGreaterThan(0);
  });
});

describe("on the queue", () => {
  it("a message is a job of the client that the stack is configured for", async () => {
    const before = (await jobs()).length;
    const MessageBody = '{"AppId":1,"Sender":2,"Receiver":[9223372036854775807],"MsgType":3,"Content":"by the queue"}';
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("requests"), MessageBody }));
    await until(async () => (await jobs()).length === before + 1);
    await until(async () => (await inboxOf(volley)).has("9223372036854775807"));
  });

  it("a bad event is buried with what is wrong with it, and no job is made", async () => {
    const before = (await jobs()).length;
    const Entries = [
      { EventBusName: "volley-local", Source: "e2e", DetailType: "BatchSendMessage", Detail: '{"AppId":"x"}' },
    ];
    const { Entries: [entry] = [] } = await events.send(new PutEventsCommand({ Entries }));
    const ask10 = { QueueUrl: queueUrl("requests-dead-letters"), WaitTimeSeconds: 10, MessageAttributeNames: ["All"] };
    const { Messages: [letter] = [] } = await sqs.send(new ReceiveMessageCommand(ask10));
    expect(JSON.parse(letter?.Body ?? "{}")).toMatchObject({ id: entry?.EventId, detail: { AppId: "x" } });
    const { Door, Reason, Faults } = letter?.MessageAttributes ?? {};
    expect({ Door: Door?.StringValue, Reason: Reason?.StringValue }).toEqual({
      Door: "eventbridge",
      Reason: "the event has faults",
    });
    const pointers = JSON.parse(Faults?.StringValue ?? "{}").faults.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual([
      "/detail/AppId",
      "/detail/Content",
      "/detail/MsgType",
      "/detail/Receiver",
      "/detail/Sender",
    ]);
    expect(await jobs()).toHaveLength(before);
    const told = (await (await fetch(`${volley.stack.endpoint("events")}/_events`)).json()) as {
      "detail-type": string;
    }[];
    const rejected = told.find((event) => event["detail-type"] === "JobRejected");
    expect(rejected).toMatchObject({
      source: "volley",
      detail: { type: "JobRejected", data: { Door: "eventbridge", ClientId: "local", Total: 5 } },
    });
  });
});
