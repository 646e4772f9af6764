import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peakOf } from "../../bench/quota-simulation.ts";
import { dynamoRequestCounter } from "../../lib/adapters/dynamo-request-counter.ts";
import { dynamoTokenBucket } from "../../lib/adapters/dynamo-token-bucket.ts";
import { requestCounterContract } from "../contracts/request-counter.ts";
import { policy, policyOf, tokenBucketContract } from "../contracts/token-bucket.ts";
import { engines, startTables } from "./engines.ts";

const table = "quota";
const NOW = 1_700_000_000_000;
const PATIENT = { maxWaitMs: 60_000 };

describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;

  beforeAll(async () => {
    started = await startTables(engine, [
      {
        TableName: table,
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    ]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());
  requestCounterContract(engine.name, () => dynamoRequestCounter({ client, table }));

  const make = (now: () => number = () => NOW, of = client) =>
    dynamoTokenBucket({ client: of, table, policy, policyOf, now });
  const itemOf = async (account: string) =>
    (await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: `QUOTA#${account}` } } }))).Item;
  /** A client that tells `before` the name of each command it is about to send. */
  const watched = (before: (command: string) => unknown): DynamoDBClient => {
    const own = started.makeClient();
    own.middlewareStack.add(
      (next, context) => async (args) => {
        await before(String(context.commandName));
        return next(args);
      },
      { step: "initialize" },
    );
    return own;
  };

  tokenBucketContract(`dynamo (${engine.name})`, (now) => make(now));

  it("two processes racing on one account spend no token twice, and use them", async () => {
    let nowMs = NOW;
    const now = () => nowMs;
    const processes = [make(now, started.makeClient()), make(now, started.makeClient())];
    const counted: { atMs: number; count: number }[] = [];
    for (let i = 0; i < 30; i += 1) {
      nowMs += 4_000;
      const asks = processes.flatMap((one) =>
        [10, 60, 200].map((count) => one.reserve("race", { count, lane: "express", ...PATIENT })),
      );
      for (const one of await Promise.all(asks)) {
        if (one.kind === "granted") counted.push({ atMs: one.slotMs, count: one.granted });
      }
    }
    counted.sort((a, b) => a.atMs - b.atMs);
    expect(peakOf(counted, policy.windowMs + policy.marginMs)).toBeLessThanOrEqual(policy.messages);
    expect(peakOf(counted, policy.windowMs)).toBeGreaterThan(policy.messages * 0.9);
  });

  it("needs one write once it knows the item, whoever asks in this process, and no write to wait", async () => {
    const sent: string[] = [];
    const bucket = make(
      () => NOW,
      watched((command) => sent.push(command)),
    );
    bucket.companion("known").take(undefined);
    await bucket.reserve("known", { count: 500, lane: "express", ...PATIENT });
    await bucket.reserve("known", { count: 500, lane: "express", ...PATIENT, maxWaitMs: 0 });
    await bucket.reserve("known", { count: 490, lane: "express", ...PATIENT });
    expect(sent).toEqual(["PutItemCommand", "PutItemCommand"]);
  });

  it("puts asks that come while another write is under way into one write", async () => {
    const sent: string[] = [];
    const bucket = make(
      () => NOW,
      watched((command) => sent.push(command)),
    );
    bucket.companion("grouped").take(undefined);
    const ask = (count: number) => bucket.reserve("grouped", { count, lane: "express", ...PATIENT });
    const first = ask(100);
    await new Promise(setImmediate); // its write is under way
    const rest = await Promise.all([200, 690, 10].map(ask));
    expect(rest).toMatchObject([{ granted: 200 }, { granted: 690 }, { granted: 10 }]);
    expect(await first).toMatchObject({ granted: 100 });
    expect(sent).toEqual(["PutItemCommand", "PutItemCommand"]);
    expect(await bucket.usage("grouped")).toMatchObject({ used: 1_000 });
  });

  it("tells everybody of a group when its write fails", async () => {
    const flaky = watched(() => {
      throw new Error("away");
    });
    const bucket = make(() => NOW, flaky);
    const asks = [1, 2].map((count) => bucket.reserve("group away", { count, lane: "bulk", ...PATIENT }));
    expect(await Promise.allSettled(asks)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  });

  it("reads first when its copy is old", async () => {
    const sent: string[] = [];
    let nowMs = NOW;
    const bucket = make(
      () => nowMs,
      watched((command) => sent.push(command)),
    );
    await bucket.reserve("old", { count: 1, lane: "bulk", ...PATIENT });
    nowMs += 101;
    await bucket.reserve("old", { count: 1, lane: "bulk", ...PATIENT });
    expect(sent).toEqual(["GetItemCommand", "PutItemCommand", "GetItemCommand", "PutItemCommand"]);
  });

  it("plans anew when somebody else wrote since its copy was read", async () => {
    const mine = make();
    await mine.reserve("shared", { count: 100, lane: "express", ...PATIENT });
    await make().reserve("shared", { count: 300, lane: "express", ...PATIENT });
    await mine.reserve("shared", { count: 500, lane: "express", ...PATIENT });
    expect(await mine.usage("shared")).toMatchObject({ used: 900 });
  });

  it("waits a second when a reservation loses again and again, and gives up any other change", async () => {
    const other = make();
    const rival = watched(
      (command) => command === "PutItemCommand" && other.reserve("lost", { count: 1, lane: "express", ...PATIENT }),
    );
    const bucket = dynamoTokenBucket({ client: rival, table, policy, now: () => NOW, random: () => 0 });
    const reservation = await bucket.reserve("lost", { count: 1, lane: "express", ...PATIENT });
    expect(reservation).toEqual({ kind: "wait", untilMs: NOW + 1_000, why: "quota" });
    expect(await other.usage("lost")).toMatchObject({ used: 20 });
    await expect(bucket.hold("lost", "flow")).rejects.toMatchObject({ code: "STORE_CONTENDED" });
  });

  it("takes the item from whoever reads anyway, but no older one than it has", async () => {
    const sent: string[] = [];
    const bucket = make(
      () => NOW,
      watched((command) => sent.push(command)),
    );
    const { table: from, key, take } = bucket.companion("taken");
    await make().reserve("taken", { count: 500, lane: "express", ...PATIENT });
    const { Item: older } = await client.send(new GetItemCommand({ TableName: from, Key: key }));
    take(older);
    await bucket.reserve("taken", { count: 400, lane: "express", ...PATIENT });
    take(older);
    await bucket.reserve("taken", { count: 10, lane: "express", ...PATIENT });
    expect(sent).toEqual(["PutItemCommand", "PutItemCommand"]);
    expect(await bucket.usage("taken")).toMatchObject({ used: 910 });
  });

  it("keeps a full window of 500-a-batch calls and an express call a second under 1 KB, readable", async () => {
    let nowMs = NOW;
    const wide = { ...policy, messages: 12_000, floor: 60 };
    const bucket = dynamoTokenBucket({ client, table, policy: wide, now: () => nowMs });
    for (let second = 0; second < 90; second += 1) {
      nowMs = NOW + second * 1_000;
      await bucket.reserve("full", { count: 497, lane: "bulk", ...PATIENT });
      await bucket.reserve("full", { count: 1, lane: "express", ...PATIENT });
    }
    const item = await itemOf("full");
    expect(item?.["gaps"]?.L?.length).toBeGreaterThan(70);
    expect(billedBytes({ M: item ?? {} })).toBeLessThan(1_024);
    const names = ["calls", "counts", "firstSlot", "gaps", "pacedUntil", "pk", "seen", "v", "version"];
    expect(Object.keys(item ?? {}).sort()).toEqual(names);
  });

  it.each([
    { when: "an item that is not ours", change: { gaps: { S: "1,2" } } },
    { when: "lists of different lengths", change: { gaps: { L: [{ N: "0" }] } } },
    { when: "a number that is none", change: { seen: { S: "now" } } },
    {
      when: "a hold for no known reason",
      change: { hold: { M: { why: { S: "?" }, until: { N: "1" }, backoff: { N: "1" } } } },
    },
  ])("grants nothing on $when", async ({ when, change }) => {
    const lists = { gaps: { L: [] }, counts: { L: [] } };
    const numbers = { version: { N: "1" }, firstSlot: { N: "0" }, seen: { N: "0" }, pacedUntil: { N: "0" } };
    const Item = { pk: { S: `QUOTA#${when}` }, ...lists, ...numbers, ...change };
    await client.send(new PutItemCommand({ TableName: table, Item }));
    await expect(make().reserve(when, { count: 1, lane: "express", ...PATIENT })).rejects.toThrow(TypeError);
  });

  it.each(["GetItemCommand", "PutItemCommand"])(
    "grants nothing when %s fails, and goes on when the table is back",
    async (failing) => {
      let away = true;
      const flaky = watched((command) => {
        if (away && command === failing) throw new Error("away");
      });
      const bucket = make(() => NOW, flaky);
      await expect(bucket.reserve(failing, { count: 500, lane: "express", ...PATIENT })).rejects.toThrow("away");
      away = false;
      expect(await bucket.usage(failing)).toMatchObject({ used: 0 });
      expect(await bucket.reserve(failing, { count: 500, lane: "express", ...PATIENT })).toMatchObject({
        kind: "granted",
      });
    },
  );
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function billedBytes(value: unknown): number {
  const { S, N, M, L } = value as { S?: string; N?: string; M?: Record<string, unknown>; L?: unknown[] };
  if (S !== undefined) return S.length;
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L !== undefined) return 3 + L.reduce<number>((sum, one) => sum + 1 + billedBytes(one), 0);
  return 3 + Object.entries(M ?? {}).reduce((sum, [name, one]) => sum + 1 + name.length + billedBytes(one), 0);
}
