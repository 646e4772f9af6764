import { dynamoResultReader } from "../adapters/dynamo-result-reader.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeAsk } from "../use-cases/query-jobs.ts";
import { expiry, makeDynamo, makeLogger, now } from "./common.ts";

/** @throws {BadConfig} at cold start */
export function wireAsk(env: Environment) {
  const config = readConfig(env);
  const store = { client: makeDynamo(), table: config.resultsTable, expiresAtS: expiry(config) };
  const ask = makeAsk(dynamoResultReader({ ...store, tallies: dynamoTallies(store) }));
  return { ask, quota: config.quota, now, log: makeLogger() };
}
