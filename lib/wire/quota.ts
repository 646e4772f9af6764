import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeDynamo, makeLogger, now } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireQuota(env: Environment) {
  const { quota, quotaTable, quotaScope } = readConfig(env);
  const bucket = dynamoTokenBucket({ client: makeDynamo(), table: quotaTable, policy: quota, now });
  return { usage: bucket.usage, quota, quotaScope, now, log: makeLogger() };
}
