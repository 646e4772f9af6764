import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { watchThrottling } from "../../lib/adapters/dynamo-throttle-watch.ts";

/** What the table answers, one after the other, then nothing found. */
const answers: object[] = [];
const server = createServer((_, response) => {
  const answer = answers.shift();
  response.writeHead(answer ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(answer ?? {}));
});
let client: DynamoDBClient;
const heard: string[] = [];
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "s" };
  client = new DynamoDBClient({ endpoint, credentials, region: "ap-southeast-1", maxAttempts: 3 });
  watchThrottling(client, (said) => heard.push(said));
});
afterAll(() => {
  client.destroy();
  server.close();
});

const error = (name: string, message: string) => ({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message });
const read = () => client.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } }));

it("hears of a refused try although the next one succeeds, and of nothing else", async () => {
  answers.push(
    error("ThrottlingException", "of table t"),
    error("ProvisionedThroughputExceededException", "of index i"),
  );
  await read();
  expect(heard.splice(0)).toEqual(["of table t", "of index i"]);
  answers.push(error("ConditionalCheckFailedException", "no"));
  await expect(read()).rejects.toThrow("no");
  expect(heard).toEqual([]);
});
