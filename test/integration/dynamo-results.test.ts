import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { dynamoBatchStore } from "../../lib/adapters/dynamo-batch-store.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoParkedTasks } from "../../lib/adapters/dynamo-parked-tasks.ts";
import { dynamoResultReader } from "../../lib/adapters/dynamo-result-reader.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import { batchStoreContract } from "../contracts/batch-store.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { parkedTasksContract } from "../contracts/parked-tasks.ts";
import { resultReaderContract } from "../contracts/result-reader.ts";
import type { ResultsPorts } from "../contracts/results-ports.ts";
import { talliesContract } from "../contracts/tallies.ts";
import { engines, startTables } from "./engines.ts";
import { RESULTS, resultsTable } from "./results-table.ts";

const EXPIRES_AT_S = 2_000_000_000;

describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;

  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  function make(now: () => number): ResultsPorts {
    const store = { client, table: RESULTS, expiresAtS: () => EXPIRES_AT_S, now };
    const tallies = dynamoTallies(store);
    return {
      jobs: dynamoJobStore(store),
      batches: dynamoBatchStore(store),
      tallies,
      parked: dynamoParkedTasks(store),
      results: dynamoResultReader({ ...store, tallies }),
    };
  }

  jobStoreContract(engine.name, make);
  batchStoreContract(engine.name, make);
  talliesContract(engine.name, make);
  parkedTasksContract(engine.name, make);
  resultReaderContract(engine.name, make);
});
