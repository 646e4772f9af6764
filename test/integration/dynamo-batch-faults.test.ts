import {
  type AttributeValue,
  type CreateTableCommandInput,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dynamoBatchRowStore } from "../../lib/adapters/dynamo-batch-row-store.ts";
import type { Companion } from "../../lib/adapters/dynamo-get-items.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import { NO_ROW } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import { NO_COUNTS } from "../../lib/domain/outcome.ts";
import { totalOf } from "../../lib/domain/tally.ts";
import { aClaim, aKey, aResult, claimRow, GONE_AT_MS, rowAt } from "../contracts/batch-samples.ts";
import { aJob, NOW } from "../support/a-job.ts";
import { bend, loseAnswers } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

const QUOTA = {
  TableName: "quota",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
} as const satisfies CreateTableCommandInput;

const tablesAsked = v.record(v.string(), v.object({ Keys: v.array(v.unknown()), ConsistentRead: v.literal(true) }));

/** What DynamoDB does when it is throttled, and what the SDK makes of an answer that got lost. */
describe.each(engines)("batch rows and tallies on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  let job: Job;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable(), QUOTA]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());
  beforeEach(() => {
    job = aJob();
  });

  function portsOn(own: DynamoDBClient, companion?: Companion) {
    let nowMs = 0; // waiting takes no time here
    const sleep = async (ms: number) => {
      nowMs += ms;
    };
    const patience = { now: () => nowMs, sleep };
    const store = { client: own, table: RESULTS, patience };
    return { rows: dynamoBatchRowStore({ ...store, ...(companion && { companion }) }), tallies: dynamoTallies(store) };
  }

  /** BatchGetItem reads `takes` keys a call and leaves the rest, `times` times. */
  function throttled(takes: number, times: number): DynamoDBClient {
    let left = times;
    return bend(started.makeClient(), async ({ command, input }, next) => {
      if (command !== "BatchGetItemCommand" || !("RequestItems" in input) || left-- <= 0) return next();
      const asked = v.parse(tablesAsked, input.RequestItems);
      const keys = Object.entries(asked).flatMap(([table, { Keys }]) => Keys.map((key) => ({ table, key })));
      const of = (some: typeof keys) =>
        Object.fromEntries(
          [...new Set(some.map(({ table }) => table))].map((table) => [
            table,
            { Keys: some.filter((one) => one.table === table).map(({ key }) => key), ConsistentRead: true },
          ]),
        );
      const [taken, undone] = [keys.slice(0, takes), keys.slice(takes)];
      input.RequestItems = of(taken);
      return { ...(taken.length > 0 && (await next())), UnprocessedKeys: of(undone) };
    });
  }

  /** Every write is sent twice, as the SDK does when the first answer is lost. */
  const repeating = (): DynamoDBClient =>
    bend(started.makeClient(), async ({ command }, next) => {
      if (command === "UpdateItemCommand") await next();
      return next();
    });

  /** A job with a message, a result on both rows of its batch, and an item of another table. */
  async function storeAll() {
    await dynamoJobStore({ client, table: RESULTS }).create(job, NOW);
    const message = { message: { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" }, receivers: "1,2,3" };
    await dynamoMessageStore({ client, table: RESULTS }).write(job.run, message, job.goneAtMs);
    const { rows } = portsOn(client);
    await rows.append(aKey({ run: job.run }), NO_ROW, aResult());
    await rows.append(aKey({ run: job.run, on: "retry" }), NO_ROW, aResult({ atMs: NOW + 1 }));
    const Item = { pk: { S: `QUOTA#${job.id}` }, version: { N: "7" } };
    await client.send(new PutItemCommand({ TableName: QUOTA.TableName, Item }));
    const taken: unknown[] = [];
    const take = (item: Record<string, AttributeValue> | undefined) => taken.push(item);
    return { message, Item, taken, companion: { table: QUOTA.TableName, key: { pk: Item.pk }, take } };
  }

  it.each([
    { when: "everything is read at once", takes: 5, times: 0 },
    { when: "one key is left unread", takes: 4, times: 1 },
    { when: "one key a call is read", takes: 1, times: 4 },
    { when: "nothing is read at first", takes: 0, times: 2 },
  ])("sees everything, another table's item too, when $when", async ({ takes, times }) => {
    const { message, Item, taken, companion } = await storeAll();
    const own = throttled(takes, times);
    const calls: string[] = [];
    bend(own, ({ command }, next) => {
      calls.push(command);
      return next();
    });
    const { rows } = portsOn(own, companion);
    const seen = await rows.look({ job: job.id, run: job.run, first: "1", withMessage: true });
    expect(seen).toMatchObject({ job, message, rows: { batch: { results: [aResult()] }, retry: { version: 1 } } });
    expect(taken).toEqual([Item]);
    if (times === 0) expect(calls).toEqual(["BatchGetItemCommand"]);
  });

  it("does not take keys that stay unread for items that are not there", async () => {
    const { rows, tallies } = portsOn(throttled(0, Number.POSITIVE_INFINITY));
    const asked = { job: job.id, run: job.run, first: "1", withMessage: false };
    await expect(rows.look(asked)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(rows.read(job.run, ["1"])).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(tallies.read(job.run, [0])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("reads many rows in their order though most are left unread at first", async () => {
    const firsts = Array.from({ length: 60 }, (_, i) => String(i + 1));
    const { rows } = portsOn(client);
    await Promise.all(
      firsts.map((first) => rows.append(aKey({ run: job.run, first }), NO_ROW, aResult({ atMs: NOW + Number(first) }))),
    );
    const found = await portsOn(throttled(30, 6)).rows.read(job.run, firsts);
    expect(found.map(({ batch }) => batch.results[0]?.atMs)).toEqual(firsts.map((first) => NOW + Number(first)));
  });

  describe.each([
    { how: "the SDK sends it twice", make: repeating },
    { how: "its answer gets lost", make: () => loseAnswers(started.makeClient(), 1) },
  ])("a write is one, and known to be one's own, when $how", ({ make }) => {
    it("claim", async () => {
      const key = aKey();
      const claim = aClaim();
      expect(await portsOn(make()).rows.claim(key, NO_ROW, claim)).toBe(true);
      expect(await rowAt(portsOn(client).rows, key)).toMatchObject({ version: 1, claim });
    });

    it("record", async () => {
      const key = aKey();
      const claim = aClaim();
      const row = await claimRow(portsOn(client).rows, key, claim);
      expect(await portsOn(make()).rows.record(key, row, claim.id, aResult())).toBe(true);
      expect(await rowAt(portsOn(client).rows, key)).toMatchObject({ version: 2, results: [aResult()] });
    });

    it("append and release", async () => {
      const key = aKey();
      expect(await portsOn(make()).rows.append(key, NO_ROW, aResult())).toBe(true);
      const before = await rowAt(portsOn(client).rows, key);
      const claim = aClaim();
      await claimRow(portsOn(client).rows, key, claim);
      await portsOn(make()).rows.release(key, before, claim.id);
      expect(await rowAt(portsOn(client).rows, key)).toEqual({ version: 3, results: [aResult()], late: {} });
    });

    it("late answers on a row", async () => {
      const key = aKey({ on: "retry" });
      await portsOn(make()).rows.addLate(key, { "1": "901" });
      expect(await rowAt(portsOn(client).rows, key)).toEqual({ version: 1, results: [], late: { "1": "901" } });
    });

    it("count, and late answers in a tally", async () => {
      const key = { run: job.run, tally: 0, goneAtMs: GONE_AT_MS };
      // That it was counted before is all there is to know.
      const counts = { ...NO_COUNTS, unknown: 3 };
      expect(await portsOn(make()).tallies.count(key, { batch: 0, counts, lateVersion: 0 })).toBeUndefined();
      const seen = { counted: true, lateVersion: 0 };
      const late = { batch: 0, claimId: "c", messageIds: { "1": "901" }, corrected: 1, seen };
      expect(await portsOn(make()).tallies.addLate(key, late)).toBe(true);
      expect(totalOf((await portsOn(client).tallies.all(job.run)).values())).toEqual({
        sent: 1,
        failed: 0,
        unknown: 2,
      });
    });
  });

  it("gives up late answers that others keep from their place", async () => {
    const key = aKey({ on: "retry" });
    const others = portsOn(client).rows;
    const own = bend(started.makeClient(), async ({ command }, next) => {
      if (command === "UpdateItemCommand") await others.append(key, await rowAt(others, key), makeResult({ atMs: 1 }));
      return next();
    });
    const rows = dynamoBatchRowStore({ client: own, table: RESULTS, patience: { deadlineMs: 0 } });
    await expect(rows.addLate(key, { "1": "901" })).rejects.toMatchObject({ code: "STORE_CONTENDED" });
  });

  it("passes on a failure that says nothing about the condition", async () => {
    const away = bend(started.makeClient(), () => Promise.reject(new Error("socket hang up")));
    const { rows, tallies } = portsOn(away);
    await expect(rows.claim(aKey(), NO_ROW, aClaim())).rejects.toThrow("socket hang up");
    const key = { run: job.run, tally: 0, goneAtMs: GONE_AT_MS };
    await expect(tallies.count(key, { batch: 0, counts: NO_COUNTS, lateVersion: 0 })).rejects.toThrow("socket hang up");
  });

  it("writes nothing that is not forgotten one day", async () => {
    const { rows, tallies } = portsOn(client);
    const key = { run: job.run, tally: 0, goneAtMs: GONE_AT_MS };
    await rows.claim(aKey({ run: job.run, first: "1" }), NO_ROW, aClaim());
    await rows.release(aKey({ run: job.run, first: "2" }), NO_ROW, "c");
    await rows.append(aKey({ run: job.run, first: "3" }), NO_ROW, aResult());
    await rows.addLate(aKey({ run: job.run, on: "retry" }), { "1": "901" });
    await tallies.count(key, { batch: 0, counts: NO_COUNTS, lateVersion: 0 });
    const seen = { counted: false, lateVersion: 0 };
    await tallies.addLate({ ...key, tally: 1 }, { batch: 100, claimId: "c", messageIds: {}, corrected: 0, seen });
    const query = { TableName: RESULTS, ConsistentRead: true, KeyConditionExpression: "pk = :run" };
    const { Items = [] } = await client.send(
      new QueryCommand({ ...query, ExpressionAttributeValues: { ":run": { S: `RUN#${job.run}` } } }),
    );
    expect(Items.map((item) => item["sk"]?.S?.split("#")[0])).toEqual([
      "BATCH",
      "BATCH",
      "BATCH",
      "RETRY",
      "TALLY",
      "TALLY",
    ]);
    const expiresAt = String(Math.ceil(GONE_AT_MS / 1000));
    expect(Items.filter((item) => item["expiresAt"]?.N !== expiresAt)).toEqual([]);
  });
});
