import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../ports/clock.ts";
import { BUCKET_CALL, SMALL_CALL } from "./deadlines.ts";

export const makeDynamo = (): DynamoDBClient => new DynamoDBClient({ maxAttempts: 4, requestHandler: SMALL_CALL });

export const makeSqs = (): SQSClient => new SQSClient({ maxAttempts: 4, requestHandler: SMALL_CALL });

/** What the bus does not take is tried again a minute later. */
export const makeEventBridge = (): EventBridgeClient =>
  new EventBridgeClient({ maxAttempts: 3, requestHandler: SMALL_CALL });

/** Path-style addresses: a bucket of the local stack has no host name of its own, and AWS takes both. */
export const makeS3 = (): S3Client =>
  new S3Client({ maxAttempts: 3, requestHandler: BUCKET_CALL, forcePathStyle: true });

/** Loaded where it is needed: it costs a cold start, and the local stack has no secrets. */
export async function makeSecretsManager(): Promise<SecretsManagerClient> {
  const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  return new SecretsManagerClient({ maxAttempts: 3, requestHandler: SMALL_CALL });
}

/** Logs hold ids, codes and counts; never the message, never a key. */
export const makeLogger = (): Logger => new Logger();

export const now = (): number => Date.now();

export const clock: Clock = { now, sleep: async (ms) => void (await sleep(ms)) };

/** 80 random bits: runs, shares and claims are told apart by it. */
export const drawId = (): string => toBase36(randomBytes(10)).padStart(16, "0");

/** The same for the same client and key, a new one without a key. */
export const jobId = (clientId: string, key: string | undefined): string =>
  toBase36(key === undefined ? randomBytes(16) : sha256(`${clientId}\n${key}`).digest().subarray(0, 16)).padStart(
    25,
    "0",
  );

/** What tells a repetition of a request from another request under the same key. */
export const requestHash = (text: string, list: Uint8Array): string => sha256(text).update(list).digest("hex");

export const hashText = (text: string): string => sha256(text).digest("hex");

const sha256 = (text: string) => createHash("sha256").update(text);

const toBase36 = (bytes: Buffer): string => BigInt(`0x${bytes.toString("hex")}`).toString(36);
