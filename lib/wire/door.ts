import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoRequestCounter } from "../adapters/dynamo-request-counter.ts";
import type { Config } from "../config.ts";
import { makeClients } from "./clients.ts";
import { makeDynamo, makeLogger, now } from "./common.ts";
import { makeCount } from "./metrics.ts";

/** What every route needs, to know who calls and to say what went wrong. */
export function makeDoor(config: Config, client: DynamoDBClient = makeDynamo()) {
  const count = makeCount();
  return {
    log: makeLogger(),
    onFailure: () => count("RequestFailed"),
    mode: config.door.auth,
    clients: makeClients(config),
    counter: dynamoRequestCounter({ client, table: config.quotaTable }),
    now,
  };
}
