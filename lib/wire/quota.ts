import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeDynamo, now } from "./common.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireQuota(env: Environment) {
  const config = readConfig(env);
  const { quota, quotaTable, quotaScope } = config;
  const client = makeDynamo();
  const bucket = dynamoTokenBucket({ client, table: quotaTable, policy: quota, now });
  return { usage: bucket.usage, quota, quotaScope, door: makeDoor(config, client) };
}
