import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { ConditionalCheckFailedException, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KeyedSha256 } from "../lib/adapters/keyed-sha256.ts";
import { makeDynamo, makeEventBridge, makeS3, makeSqs } from "../lib/wire/common.ts";

const where = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** A table that says no. */
const asked: IncomingHttpHeaders[] = [];
const server = createServer(({ headers }, response) => {
  asked.push(headers);
  response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
  response.end('{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

it("a call that fails is not copied for a log that nobody writes", async () => {
  const client = makeDynamo({ ...where, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  let copies = 0;
  client.middlewareStack.add(
    (next, context) => {
      Object.assign(context, { inputFilterSensitiveLog: () => ++copies });
      return next;
    },
    { step: "initialize", name: "count copies" },
  );
  const call = client.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "1" } } }));
  await expect(call).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  expect(copies).toBe(0);
  client.destroy();
});

it("the table's client goes the SDK's own way once, to learn where to, and then a faster one", async () => {
  const client = makeDynamo({ ...where, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  asked.length = 0;
  for (let i = 0; i < 3; i++) {
    const call = client.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "1" } } }));
    await expect(call).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  }
  expect(asked.map((headers) => "amz-sdk-request" in headers)).toEqual([true, false, false]);
  client.destroy();
});

it.each([
  { name: "the table", make: makeDynamo },
  { name: "the queues", make: makeSqs },
  { name: "the bucket", make: makeS3 },
  { name: "the bus", make: makeEventBridge },
])("the client of $name signs with keys that are prepared once, and keeps no log", ({ make }) => {
  const { config } = make();
  expect(config.sha256).toBe(KeyedSha256);
  expect((config.logger as { error?: unknown }).error).toBeUndefined();
});

it("the table's client puts the steps of a call together once for each kind", () => {
  expect(makeDynamo(where).config.cacheMiddleware).toBe(true);
});
