import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KNOWN_STEPS, useFastPath } from "../../lib/adapters/dynamo-fast-path.ts";

type Taken = Readonly<{ headers: IncomingHttpHeaders; body: string }>;

/** What the table answers, one after the other, then an item. */
const answers: [status: number, body: object][] = [];
const taken: Taken[] = [];
const server = createServer(async (request, response) => {
  taken.push({ headers: request.headers, body: await text(request) });
  const [status, body] = answers.shift() ?? [200, { Item: { pk: { S: "a" }, n: { N: "1" } } }];
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
});
const credentials = { accessKeyId: "AKIAINVENTED", secretAccessKey: "invented", sessionToken: "invented" };
const NOW = Date.UTC(2026, 0, 31, 23, 59, 59, 999);
let client: DynamoDBClient;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());
beforeEach(async () => {
  client?.destroy();
  client = makeClient();
  await read();
  taken.length = 0;
});
afterAll(() => client.destroy());

function makeClient(): DynamoDBClient {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = new DynamoDBClient({ endpoint, credentials, region: "ap-southeast-1", maxAttempts: 3 });
  useFastPath(made, () => NOW);
  return made;
}

const key = { TableName: "t", Key: { pk: { S: "a" } } };
const read = () => client.send(new GetItemCommand(key));
const refusal = (name: string, more: object = {}) => ({
  __type: `com.amazonaws.dynamodb.v20120810#${name}`,
  message: "no",
  ...more,
});
const isWhole = ({ headers }: Taken): boolean => "amz-sdk-request" in headers;

describe("the fast path of the table's client", () => {
  it("knows every step of the SDK, whose next version may have others", () => {
    const named = client.middlewareStack.identify().map((line) => line.split(" ")[0]);
    const ofCommands = ["httpAuthSchemeMiddleware"]; // shown only where a command brings what it stands next to
    expect([...named, ...ofCommands].sort()).toEqual([...KNOWN_STEPS, "learn"].sort());
  });

  it.each([
    { when: "on time", offMs: 0 },
    { when: "by the clock of the table, where ours is off", offMs: -600_000 },
  ])("begins with the second call, and signs as the SDK does, $when", async ({ offMs }) => {
    client.config.systemClockOffset = offMs; // the SDK sets it by the date of each answer
    await expect(read()).resolves.toMatchObject({ Item: { pk: { S: "a" }, n: { N: "1" } } });
    const [{ headers, body }] = taken as [Taken];
    expect(isWhole({ headers, body })).toBe(false);
    expect(JSON.parse(body)).toEqual(key);
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
    expect(names).toEqual(["content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"]);
    const signed = Object.fromEntries(
      names
        .slice(0, 2)
        .concat("x-amz-target")
        .map((name) => [name, `${headers[name]}`]),
    );
    const [hostname = "", port] = `${headers.host}`.split(":");
    const like = {
      method: "POST",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/",
      query: {},
      headers: signed,
      body,
    };
    const signer = await client.config.signer();
    const { headers: expected } = (await signer.sign(
      like as never,
      {
        signingDate: new Date(NOW + offMs),
        unsignableHeaders: new Set(["x-amz-content-sha256"]),
      } as never,
    )) as unknown as Taken;
    expect(headers.authorization).toBe(expected.authorization);
  });

  it("sends the name of the SDK", async () => {
    await read();
    expect(taken[0]?.headers["user-agent"]).toMatch(/^aws-sdk-js\//);
  });

  it("throws the SDK's errors, with what they carry", async () => {
    answers.push([400, refusal("ConditionalCheckFailedException", { Item: { calls: { B: "AQI=" } } })]);
    const write = client.send(new UpdateItemCommand({ ...key, UpdateExpression: "SET a = :a" }));
    const error = await write.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ Item: { calls: { B: Uint8Array.of(1, 2) } }, $metadata: { httpStatusCode: 400 } });
    expect(taken.map(isWhole)).toEqual([false]);
  });

  it("reads bytes, and sends what has bytes the SDK's way", async () => {
    answers.push([200, { Item: { calls: { M: { a: { B: "AQI=" } } } } }]);
    await expect(read()).resolves.toMatchObject({ Item: { calls: { M: { a: { B: Uint8Array.of(1, 2) } } } } });
    const Item = { pk: { S: "a" }, calls: { L: [{ B: Uint8Array.of(1, 2) }] } };
    await client.send(new PutItemCommand({ TableName: "t", Item }));
    expect(taken.map(isWhole)).toEqual([false, true]);
    expect(JSON.parse(taken[1]?.body ?? "").Item.calls).toEqual({ L: [{ B: "AQI=" }] });
  });

  it("takes text that looks like bytes for text, whatever is in it", async () => {
    const said = 'a"B":\u2028 \u{1f600} "quoted" \\ \u0001';
    const Item = { pk: { S: "a" }, said: { S: said }, [said]: { N: "9007199254740993" } };
    answers.push([200, { Item }]);
    expect((await read()).Item).toEqual(Item);
    await client.send(new PutItemCommand({ TableName: "t", Item }));
    expect(JSON.parse(taken[1]?.body ?? "")).toEqual({ TableName: "t", Item });
    expect(taken.map(isWhole)).toEqual([false, false]);
  });

  it("keeps the SDK's retries", async () => {
    answers.push([500, refusal("InternalServerError")], [400, refusal("ThrottlingException")]);
    await expect(read()).resolves.toMatchObject({ Item: { pk: { S: "a" } }, $metadata: { attempts: 3 } });
    expect(taken.map(isWhole)).toEqual([false, false, false]);
    expect(new Set(taken.map(({ body }) => body)).size).toBe(1);
  });

  it.each(["InvalidSignatureException", "ExpiredTokenException", "UnrecognizedClientException"])(
    "makes a call that is refused with %s once more, the SDK's way, and goes on from there",
    async (name) => {
      answers.push([400, refusal(name)]);
      await expect(read()).resolves.toMatchObject({ Item: { pk: { S: "a" } } });
      await read();
      expect(taken.map(isWhole)).toEqual([false, true, false]);
    },
  );

  it("is not taken by a call that is refused for anything else: it may have been done", async () => {
    answers.push([400, refusal("ValidationException")]);
    await expect(read()).rejects.toThrow("no");
    expect(taken).toHaveLength(1);
  });

  it("is not for other commands", async () => {
    answers.push([200, { Table: { CreationDateTime: 1_769_900_000 } }]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "t" }));
    expect(Table?.CreationDateTime).toEqual(new Date(1_769_900_000_000));
    expect(taken.map(isWhole)).toEqual([true]);
  });

  it("keeps steps that were added before the first call, each with the name of the command", async () => {
    const own = makeClient();
    const heard: unknown[] = [];
    own.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          heard.push(commandName);
          return next(args);
        },
      { step: "deserialize", priority: "low", name: "hear" },
    );
    for (let i = 0; i < 2; i++) await own.send(new GetItemCommand(key));
    expect(heard).toEqual(["GetItemCommand", "GetItemCommand"]);
    expect(taken.map(isWhole)).toEqual([true, false]);
    own.destroy();
  });
});
