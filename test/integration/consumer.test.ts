import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startConsumer } from "../../local/consumers.ts";
import { createQueues } from "../../local/create-queues.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import type { EventSource } from "../../local/event-sources.ts";
import { BARE_ENV } from "../support/bare-env.ts";

/** Writes down each invocation; a body says what becomes of it: `fail`, `throw`, or a number of ms to take. */
const HANDLER = `
import { appendFileSync } from "node:fs";
let invocations = 0;
export const handler = async ({ Records }, context) => {
  const bodies = Records.map(({ body }) => body);
  const left = context.getRemainingTimeInMillis();
  const write = (what) => appendFileSync(process.env.DIARY, JSON.stringify({ what, bodies, at: Date.now(), nth: invocations, left }) + "\\n");
  invocations += 1;
  write("begin");
  if (bodies.includes("throw")) throw new Error("thrown on purpose");
  await new Promise((done) => setTimeout(done, Math.max(...bodies.map(Number).filter(Boolean), 0)));
  write("end");
  return { batchItemFailures: Records.filter(({ body }) => body === "fail").map((r) => ({ itemIdentifier: r.messageId })) };
};`;

const dir = mkdtempSync(join(tmpdir(), "volley-consumer-"));
const aws = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
const settings = { port: 0, simulatorPort: 0, dynamodb: "dynalite", dataDir: undefined } as const;
let emulator: Emulator;
let sqs: SQSClient;
let source: EventSource;
let deadLetters: string;
let diary: string;
let run = 0;

beforeAll(async () => {
  writeFileSync(join(dir, "handler.mjs"), HANDLER);
  emulator = await startFauxqs(settings);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sqs = new SQSClient({ region: "eu-west-1", endpoint: emulator.url, credentials });
});
afterAll(async () => {
  await emulator.stop();
  rmSync(dir, { recursive: true });
});

beforeEach(async () => {
  run += 1;
  diary = join(dir, `diary-${run}`);
  writeFileSync(diary, "");
  const RedrivePolicy = { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 2 };
  const made = await createQueues(sqs, emulator.url, {
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: `q${run}`, VisibilityTimeout: 1, RedrivePolicy } },
    Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: `dead${run}` } },
  });
  deadLetters = made.get("Dead")?.ref ?? "";
  source = {
    functionName: "test",
    bundle: join(dir, "handler.mjs"),
    exportName: "handler",
    timeoutMs: 5_000,
    memorySize: 128,
    queueUrl: made.get("Queue")?.ref ?? "",
    queueArn: made.get("Queue")?.arn ?? "",
    batchSize: 1,
    maximumConcurrency: 1,
    reportsFailures: true,
  };
});

type Entry = { what: string; bodies: string[]; at: number; nth: number; left: number };
const entries = (): Entry[] =>
  readFileSync(diary, "utf8")
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

async function send(...bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: source.queueUrl, Entries }));
}

async function left(QueueUrl: string): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

async function consuming(
  changes: Partial<EventSource>,
  until: () => Promise<boolean>,
  sqsUrl = emulator.url,
): Promise<void> {
  const env = { ...BARE_ENV, ...aws, AWS_ENDPOINT_URL_SQS: sqsUrl, DIARY: diary };
  const consumer = await startConsumer({ ...source, ...changes }, env);
  for (const end = Date.now() + 60_000; !(await until()) && Date.now() < end; ) await sleep(50);
  await consumer.stop();
}

describe("the poller", () => {
  it("calls the function with batches of at most batchSize, and deletes what is done", async () => {
    await send("1", "1", "1", "1", "1");
    await consuming({ batchSize: 3 }, async () => (await left(source.queueUrl)) === 0);
    expect(
      entries()
        .filter(({ what }) => what === "end")
        .map(({ bodies }) => bodies.length),
    ).toEqual([3, 2]);
    expect(entries()[0]?.left).toBeGreaterThan(4_900);
  });

  it("runs maximumConcurrency invocations at a time, each with module state of its own", async () => {
    await send("400", "400", "400", "400", "400", "400");
    await consuming({ maximumConcurrency: 3 }, async () => (await left(source.queueUrl)) === 0);
    let running = 0;
    const peaks = entries().map(({ what }) => (running += what === "begin" ? 1 : -1));
    expect(Math.max(...peaks)).toBe(3);
    expect(entries().filter(({ what, nth }) => what === "begin" && nth === 1)).toHaveLength(3);
  });

  it("asks with few of its pollers where nothing comes", async () => {
    const open = { now: 0, most: 0, asked: 0 };
    const server = createServer(async (_, reply) => {
      open.asked += 1;
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      await sleep(20);
      open.now -= 1;
      reply.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    source = { ...source, queueUrl: `${url}/0/idle` };
    await consuming({ maximumConcurrency: 30 }, async () => open.asked > 60, url);
    server.close();
    expect(open.most).toBe(2);
  });

  it("brings back only what failed, and gives it up to the dead letters", async () => {
    await send("1", "fail", "2");
    await consuming({ batchSize: 10 }, async () => (await left(deadLetters)) === 1);
    const begun = entries()
      .filter(({ what }) => what === "begin")
      .map(({ bodies }) => bodies);
    expect(begun).toEqual([["1", "fail", "2"], ["fail"]]);
    expect(await left(source.queueUrl)).toBe(0);
  });

  it.each([
    { when: "throws", bodies: ["throw", "1"], timeoutMs: 5_000 },
    { when: "takes longer than its timeout", bodies: ["700", "1"], timeoutMs: 300 },
  ])("brings the whole batch back when the function $when", async ({ bodies, timeoutMs }) => {
    await send(...bodies);
    await consuming({ batchSize: 10, timeoutMs }, async () => (await left(deadLetters)) === 2);
    expect(
      entries()
        .filter(({ what }) => what === "begin")
        .map((entry) => entry.bodies),
    ).toEqual([bodies, bodies]);
  });

  it("lets what is under way end when it is stopped", async () => {
    await send("500");
    await consuming({}, async () => entries().length > 0);
    expect(entries().map(({ what }) => what)).toEqual(["begin", "end"]);
    expect(await left(source.queueUrl)).toBe(0);
  });
});
