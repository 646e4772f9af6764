import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import type { Config } from "../config.ts";
import { policyOf } from "../domain/account.ts";
import { now } from "./common.ts";

/** The quotas of all accounts, each by its own settings. */
export const makeBucket = ({ accounts, quotaTable: table }: Config, client: DynamoDBClient) =>
  dynamoTokenBucket({
    client,
    table,
    policy: accounts.policy,
    policyOf: (account) => policyOf(accounts, account),
    now,
  });
