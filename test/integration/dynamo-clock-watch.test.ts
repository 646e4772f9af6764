import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchClock } from "../../lib/adapters/dynamo-clock-watch.ts";
import { engines, startTables } from "./engines.ts";

const table = "quota";
const Key = { pk: { S: "clock" } };

describe.each(engines)("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;

  beforeAll(async () => {
    started = await startTables(engine, [
      {
        TableName: table,
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    ]);
  });
  afterAll(() => started?.stop());

  /** A client of a process whose clock is ahead by so much: a minute, that a busy machine cannot hide. */
  const watched = (aheadMs: () => number) => {
    const client = started.makeClient();
    const told: number[] = [];
    const isOff = watchClock({ client, now: () => Date.now() + aheadMs(), onOff: (ms) => told.push(ms) });
    return { client, told, isOff };
  };
  const read = (client: DynamoDBClient) => client.send(new GetItemCommand({ TableName: table, Key }));

  it.each([
    { when: "right", aheadMs: 0, off: false },
    { when: "a minute ahead", aheadMs: 60_000, off: true },
    { when: "a minute behind", aheadMs: -60_000, off: true },
  ])("a clock that is $when is off: $off, told once", async ({ aheadMs, off }) => {
    const { client, told, isOff } = watched(() => aheadMs);
    expect(isOff()).toBe(false);
    await read(client);
    await read(client);
    expect(isOff()).toBe(off);
    expect(told.map(Math.sign)).toEqual(off ? [Math.sign(aheadMs)] : []);
  });

  it("a refusal has a Date too", async () => {
    const { client, isOff } = watched(() => 60_000);
    const refused = { TableName: table, Item: Key, ConditionExpression: "attribute_exists(pk)" };
    await expect(client.send(new PutItemCommand(refused))).rejects.toThrow();
    expect(isOff()).toBe(true);
  });

  it("a clock that was set right counts again", async () => {
    let aheadMs = 60_000;
    const { client, told, isOff } = watched(() => aheadMs);
    await read(client);
    aheadMs = 0;
    while (isOff()) await read(client); // an answer that takes a second tells nothing
    aheadMs = 60_000;
    await read(client);
    expect(told).toHaveLength(2);
  });

  it("an answer without a Date changes nothing", async () => {
    const { client, told, isOff } = watched(() => 60_000);
    client.config.requestHandler = withoutDate(client.config.requestHandler);
    await read(client);
    expect([isOff(), told]).toEqual([false, []]);
  });
});

function withoutDate(handler: DynamoDBClient["config"]["requestHandler"]): typeof handler {
  const handle: typeof handler.handle = async (...args) => {
    const result = await handler.handle(...args);
    delete result.response.headers["date"];
    return result;
  };
  return Object.assign(Object.create(handler), { handle });
}
