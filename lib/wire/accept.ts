import { createHash, randomBytes } from "node:crypto";
import { makeAccept } from "../accept.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { alignedBatchSize } from "../domain/token-bucket.ts";
import { expiry, makeDynamo, makeLogger, makeSqs, now } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireAccept(env: Environment) {
  const config = readConfig(env);
  const store = { client: makeDynamo(), table: config.resultsTable, expiresAtS: expiry(config) };
  const accept = makeAccept({
    jobs: dynamoJobStore(store),
    queue: sqsTaskQueue(makeSqs(), config.queueUrls),
    now,
    quota: config.quota,
    bulkBatchSize: alignedBatchSize(config.quota),
    jobId: (owner, key) => (key === undefined ? toId(randomBytes(16)) : toId(sha256(`${owner}\n${key}`))),
    hash: (text) => sha256(text).toString("hex"),
  });
  return { accept, log: makeLogger() };
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** 128 bits as 25 characters of 0-9a-z. */
const toId = (bytes: Buffer): string =>
  BigInt(`0x${bytes.toString("hex", 0, 16)}`)
    .toString(36)
    .padStart(25, "0");
