import { randomBytes } from "node:crypto";
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { useFastPath } from "../../lib/adapters/dynamo-fast-path.ts";
import { startDynamo } from "../../local/emulators.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { AWS } from "../support/dynamodb-local.ts";

export type Engine = Readonly<{ name: string; start(): Promise<Running> }>;
export type Running = Readonly<{ endpoint: string; stop(): Promise<void> }>;

const dynalite: Engine = { name: "dynalite", start: startDynalite };
const dynamoDbLocal: Engine = { name: "DynamoDB Local", start: findDynamoDbLocal };

/**
 * What tables are tested on, in memory, on free loopback ports: dynalite, and Amazon's own DynamoDB Local where there is Java.
 */
export const engines: readonly Engine[] = inject("dynamoDbLocal") ? [dynalite, dynamoDbLocal] : [dynalite];

/**
 * An engine with `tables`, and clients for it; `stop` ends all of it. DynamoDB Local is one for all files: each key sees
 * tables of its own.
 */
export async function startTables(engine: Engine, tables: readonly CreateTableCommandInput[]) {
  const { endpoint, stop } = await engine.start();
  const credentials = { accessKeyId: randomBytes(10).toString("hex"), secretAccessKey: AWS.AWS_SECRET_ACCESS_KEY };
  const clients: DynamoDBClient[] = [];
  const makeClient = (): DynamoDBClient => {
    const client = new DynamoDBClient({ endpoint, region: AWS.AWS_REGION, credentials });
    useFastPath(client, Date.now); // as the functions' clients do
    clients.push(client);
    return client;
  };
  for (const table of tables) await makeClient().send(new CreateTableCommand(table));
  return {
    makeClient,
    async stop(): Promise<void> {
      for (const client of clients) client.destroy();
      await stop();
    },
  };
}

async function startDynalite(): Promise<Running> {
  const { url, stop } = await startDynamo(readLocalSettings({}));
  return { endpoint: url, stop };
}

async function findDynamoDbLocal(): Promise<Running> {
  const found = inject("dynamoDbLocal");
  if (!found || "failure" in found) throw new Error(found?.failure ?? "nobody started it");
  return { endpoint: found.endpoint, stop: async () => {} };
}
