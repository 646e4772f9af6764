import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { protectTables } from "../../local/protect-tables.ts";

/** Tables and whether they are protected: the two calls of DynamoDB that are asked for, no engine on this machine knows it. */
const isProtected: Record<string, boolean> = {};
const changed: string[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request.setEncoding("utf8")) body += part;
  const { TableName, DeletionProtectionEnabled } = JSON.parse(body);
  if (DeletionProtectionEnabled !== undefined) {
    isProtected[TableName] = DeletionProtectionEnabled;
    changed.push(TableName);
  }
  response.end(JSON.stringify({ Table: { TableName, DeletionProtectionEnabled: isProtected[TableName] } }));
});
let client: DynamoDBClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new DynamoDBClient({ endpoint, region: "r", credentials: { accessKeyId: "a", secretAccessKey: "s" } });
});
afterAll(() => {
  client.destroy();
  server.close();
});

it.each([
  { isWanted: true, want: ["results", "quota"] },
  { isWanted: true, want: [] },
  { isWanted: false, want: ["results", "quota"] },
])("tables are protected: $isWanted, and only those are changed that are not so yet", async ({ isWanted, want }) => {
  await protectTables(client, ["results", "quota"], isWanted);
  expect(changed.splice(0)).toEqual(want);
  expect(isProtected).toEqual({ results: isWanted, quota: isWanted });
});
