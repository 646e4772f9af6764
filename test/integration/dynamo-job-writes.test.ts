import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S } from "../../lib/adapters/dynamo-attributes.ts";
import { dynamoDispatchLock } from "../../lib/adapters/dynamo-dispatch-lock.ts";
import { dynamoDueJobs } from "../../lib/adapters/dynamo-due-jobs.ts";
import { dynamoJobIndex } from "../../lib/adapters/dynamo-job-index.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../../lib/adapters/dynamo-message-store.ts";
import type { JobChange } from "../../lib/domain/job.ts";
import { aJob, drawId, NOW } from "../support/a-job.ts";
import { anExpressJob } from "../support/an-express-job.ts";
import { bend, loseAnswers } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

const MESSAGE = { AppId: 1, Sender: "5", MsgType: 10001, Content: "hello" };
const DONE: JobChange = { state: "done", shares: [], canceled: 0, dueAtMs: undefined };

describe.each(engines)("job items on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  const created = async (job = anExpressJob()) => {
    expect(await dynamoJobStore({ client, table: RESULTS }).create(job, NOW)).toBeUndefined();
    return job;
  };

  describe("when answers get lost", () => {
    const ALL = Number.POSITIVE_INFINITY;
    const losing = (times: number, commands?: RegExp) =>
      dynamoJobStore({ client: loseAnswers(started.makeClient(), times, commands), table: RESULTS });
    const twice = () =>
      bend(started.makeClient(), async (_, next) => {
        await next().catch(() => undefined);
        return next();
      });

    it.each([
      { when: "one: the SDK repeats the write and finds its own", times: 1 },
      { when: "all of the SDK's tries", times: ALL },
    ])("makes a job: $when", async ({ times }) => {
      const job = anExpressJob();
      expect(await losing(times).create(job, NOW)).toBeUndefined();
      expect(await dynamoJobStore({ client, table: RESULTS }).find(job.id)).toEqual(job);
    });

    it("still tells a job of somebody else", async () => {
      const job = await created();
      for (const times of [1, ALL]) {
        const answer = losing(times).create({ ...job, run: drawId() }, NOW);
        if (times === 1) expect(await answer).toEqual(job);
        else await expect(answer).rejects.toThrow("the answer got lost");
      }
      expect(await dynamoJobStore({ client, table: RESULTS }).find(job.id)).toEqual(job);
    });

    it.each([{ times: 1 }, { times: ALL }])(
      "knows its own write by what it drew for it: $times lost",
      async ({ times }) => {
        const job = await created();
        const next = await losing(times).write(job, { state: "paused" });
        expect(next).toMatchObject({ state: "paused", version: 2 });
        expect(await dynamoJobStore({ client, table: RESULTS }).find(job.id)).toEqual(next);
      },
    );

    it("does not take another's write for its own, though it is the same", async () => {
      const job = await created();
      await dynamoJobStore({ client, table: RESULTS }).write(job, { state: "paused" });
      expect(await losing(1).write(job, { state: "paused" })).toBeUndefined();
      await expect(losing(ALL).write(job, { state: "paused" })).rejects.toThrow("the answer got lost");
    });

    it("fails as the write did if nothing can be read after it", async () => {
      const job = await created();
      await expect(losing(ALL, /./).write(job, { state: "paused" })).rejects.toThrow("the answer got lost");
      await expect(losing(ALL, /./).create(anExpressJob(), NOW)).rejects.toThrow("the answer got lost");
    });

    it("knows its own write, and its own lock, when each call is made twice", async () => {
      const job = await created();
      expect(await dynamoJobStore({ client: twice(), table: RESULTS }).write(job, { state: "paused" })).toMatchObject({
        version: 2,
      });
      const times = { nowMs: NOW, leaseMs: 1_000, gapMs: 1_000 };
      expect(await dynamoDispatchLock({ client: twice(), table: RESULTS }).take(drawId(), times)).toMatchObject({
        kind: "taken",
      });
    });
  });

  it.each<{ when: string; change: JobChange; touches: boolean }>([
    { when: "something else changes", change: { servedAtMs: 5, cursor: 9, shares: [] }, touches: false },
    { when: "it is set to what it is", change: { dueAtMs: 1_769_846_430_123, state: "paused" }, touches: false },
    { when: "it moves", change: { dueAtMs: 7 }, touches: true },
    { when: "it ends", change: DONE, touches: true },
    { when: "the lane is another", change: { lane: "bulk" }, touches: true },
  ])("writes a job's place among the due only where it changes: $when: $touches", async ({ change, touches }) => {
    const job = await created();
    const inputs: string[] = [];
    const watched = bend(started.makeClient(), ({ input }, next) => {
      inputs.push(JSON.stringify(input));
      return next();
    });
    await dynamoJobStore({ client: watched, table: RESULTS }).write(job, change);
    expect(inputs).toHaveLength(1);
    expect(/duePk|dueAt\b/.test(inputs[0] ?? "")).toBe(touches);
    expect(inputs[0]).not.toContain("requestHash"); // nor anything else that stays
  });

  it("reads one page of each shard for a list, however little it finds", async () => {
    const clientId = drawId();
    await Promise.all(Array.from({ length: 40 }, () => created(aJob({ clientId }))));
    const scanned: number[] = [];
    const watched = bend(started.makeClient(), async (_, next) => {
      const output = await next();
      if ("ScannedCount" in output) scanned.push(Number(output.ScannedCount));
      return output;
    });
    const index = dynamoJobIndex({ client: watched, table: RESULTS, now: () => NOW, scanned: 2 });
    expect(await index.list({ clientId, state: "done", limit: 20 })).toMatchObject({
      jobs: [],
      next: expect.any(String),
    });
    expect(scanned).toHaveLength(8);
    expect(Math.max(...scanned)).toBe(2);
  });

  it("reads consistently whatever is no index", async () => {
    const job = await created();
    const unsure: string[] = [];
    const watched = bend(started.makeClient(), ({ command, input }, next) => {
      if (
        /Get|Query/.test(command) &&
        !("IndexName" in input) &&
        !("ConsistentRead" in input && input.ConsistentRead)
      ) {
        unsure.push(command);
      }
      return next();
    });
    await dynamoJobStore({ client: watched, table: RESULTS }).find(job.id);
    await dynamoMessageStore({ client: watched, table: RESULTS }).read(job.run);
    await dynamoDueJobs({ client: watched, table: RESULTS }).due("bulk", NOW, 1);
    expect(unsure).toEqual([]);
  });

  it("writes nothing that the table keeps for ever", async () => {
    const { id, run, goneAtMs } = await created(aJob({ goneAtMs: 5_001 }));
    await dynamoMessageStore({ client, table: RESULTS }).write(run, { message: MESSAGE }, goneAtMs);
    const account = drawId();
    await dynamoDispatchLock({ client, table: RESULTS }).take(account, { nowMs: 0, leaseMs: 1, gapMs: 0 });
    const expiries: unknown[] = [];
    for (const [pk, sk] of [
      [`JOB#${id}`, "JOB"],
      [`RUN#${run}`, "MESSAGE"],
      [`DISPATCH#${account}`, "LOCK"],
    ]) {
      const Key = { pk: S(pk ?? ""), sk: S(sk ?? "") };
      const { Item } = await client.send(new GetItemCommand({ TableName: RESULTS, Key }));
      expiries.push(Item?.["expiresAt"]);
    }
    expect(expiries).toEqual([{ N: "6" }, { N: "6" }, { N: "86401" }]);
  });

  // dynalite counts neither indexes nor sizes as DynamoDB does
  if (engine.name !== "dynalite") {
    /** Write units of each call, of the table and of every index. */
    const metered = (units: number[]) =>
      bend(started.makeClient(), async ({ input }, next) => {
        Object.assign(input, { ReturnConsumedCapacity: "INDEXES" });
        const output: { ConsumedCapacity?: { CapacityUnits?: number } } = await next();
        units.push(output.ConsumedCapacity?.CapacityUnits ?? Number.NaN);
        return output;
      });

    it("makes an express job for 4 write units, and ends it for 4", async () => {
      const units: number[] = [];
      const jobs = dynamoJobStore({ client: metered(units), table: RESULTS });
      const job = anExpressJob();
      await jobs.create(job, NOW);
      const done = await jobs.write(job, {
        ...DONE,
        history: [...job.history, { atMs: NOW, event: "finish", by: "volley" }],
      });
      expect(done).toMatchObject({ state: "done" });
      expect(units[0]).toBe(4);
      expect(units[1]).toBeLessThanOrEqual(4);
    });

    it("writes what dispatch changes for one write unit", async () => {
      const units: number[] = [];
      await dynamoJobStore({ client: metered(units), table: RESULTS }).write(await created(), {
        cursor: 2,
        servedAtMs: 5,
      });
      expect(units).toEqual([1]);
    });
  }
});
