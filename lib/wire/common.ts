import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Config } from "../config.ts";

/** Per attempt, in ms. Three attempts fit well inside every function's timeout. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000 };

export const makeDynamo = (): DynamoDBClient => new DynamoDBClient({ maxAttempts: 4, requestHandler: TIMEOUTS });

export const makeSqs = (): SQSClient => new SQSClient({ maxAttempts: 4, requestHandler: TIMEOUTS });

/** Logs hold ids, codes and counts; never what is said, never a key. */
export const makeLogger = (): Logger => new Logger();

export const now = (): number => Date.now();

/** When what is written now is forgotten, epoch seconds as DynamoDB's TTL wants them. */
export const expiry = ({ resultsTtlDays }: Config) => {
  return (): number => Math.ceil(now() / 1000) + resultsTtlDays * 24 * 3600;
};

/** For functions that only answer. */
export const wireNothing = () => ({ log: makeLogger() });
