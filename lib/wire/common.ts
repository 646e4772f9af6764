import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { useFastPath } from "../adapters/dynamo-fast-path.ts";
import { readsMayWait } from "../adapters/dynamo-reads.ts";
import { watchThrottling } from "../adapters/dynamo-throttle-watch.ts";
import { KeyedSha256 } from "../adapters/keyed-sha256.ts";
import type { Clock } from "../ports/clock.ts";
import { BUCKET_CALL, SMALL_CALL } from "./deadlines.ts";
import { makeCount } from "./metrics.ts";

/** A third off the CPU of a call that goes the SDK's own way, measured without I/O: the larger part by the hash. */
const LEAN = { sha256: KeyedSha256 };

/**
 * The table's client keeps the chain of steps it has put together for a kind of call, and makes calls of items by a fast path. The
 * steps are the same for each: nobody adds any to it after its first call. The clients of the queues and the bucket take parts of
 * their address from the call.
 *
 * @param overrides where it is: a benchmark's own table
 */
export function makeDynamo(overrides: Readonly<DynamoDBClientConfig> = {}): DynamoDBClient {
  const config = { maxAttempts: 4, requestHandler: SMALL_CALL, cacheMiddleware: true, ...LEAN, ...overrides };
  const client = quiet(new DynamoDBClient(config));
  readsMayWait(client);
  const count = makeCount();
  const log = makeLogger();
  watchThrottling(client, (said) => {
    log.warn("throttled", { said });
    count("Throttled");
  });
  useFastPath(client, now);
  return client;
}

export const makeSqs = (): SQSClient => quiet(new SQSClient({ maxAttempts: 4, requestHandler: SMALL_CALL, ...LEAN }));

/** What the bus does not take is tried again a minute later. */
export const makeEventBridge = (): EventBridgeClient =>
  quiet(new EventBridgeClient({ maxAttempts: 3, requestHandler: SMALL_CALL, ...LEAN }));

/** Path-style addresses: a bucket of the local stack has no host name of its own, and AWS takes both. */
export const makeS3 = (): S3Client =>
  quiet(new S3Client({ maxAttempts: 3, requestHandler: BUCKET_CALL, forcePathStyle: true, ...LEAN }));

/** Loaded where it is needed: it costs a cold start, and the local stack has no secrets. */
export async function makeSecretsManager(): Promise<SecretsManagerClient> {
  const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  return quiet(new SecretsManagerClient({ maxAttempts: 3, requestHandler: SMALL_CALL }));
}

/**
 * The SDK's own logger prints nothing. For a call that succeeds the SDK knows that and leaves it out; for one that fails, as
 * every write that loses against another does, it would first make a copy of the whole input without its secrets.
 */
function quiet<C extends Readonly<{ config: Readonly<{ logger?: object }> }>>(client: C): C {
  Object.assign(client.config.logger ?? {}, { error: undefined });
  return client;
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
