import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dynamoBatchRowStore } from "../../lib/adapters/dynamo-batch-row-store.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import { NO_ROW, NO_ROWS } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import { aKey, aResult } from "../contracts/batch-samples.ts";
import { aJob, NOW } from "../support/a-job.ts";
import { bend } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

const asked = v.record(v.string(), v.object({ Keys: v.array(v.unknown()), ConsistentRead: v.literal(true) }));
const MESSAGE = { message: { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" }, receivers: "1,2,3" };

let started: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  const [dynalite] = engines;
  if (dynalite) started = await startTables(dynalite, [resultsTable()]);
});
afterAll(() => started?.stop());

/** Jobs in the table, and a store that says what it reads, in how many calls. */
async function storeOf(jobs: readonly Job[]) {
  const [client, own] = [started.makeClient(), started.makeClient()];
  for (const job of jobs) {
    await dynamoJobStore({ client, table: RESULTS }).create(job, NOW);
    await dynamoMessageStore({ client, table: RESULTS }).write(job.run, MESSAGE, job.goneAtMs);
    await dynamoBatchRowStore({ client, table: RESULTS }).append(aKey({ run: job.run }), NO_ROW, aResult());
  }
  const [keys, taken]: [number[], unknown[]] = [[], []];
  bend(own, ({ input }, next) => {
    if ("RequestItems" in input) keys.push(v.parse(asked, input.RequestItems)[RESULTS]?.Keys.length ?? 0);
    return next();
  });
  const companion = {
    table: RESULTS,
    key: { pk: { S: "QUOTA#none" }, sk: { S: "-" } },
    take: (i: unknown) => taken.push(i),
  };
  const rows = dynamoBatchRowStore({ client: own, table: RESULTS, companion });
  const look = (job: Job, first: string, withMessage = true) =>
    rows.look({ job: job.id, run: job.run, first, withMessage });
  return { look, keys, taken };
}

it("reads what several tasks ask for in one turn in one call, each item once", async () => {
  const [one, other] = [aJob(), aJob()];
  const { look, keys, taken } = await storeOf([one, other]);
  const found = await Promise.all([look(one, "1"), look(one, "9"), look(other, "1"), look(other, "1", false)]);
  const rows = { batch: { results: [aResult()] }, retry: { version: 0 } };
  expect(found[0]).toMatchObject({ job: one, message: MESSAGE, rows });
  expect(found[1]).toEqual({ job: one, message: MESSAGE, rows: NO_ROWS });
  expect(found[2]).toMatchObject({ job: other, message: MESSAGE, rows });
  expect(found[3]).toMatchObject({ job: other, rows });
  expect(found[3]).not.toHaveProperty("message");
  expect(keys).toEqual([2 * 2 + 3 * 2 + 1]); // two jobs and messages, the rows of three batches, the companion
  expect(taken).toEqual([undefined]);
});

it("reads anew in a later turn", async () => {
  const job = aJob();
  const { look, keys, taken } = await storeOf([job]);
  await look(job, "1");
  await look(job, "1");
  expect(keys).toEqual([5, 5]);
  expect(taken).toHaveLength(2);
});

it("takes more calls where one cannot hold it all", async () => {
  const job = aJob();
  const { look, keys } = await storeOf([job]);
  const found = await Promise.all(Array.from({ length: 60 }, (_, i) => look(job, String(i + 1), false)));
  expect(found.map((one) => one.job?.id)).toEqual(Array.from({ length: 60 }, () => job.id));
  expect(keys.length).toBeGreaterThan(1);
  expect(Math.max(...keys)).toBeLessThanOrEqual(100);
});
