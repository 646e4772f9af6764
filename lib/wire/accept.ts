import { createHash, randomBytes } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoParkedTasks } from "../adapters/dynamo-parked-tasks.ts";
import { dynamoResultReader } from "../adapters/dynamo-result-reader.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Config, type Environment, readConfig } from "../config.ts";
import { alignedBatchSize } from "../domain/quota/token-bucket.ts";
import { makeAccept } from "../use-cases/accept-job.ts";
import { makeRetry } from "../use-cases/retry-job.ts";
import { expiry, makeDynamo, makeLogger, makeSqs, now } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireAccept(env: Environment) {
  const { accept } = makeIntake(readConfig(env), makeDynamo());
  return { accept, log: makeLogger() };
}

/** @throws {BadConfig} at cold start */
export function wireRetry(env: Environment) {
  const config = readConfig(env);
  const client = makeDynamo();
  const store = { client, table: config.resultsTable, expiresAtS: expiry(config) };
  const results = dynamoResultReader({ ...store, tallies: dynamoTallies(store) });
  return { retry: makeRetry({ results, intake: makeIntake(config, client).intake }), log: makeLogger() };
}

function makeIntake(config: Config, client: DynamoDBClient) {
  const store = { client, table: config.resultsTable, expiresAtS: expiry(config), now };
  return makeAccept({
    jobs: dynamoJobStore(store),
    parked: dynamoParkedTasks(store),
    queue: sqsTaskQueue(makeSqs(), config.queueUrls),
    now,
    quota: config.quota,
    bulkBatchSize: alignedBatchSize(config.quota),
    jobId: (owner, key) => toId(key === undefined ? randomBytes(16) : sha256(`${owner}\n${key}`)),
    hash: (text) => sha256(text).toString("hex"),
  });
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** 128 bits as 25 characters of 0-9a-z. */
const toId = (bytes: Buffer): string =>
  BigInt(`0x${bytes.toString("hex", 0, 16)}`)
    .toString(36)
    .padStart(25, "0");
