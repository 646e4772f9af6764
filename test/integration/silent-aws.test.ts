import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { dynamoRequestCounter } from "../../lib/adapters/dynamo-request-counter.ts";
import { rtcCredentials } from "../../lib/adapters/rtc-credentials.ts";
import { secretClients } from "../../lib/adapters/secret-clients.ts";
import { secretsManager } from "../../lib/adapters/secrets-manager.ts";
import { undiciRequestHandler } from "../../lib/adapters/undici-request-handler.ts";
import { makeDynamo, makeEventBridge, makeS3, makeSecretsManager, makeSqs } from "../../lib/wire/common.ts";
import { SMALL_CALL } from "../../lib/wire/deadlines.ts";
import { passTime, simulateTimers } from "../support/pass-time.ts";
import { endAll, listenTcp } from "./loopback.ts";

// Every client of AWS that the functions make, against a socket that takes a connection and never answers.

const AWS = { AWS_REGION: "ap-southeast-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" }; // invented

beforeAll(() => {
  for (const [name, value] of Object.entries(AWS)) vi.stubEnv(name, value);
});
afterAll(() => vi.unstubAllEnvs());
afterEach(async () => {
  vi.useRealTimers();
  await endAll();
});

const get = new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } });
const send = (endpoint: string) => new SendMessageCommand({ QueueUrl: `${endpoint}/0/q`, MessageBody: "m" });
const put = new PutEventsCommand({ Entries: [{ Source: "volley", DetailType: "d", Detail: "{}" }] });
const read = new GetObjectCommand({ Bucket: "b", Key: "k" });

/** `mostMs`: every try of one call and the waits between. A write that nobody answers and the read after it fit twice into 29 s. */
const calls = [
  { of: "DynamoDB", mostMs: 10_000, call: () => makeDynamo().send(get) },
  {
    of: "DynamoDB, as deliver has it",
    mostMs: 10_000,
    call: () => makeDynamo({ requestHandler: undiciRequestHandler(SMALL_CALL) }).send(get),
  },
  { of: "SQS", mostMs: 10_000, call: (endpoint: string) => makeSqs().send(send(endpoint)) },
  { of: "EventBridge", mostMs: 10_000, call: () => makeEventBridge().send(put) },
  { of: "S3", mostMs: 26_000, call: () => makeS3().send(read) },
  {
    of: "Secrets Manager, the clients",
    mostMs: 8_000,
    call: () => secretClients("s", secretsManager(makeSecretsManager)).all(),
  },
  {
    of: "Secrets Manager, the vendor's keys",
    mostMs: 8_000,
    call: () => rtcCredentials({ ...NO_KEYS, secretId: "s" }, secretsManager(makeSecretsManager))(),
  },
];
const NO_KEYS = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined };

describe("a socket that never answers", () => {
  it.each(calls)("ends a call of $of, all its tries within $mostMs ms", async ({ call, mostMs }) => {
    const endpoint = `http://${await listenTcp(() => {})}`;
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
    simulateTimers();
    const { ms, result } = await passTime<unknown>(call(endpoint), mostMs);
    expect(result.status).toBe("rejected");
    expect(ms).toBeGreaterThan(2 * 2_000); // it was tried again
  });
});

it("who may make so many requests a minute is told to come again while nobody can count them", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", `http://${await listenTcp(() => {})}`);
  simulateTimers();
  const counting = dynamoRequestCounter({ client: makeDynamo(), table: "quota" }).take("a", 60, 0);
  const { result } = await passTime<unknown>(counting, 10_000);
  expect(result).toMatchObject({ status: "rejected", reason: { name: "Unavailable", retryAfterS: 5 } });
});

it("an answer that begins and does not go on ends its try: the next one is made", { timeout: 10_000 }, async () => {
  let connections = 0;
  const everybodyTwice = Promise.withResolvers<void>();
  const host = await listenTcp((socket) => {
    socket.on("data", () => socket.write(HALF));
    if (++connections === 8) everybodyTwice.resolve();
  });
  vi.stubEnv("AWS_ENDPOINT_URL", `http://${host}`);
  const secrets = await makeSecretsManager();
  const asked = [
    makeDynamo().send(get),
    makeSqs().send(send(`http://${host}`)),
    makeEventBridge().send(put),
    secrets.send(new GetSecretValueCommand({ SecretId: "s" })),
  ];
  const ends = Promise.allSettled(asked);
  await everybodyTwice.promise;
  await endAll(); // nobody listens any more: the tries that are left end at once
  expect((await ends).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
});

const HALF = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 500\r\n\r\n{"';
