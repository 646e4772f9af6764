import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { dynamoDispatchLock } from "../../lib/adapters/dynamo-dispatch-lock.ts";
import { dynamoDueJobs } from "../../lib/adapters/dynamo-due-jobs.ts";
import { dynamoDueOutboxes } from "../../lib/adapters/dynamo-due-outboxes.ts";
import { dynamoJobIndex } from "../../lib/adapters/dynamo-job-index.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import { dispatchLockContract } from "../contracts/dispatch-lock.ts";
import { dueJobsContract } from "../contracts/due-jobs.ts";
import { dueOutboxesContract } from "../contracts/due-outboxes.ts";
import { jobIndexContract } from "../contracts/job-index.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { messageStoreContract } from "../contracts/message-store.ts";
import { resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable("results"), resultsTable("due")]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  jobStoreContract(engine.name, () => dynamoJobStore({ client, table: "results" }));
  messageStoreContract(engine.name, () => dynamoMessageStore({ client, table: "results" }));
  dispatchLockContract(engine.name, () => dynamoDispatchLock({ client, table: "results" }));
  describe.each([{ pageSize: undefined }, { pageSize: 2 }])("$pageSize to a page", ({ pageSize }) => {
    dueJobsContract(engine.name, () => ({
      jobs: dynamoJobStore({ client, table: "due" }),
      due: dynamoDueJobs({ client, table: "due", pageSize }),
    }));
    dueOutboxesContract(engine.name, () => ({
      jobs: dynamoJobStore({ client, table: "due" }),
      outboxes: dynamoDueOutboxes({ client, table: "due", pageSize }),
    }));
  });
  describe.each([{ scanned: 100 }, { scanned: 2 }])("$scanned to a page", ({ scanned }) => {
    jobIndexContract(engine.name, (nowMs) => ({
      jobs: dynamoJobStore({ client, table: "results" }),
      index: dynamoJobIndex({ client, table: "results", now: () => nowMs, scanned }),
    }));
  });
});
