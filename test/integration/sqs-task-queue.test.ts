import { hash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateQueueCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqsTaskQueue } from "../../lib/adapters/sqs-task-queue.ts";
import { readTask } from "../../lib/api/read-task.ts";
import type { Lane } from "../../lib/domain/job.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { taskQueueContract } from "../contracts/task-queue.ts";
import { tasks } from "../support/tasks.ts";

type Entry = Readonly<{ Id: string; MessageBody: string; MessageGroupId?: string; DelaySeconds?: number }>;
type Call = Readonly<{ QueueUrl: string; Entries: readonly Entry[] }>;

const NOW = { group: "client", delaySeconds: 0 };

/** Which entries SQS is made to refuse, whose fault it says that is, and the calls it got. */
let refuses: (call: number, entry: number) => boolean;
let isOurFault: boolean;
let calls: Call[];

let sqs: Emulator;
let client: SQSClient;
const server = createServer(async (request, reply) => {
  const { status, body } = await answer(request);
  reply.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(body);
});
let made = 0;

beforeAll(async () => {
  sqs = await startFauxqs(readLocalSettings({}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" }, // invented: fauxqs takes any
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  server.close();
  await sqs.stop();
});
beforeEach(() => {
  refuses = () => false;
  isOurFault = false;
  calls = [];
});

/** Hands everything on to fauxqs but the entries it is to refuse, and says so as SQS does. */
async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
  const body = await text(request);
  const target = String(request.headers["x-amz-target"]);
  const forward = async (sent: string) => {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
    const authorization = String(request.headers.authorization);
    const reply = await fetch(sqs.url, { method: "POST", headers: { ...headers, authorization }, body: sent });
    return { status: reply.status, body: await reply.text() };
  };
  if (target !== "AmazonSQS.SendMessageBatch") return forward(body);
  const call = JSON.parse(body) as Call;
  const n = calls.push(call) - 1;
  const refused = call.Entries.filter((_, i) => refuses(n, i));
  const Failed = refused.map(({ Id }) => ({
    Id,
    SenderFault: isOurFault,
    Code: "InternalError",
    Message: "try again",
  }));
  const Entries = call.Entries.filter((entry) => !refused.includes(entry));
  if (Entries.length === 0) return { status: 200, body: JSON.stringify({ Failed }) };
  const taken = await forward(JSON.stringify({ ...call, Entries }));
  if (taken.status !== 200) return taken;
  return { status: 200, body: JSON.stringify({ ...(JSON.parse(taken.body) as object), Failed }) };
}

async function makeQueues() {
  const name = `q${++made}`;
  const create = async (lane: Lane) =>
    (await client.send(new CreateQueueCommand({ QueueName: `${name}-${lane}` }))).QueueUrl ?? "";
  const urls = { express: await create("express"), bulk: await create("bulk") };
  return { urls, queue: sqsTaskQueue({ client, urls, patience: { firstMs: 1, longestMs: 4, deadlineMs: 1_000 } }) };
}

async function receiveAll(QueueUrl: string): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}

const toTask = ({ Body = "" }: Message) => readTask(Body);

taskQueueContract("sqs", async () => {
  const { queue, urls } = await makeQueues();
  const received = async (lane: Lane) => (await receiveAll(urls[lane])).map(toTask);
  return { queue, received, pass: sleep };
});

describe("sqsTaskQueue", () => {
  const numbers = async (url: string) => (await receiveAll(url)).map((one) => toTask(one).batch).sort((a, b) => a - b);
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  it("sends ten messages to a call", async () => {
    const { queue, urls } = await makeQueues();
    await queue.enqueue("bulk", tasks(25), NOW);
    expect(calls.map(({ Entries }) => Entries.length).sort()).toEqual([10, 10, 5]);
    expect(new Set(calls.map(({ QueueUrl }) => QueueUrl))).toEqual(new Set([urls.bulk]));
  });

  it("groups messages as it is told, so that others are not starved, and says how long to wait", async () => {
    const { queue } = await makeQueues();
    await queue.enqueue("express", tasks(2), NOW);
    await queue.enqueue("express", tasks(1), { group: "another", delaySeconds: 900 });
    expect(calls.map(({ Entries }) => Entries.map(({ Id: _, MessageBody: __, ...rest }) => rest))).toEqual([
      [{ MessageGroupId: hash("sha256", "client") }, { MessageGroupId: hash("sha256", "client") }],
      [{ MessageGroupId: hash("sha256", "another"), DelaySeconds: 900 }],
    ]);
  });

  it("sends again what SQS did not take, and only that", async () => {
    const { queue, urls } = await makeQueues();
    refuses = (call, entry) => call === 0 && [0, 3, 9].includes(entry);
    await queue.enqueue("bulk", tasks(10), NOW);
    expect(calls.map(({ Entries }) => Entries.length)).toEqual([10, 3]);
    expect(await numbers(urls.bulk)).toEqual(upTo(10));
  });

  it("does not lose count when calls run side by side and refusals repeat", async () => {
    const { queue, urls } = await makeQueues();
    refuses = (call, entry) => call < 20 && entry % 2 === 0;
    await queue.enqueue("bulk", tasks(120), NOW);
    expect(await numbers(urls.bulk)).toEqual(upTo(120));
  });

  it("fails in the end, naming how much is left, when SQS does not take a message", async () => {
    const { queue } = await makeQueues();
    refuses = (_, entry) => entry === 0;
    const failure = { code: "UNAVAILABLE", message: "1 of 10 SQS messages were left undone" };
    await expect(queue.enqueue("bulk", tasks(10), NOW)).rejects.toMatchObject(failure);
    expect(calls.slice(0, 4).map(({ Entries }) => Entries.length)).toEqual([10, 1, 1, 1]);
  });

  it("fails at once when the message is at fault", async () => {
    const { queue } = await makeQueues();
    refuses = (_, entry) => entry === 3;
    isOurFault = true;
    await expect(queue.enqueue("bulk", tasks(10), NOW)).rejects.toThrow(
      "SQS refuses a message: InternalError try again",
    );
    expect(calls).toHaveLength(1);
  });

  it("fails when the whole call does", async () => {
    const queue = sqsTaskQueue({ client, urls: { express: `${sqs.url}/000000000000/gone`, bulk: "" } });
    await expect(queue.enqueue("express", tasks(1), NOW)).rejects.toThrow();
  });
});
