import {
  type CreateTableCommandInput,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Companion, dynamoBatchStore } from "../../lib/adapters/dynamo-batch-store.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoParkedTasks } from "../../lib/adapters/dynamo-parked-tasks.ts";
import { dynamoResultReader } from "../../lib/adapters/dynamo-result-reader.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import type { Task } from "../../lib/domain/batches.ts";
import { NO_COUNTS } from "../../lib/domain/outcome.ts";
import { aJob, aRecord, aTask, claimAll, NOW } from "../contracts/results-ports.ts";
import { engines, startTables } from "./engines.ts";
import { RESULTS, resultsTable } from "./results-table.ts";

const EXPIRES_AT_S = 2_000_000_000;

type Asked = { Keys: unknown[] } | unknown[];
const listOf = (asked: Asked): unknown[] => (Array.isArray(asked) ? asked : asked.Keys);
const withList = (asked: Asked, list: unknown[]): Asked => (Array.isArray(asked) ? list : { ...asked, Keys: list });

const QUOTA = {
  TableName: "quota",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
} as const satisfies CreateTableCommandInput;

/** What DynamoDB does when it is throttled, and what the SDK makes of an answer that got lost. */
describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable(), QUOTA]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  function portsOn(own: DynamoDBClient, companion?: Companion) {
    const store = { client: own, table: RESULTS, expiresAtS: () => EXPIRES_AT_S, now: () => NOW };
    const tallies = dynamoTallies(store);
    return {
      jobs: dynamoJobStore(store),
      batches: dynamoBatchStore({ ...store, ...(companion && { companion }) }),
      tallies,
      parked: dynamoParkedTasks(store),
      results: dynamoResultReader({ ...store, tallies }),
    };
  }

  /** A client that does `instead` of what it is told to. */
  function bent(
    instead: (name: string, input: object, next: () => Promise<object>) => Promise<object>,
  ): DynamoDBClient {
    const own = started.makeClient();
    own.middlewareStack.add(
      (next, context) => async (args) => {
        const reply = { response: undefined, output: {} };
        const send = async () => Object.assign(reply, await next(args)).output;
        const output = await instead(String(context.commandName), args.input, send);
        return { ...reply, output: { $metadata: {}, ...output } };
      },
      { step: "initialize" },
    );
    return own;
  }

  /** Batch calls do `takes` keys or items and leave the rest undone, `times` times. */
  const throttled = (takes: number, times = Number.POSITIVE_INFINITY): DynamoDBClient => {
    let left = times;
    return bent(async (name, input, next) => {
      const asked = "RequestItems" in input ? (input.RequestItems as Record<string, Asked>) : {};
      const [table = "", whole = []] = Object.entries(asked)[0] ?? [];
      const undone = listOf(whole).slice(takes);
      if (undone.length === 0 || left-- <= 0) return next();
      asked[table] = withList(whole, listOf(whole).slice(0, takes));
      const output = takes === 0 ? {} : await next();
      const undoneName = name === "BatchGetItemCommand" ? "UnprocessedKeys" : "UnprocessedItems";
      return { ...output, [undoneName]: { [table]: withList(whole, undone) } };
    });
  };

  /** Every update is sent twice, as the SDK does when the first answer is lost. */
  const repeating = (): DynamoDBClient =>
    bent(async (name, _input, next) => {
      if (name === "UpdateItemCommand") await next();
      return next();
    });

  async function aJobWithOutcomes(batches: number) {
    const ports = portsOn(client);
    const job = aJob({ state: "running" });
    await ports.jobs.create(job);
    const tasks = Array.from({ length: batches }, (_, n) =>
      aTask(job, { batch: { n, part: 0, first: `${n + 1}` }, receivers: `${n + 1}` }),
    );
    for (const task of tasks) {
      const seen = (await ports.batches.look(task)).batch;
      await ports.batches.record(task, seen, aRecord(task, { retry: { [task.receivers]: "F" } }));
    }
    return { job, tasks };
  }

  it("asks again for keys that were left unread", async () => {
    const { job, tasks } = await aJobWithOutcomes(4);
    const { batches, results } = portsOn(throttled(1, 3));
    const [task] = tasks as [Task];
    expect(await batches.look(task)).toMatchObject({ job: { id: job.id }, batch: { rev: 1 } });
    const page = await results.batches(job.id, { onlyFailures: true, limit: 10 });
    expect(page.rows.map(({ first }) => first)).toEqual(["1", "2", "3", "4"]);
  });

  it("does not take keys that stay unread for items that are not there", async () => {
    const { tasks } = await aJobWithOutcomes(1);
    const { batches } = portsOn(throttled(0));
    await expect(batches.look(tasks[0] as Task)).rejects.toThrow("DynamoDB left keys unread");
  });

  it("writes again what was left unwritten, and fails if that does not end", async () => {
    const job = aJob();
    const tasks = Array.from({ length: 60 }, (_, n) => aTask(job, { batch: { n, part: 0, first: `${n + 1}` } }));
    await portsOn(throttled(3, 5)).parked.park(tasks);
    const listed: Task[] = [];
    for await (const page of portsOn(client).parked.list(job.id)) listed.push(...page);
    expect(listed).toHaveLength(60);
    await expect(portsOn(throttled(0)).parked.park(tasks)).rejects.toThrow(/DynamoDB left \d+ of \d+ writes undone/);
  });

  it("counts a change once though its answer got lost", async () => {
    const { tallies } = portsOn(repeating());
    const job = aJob();
    await tallies.add(job, 0, { tag: "0.1", counts: { ...NO_COUNTS, sent: 500 } });
    expect(await tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 500 });
  });

  it("makes a job though the answer got lost, and tells a job of somebody else from it", async () => {
    const losing = bent((_name, _input, next) => next());
    let lost = 0;
    losing.middlewareStack.add(
      (next) => async (args) => {
        const reply = await next(args);
        if (lost++ === 0) throw Object.assign(new Error("the answer got lost"), { name: "TimeoutError" });
        return reply;
      },
      { step: "deserialize", priority: "high" },
    );
    const job = aJob();
    expect(await portsOn(losing).jobs.create(job)).toBeUndefined();
    expect(lost).toBeGreaterThan(1);
    expect(await portsOn(client).jobs.create(job)).toEqual(job);
  });

  // dynalite does not return the item that a failed condition saw
  if (engine.name !== "dynalite") {
    it("knows its own claim though its answer got lost", async () => {
      const { tasks } = await aJobWithOutcomes(1);
      const later = { ...(tasks[0] as Task), attempt: 2 };
      const claimed = await claimAll(portsOn(repeating()), later);
      expect((await portsOn(client).batches.look(later)).batch).toEqual(claimed);
    });
  }

  it("brings another table's item along in the same read", async () => {
    const { job, tasks } = await aJobWithOutcomes(1);
    const Item = { pk: { S: "QUOTA#account" }, version: { N: "7" } };
    await client.send(new PutItemCommand({ TableName: QUOTA.TableName, Item }));
    const taken: unknown[] = [];
    const calls: string[] = [];
    const own = bent((name, _input, next) => {
      calls.push(name);
      return next();
    });
    const companion = { table: QUOTA.TableName, key: { pk: Item.pk }, take: (item: unknown) => taken.push(item) };
    const { batches } = portsOn(own, companion);
    expect(await batches.look(tasks[0] as Task)).toMatchObject({ job: { id: job.id }, batch: { rev: 1 } });
    expect({ taken, calls }).toEqual({ taken: [Item], calls: ["BatchGetItemCommand"] });
  });

  it("writes nothing that is not forgotten one day", async () => {
    const ports = portsOn(client);
    const { job, tasks } = await aJobWithOutcomes(2);
    await ports.jobs.writeManifest(job, [1n, 2n]);
    await ports.tallies.add(job, 0, { tag: "0.1", counts: NO_COUNTS });
    await ports.parked.park(tasks);
    await claimAll(ports, { ...(tasks[0] as Task), attempt: 2 });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: RESULTS, ConsistentRead: true }));
    const kinds = new Set(Items.map((item) => item["sk"]?.S?.split("#")[0]));
    expect([...kinds].sort()).toEqual(["AGAIN", "BATCH", "JOB", "MANIFEST", "PARKED", "TALLY"]);
    expect(Items.filter((item) => item["expiresAt"]?.N !== String(EXPIRES_AT_S))).toEqual([]);
  });
});
