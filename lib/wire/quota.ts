import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import { type Environment, readConfig } from "../config.ts";
import { policyOf } from "../domain/account.ts";
import { makeDynamo, now } from "./common.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireQuota(env: Environment) {
  const config = readConfig(env);
  const { accounts, quota, quotaTable } = config;
  const client = makeDynamo();
  const quotaOf = (account: string) => policyOf(accounts, account);
  const bucket = dynamoTokenBucket({ client, table: quotaTable, policy: quota, policyOf: quotaOf, now });
  return { usage: bucket.usage, quotaOf, accounts, door: makeDoor(config, client) };
}
