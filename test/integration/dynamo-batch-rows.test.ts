import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoBatchRowStore } from "../../lib/adapters/dynamo-batch-row-store.ts";
import { dynamoFailedBatches } from "../../lib/adapters/dynamo-failed-batches.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import { batchRowResultsContract } from "../contracts/batch-row-results.ts";
import { batchRowStoreContract } from "../contracts/batch-row-store.ts";
import { failedBatchesContract } from "../contracts/failed-batches.ts";
import { talliesContract } from "../contracts/tallies.ts";
import { bend } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  /** Every call that the suites made. */
  const calls: Call[] = [];

  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
    client = bend(started.makeClient(), (call, next) => {
      calls.push(call);
      return next();
    });
  });
  afterAll(() => started?.stop());

  const make = () => {
    const store = { client, table: RESULTS };
    return {
      jobs: dynamoJobStore({ client, table: RESULTS }),
      messages: dynamoMessageStore({ client, table: RESULTS }),
      rows: dynamoBatchRowStore(store),
      failed: dynamoFailedBatches(store),
      tallies: dynamoTallies(store),
    };
  };

  batchRowStoreContract(engine.name, make);
  batchRowResultsContract(engine.name, () => make().rows);
  failedBatchesContract(engine.name, make);
  talliesContract(engine.name, () => make().tallies);

  it("reads nothing that is not strongly consistent, but from the index", () => {
    const reads = calls.filter(isRead);
    expect(new Set(reads.map(({ command }) => command))).toEqual(
      new Set(["BatchGetItemCommand", "GetItemCommand", "QueryCommand"]),
    );
    expect(reads.filter((call) => !isConsistent(call) && !isOfIndex(call))).toEqual([]);
    expect(reads.filter(isOfIndex)).not.toEqual([]);
  });
});

type Call = Readonly<{ command: string; input: object }>;

const isRead = ({ command }: Call): boolean => /^(BatchGetItem|GetItem|Query|Scan)Command$/.test(command);
const isOfIndex = ({ input }: Call): boolean => "IndexName" in input;

/** A batch names it for each table. */
function isConsistent({ input }: Call): boolean {
  const parts: object[] = "RequestItems" in input ? Object.values(input.RequestItems ?? {}) : [input];
  return parts.every((part) => "ConsistentRead" in part && part.ConsistentRead === true);
}
