import { spawnSync } from "node:child_process";
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startServer } from "../../local/child.ts";
import { startDynamo } from "../../local/emulators.ts";
import { readLocalSettings } from "../../local/settings.ts";

export type Engine = Readonly<{ name: string; start(): Promise<Running> }>;
export type Running = Readonly<{ endpoint: string; stop(): Promise<void> }>;

/** Invented: the engines take any. */
const aws = { AWS_REGION: "ap-southeast-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

const JAVA = "java"; // a program of the machine, of no package

const dynalite: Engine = { name: "dynalite", start: startDynalite };
const dynamoDbLocal: Engine = { name: "DynamoDB Local", start: startDynamoDbLocal };

/**
 * What tables are tested on, in memory, each on a free loopback port: dynalite, and Amazon's own DynamoDB Local where
 * there is Java. In CI both are required: without Java the tests on it fail.
 */
export const engines: readonly Engine[] =
  process.env["CI"] === "true" || hasJava() ? [dynalite, dynamoDbLocal] : [dynalite];

/** An engine with `tables`, and clients for it; `stop` ends all of it. */
export async function startTables(engine: Engine, tables: readonly CreateTableCommandInput[]) {
  const { endpoint, stop } = await engine.start();
  const clients: DynamoDBClient[] = [];
  const makeClient = (): DynamoDBClient => {
    const credentials = { accessKeyId: aws.AWS_ACCESS_KEY_ID, secretAccessKey: aws.AWS_SECRET_ACCESS_KEY };
    const client = new DynamoDBClient({ endpoint, region: aws.AWS_REGION, credentials });
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

async function startDynamoDbLocal(): Promise<Running> {
  const { url, stop } = await startServer("./dynamodb-java.ts", { ...process.env, ...aws });
  return { endpoint: url, stop };
}

function hasJava(): boolean {
  const { error, stderr } = spawnSync(JAVA, ["-version"], { encoding: "utf8" });
  const version = Number(/version "(\d+)/.exec(stderr ?? "")?.[1]);
  if (version >= 17) return true;
  console.warn(`tests on DynamoDB Local are skipped: it needs Java 17 (${error?.message ?? `found ${version}`})`);
  return false;
}
