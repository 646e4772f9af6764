import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, expect, it } from "vitest";
import { useFastPath } from "../../lib/adapters/dynamo-fast-path.ts";
import { undiciRequestHandler } from "../../lib/adapters/undici-request-handler.ts";
import { endAll, ends, listenHttp, listenTcp } from "./loopback.ts";

afterEach(endAll);

function makeClient(endpoint: string, requestTimeout = 2_000, maxAttempts = 2): DynamoDBClient {
  const requestHandler = undiciRequestHandler({ connectionTimeout: 1_000, requestTimeout });
  const credentials = { accessKeyId: "invented", secretAccessKey: "invented" };
  const client = new DynamoDBClient({ endpoint, credentials, region: "eu-west-1", maxAttempts, requestHandler });
  useFastPath(client, Date.now);
  ends.push(async () => client.destroy());
  return client;
}

const read = (client: DynamoDBClient) => client.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } }));
const item = (value: string) => JSON.stringify({ Item: { pk: { S: value } } });
const head = (bytes: number) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${bytes}\r\n\r\n`;

it("carries calls of both ways, whole, over sockets that it keeps", async () => {
  const sockets = new Set<unknown>();
  const bodies: string[] = [];
  const endpoint = await listenHttp(async (request, response) => {
    sockets.add(request.socket);
    bodies.push(await text(request));
    const answer = item("x".repeat(300_000)); // in several pieces
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(answer);
  });
  const client = makeClient(endpoint);
  for (let i = 0; i < 6; i++) expect((await read(client)).Item?.["pk"]?.S).toHaveLength(300_000);
  expect(sockets.size).toBeLessThanOrEqual(2); // a call that begins as an answer ends finds its socket not free yet
  expect(new Set(bodies).size).toBe(1);
});

it.each([
  { name: "takes a connection and never answers", greet: () => {} },
  { name: "stops in the middle of an answer", greet: () => `${head(500)}{"` },
])("gives up a try when the service $name, and makes the next", async ({ greet }) => {
  let connections = 0;
  const host = await listenTcp((socket) => {
    const isFirst = ++connections === 1;
    socket.on("data", () => socket.write((isFirst ? greet() : head(item("a").length) + item("a")) ?? ""));
  });
  const client = makeClient(`http://${host}`, 100);
  await expect(read(client)).resolves.toMatchObject({ Item: { pk: { S: "a" } } });
  expect(connections).toBe(2);
});

it("throws a TimeoutError where no try is left", async () => {
  const client = makeClient(`http://${await listenTcp(() => {})}`, 50);
  await expect(read(client)).rejects.toMatchObject({ name: "TimeoutError", $metadata: { attempts: 2 } });
});

it("waits for as long as an answer goes on coming", async () => {
  const answer = item("a");
  const host = await listenTcp((socket) => {
    socket.once("data", async () => {
      socket.write(head(answer.length));
      for (const part of answer.match(/.{1,8}/g) ?? []) {
        await sleep(350);
        socket.write(part);
      }
    });
  });
  await expect(read(makeClient(`http://${host}`, 1_000))).resolves.toMatchObject({ Item: { pk: { S: "a" } } });
});

it("makes a call again whose connection broke", async () => {
  let connections = 0;
  const host = await listenTcp((socket) => {
    const isFirst = ++connections === 1;
    socket.on("data", () => (isFirst ? socket.destroy() : socket.write(head(item("a").length) + item("a"))));
  });
  await expect(read(makeClient(`http://${host}`))).resolves.toMatchObject({ Item: { pk: { S: "a" } } });
});

it("makes a call again that nobody took", async () => {
  const host = await listenTcp(() => {});
  await endAll();
  const broken = read(makeClient(`http://${host}`));
  await expect(broken).rejects.toMatchObject({ code: "ECONNREFUSED", $metadata: { attempts: 2 } });
});

it("never sends a call that was given up while it waited for a socket", async () => {
  const held: ServerResponse[] = [];
  const endpoint = await listenHttp((_, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    held.push(response);
  });
  const trickle = setInterval(() => held.map((response) => response.write(" ")), 50); // they go on coming, and do not end
  ends.push(async () => clearInterval(trickle));
  const client = makeClient(endpoint, 1_000, 1);
  const calls = Array.from({ length: 50 }, () => read(client));
  await expect.poll(() => held.length).toBe(50);
  await expect(read(client)).rejects.toMatchObject({ name: "TimeoutError" }); // every socket is taken
  clearInterval(trickle);
  for (const response of held) response.end(item("a"));
  await Promise.all(calls);
  await sleep(100); // sockets are free
  expect(held).toHaveLength(50);
});
