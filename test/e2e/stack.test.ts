import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LaptopStack, runLaptopStack, startLaptopStack, until } from "../../local/local-stack.ts";

const local = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const dynamoOf = (stack: LaptopStack) => new DynamoDBClient({ ...local, endpoint: stack.endpoint("dynamodb") });
const sqsOf = (stack: LaptopStack) => new SQSClient({ ...local, endpoint: stack.endpoint("sqs") });
const deadLettersOf = (stack: LaptopStack) => `${stack.endpoint("sqs")}/000000000000/volley-local-bulk-dead-letters`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a running stack", () => {
  let stack: LaptopStack;
  beforeAll(async () => {
    stack = await startLaptopStack();
  });
  afterAll(() => stack.stop());

  it("says ready once, alone on its line, and nothing else on stdout", () => {
    expect(stack.stdout()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it("serves requests", async () => {
    const response = await fetch(`${stack.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ Status: "ok" });
  });

  it("listens on loopback only", () => {
    for (const name of ["dynamodb", "sqs", "rtc"] as const)
      expect(stack.endpoint(name)).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it.each([
    { when: "one byte over what Lambda takes", body: Buffer.alloc(6_291_557, 49), encoding: undefined },
    { when: "binary, which grows by a third on its way to Lambda", body: Buffer.alloc(4_800_000, 1), encoding: "gzip" },
  ])("refuses a body that is $when with 413", async ({ body, encoding }) => {
    const headers = { "content-type": "application/json", ...(encoding && { "content-encoding": encoding }) };
    const response = await fetch(`${stack.url}/v1/jobs`, { method: "POST", headers, body });
    expect(response.status).toBe(413);
  });

  it("hands a gzip body over intact", async () => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const message = { AppId: 1, Sender: 1, Receiver: ["9223372036854775807"], MsgType: 10001, Content: "消息" };
    const body = gzipSync(JSON.stringify({ ...message, InboxType: 0, IsNormalUser: false, Options: { DryRun: true } }));
    const response = await fetch(`${stack.url}/v1/jobs`, { method: "POST", headers, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ DryRun: true, Receivers: 1 });
  });

  it("starts a consumer that was killed again", async () => {
    const pid = stack.consumerPid("deliverBulk");
    process.kill(pid, "SIGKILL");
    await until(() => stack.stderr().includes("deliverBulk restarted, pid "));
    expect(isAlive(stack.consumerPid("deliverBulk"))).toBe(true);
  });
});

describe("the end", () => {
  it.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("takes every process along on %s", async (signal) => {
    const stack = await startLaptopStack();
    const pids = ["deliverExpress", "deliverBulk"].map(stack.consumerPid);
    expect(pids.map(isAlive)).toEqual([true, true]);
    stack.process.kill(signal);
    const { code } = await stack.stop();
    if (signal !== "SIGKILL") expect(code).toBe(0);
    await until(() => !pids.some(isAlive), 5_000);
    const reach = fetch(stack.endpoint("rtc"));
    await expect(reach).rejects.toThrow();
  });
});

describe("what is wrong is said in one line", () => {
  it.each([
    { when: "no port", env: { PORT: "abc" }, want: /^PORT must be/ },
    { when: "a setting of the functions", env: { QUOTA_MESSAGES: "abc" }, want: /^QUOTA_MESSAGES must be/ },
    { when: "an unknown engine", env: { LOCAL_DYNAMODB: "oracle" }, want: /^LOCAL_DYNAMODB must be dynalite or java/ },
    {
      when: "an upstream without keys",
      env: { RTC_ENDPOINT: "http://127.0.0.1:9" },
      want: /^RTC_ENDPOINT is set: VOLC_/,
    },
    { when: "no Java", env: { LOCAL_DYNAMODB: "java", PATH: "/nowhere" }, want: /needs Java 17/ },
  ])("$when", async ({ env, want }) => {
    const { ended, stderr, stdout } = runLaptopStack(env);
    expect((await ended).code).toBe(1);
    expect(stderr()).toMatch(want);
    expect(stderr().trimEnd().split("\n")).toHaveLength(1);
    expect(stdout()).toBe("");
  });

  it("a port in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const { ended, stderr } = runLaptopStack({ PORT: String(port) });
    expect((await ended).code).toBe(1);
    expect(stderr()).toBe(`port ${port} is in use: set PORT to another one, or to 0 for any\n`);
    server.close();
  });
});

describe("LOCAL_DATA_DIR", () => {
  const dir = mkdtempSync(join(tmpdir(), "volley-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  it("keeps tables and queues between runs, also after kill -9, and belongs to one stack at a time", async () => {
    const first = await startLaptopStack({ LOCAL_DATA_DIR: dir });
    const Item = { pk: { S: "JOB#kept" }, sk: { S: "JOB" } };
    await dynamoOf(first).send(new PutItemCommand({ TableName: "volley-local-results", Item }));
    await sqsOf(first).send(new SendMessageCommand({ QueueUrl: deadLettersOf(first), MessageBody: "kept" }));

    const rival = runLaptopStack({ LOCAL_DATA_DIR: dir });
    expect((await rival.ended).code).toBe(1);
    expect(rival.stderr()).toBe(`LOCAL_DATA_DIR is in use by process ${first.process.pid}\n`);

    first.process.kill("SIGKILL");
    await first.stop();
    const second = await startLaptopStack({ LOCAL_DATA_DIR: dir });
    const get = new GetItemCommand({ TableName: "volley-local-results", Key: Item });
    expect((await dynamoOf(second).send(get)).Item).toEqual(Item);
    const { Messages = [] } = await sqsOf(second).send(new ReceiveMessageCommand({ QueueUrl: deadLettersOf(second) }));
    expect(Messages.map(({ Body }) => Body)).toEqual(["kept"]);
    await second.stop();
    expect(readdirSync(dir)).not.toContain("pid");
  });
});
