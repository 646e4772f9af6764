import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventBridge } from "../support/envelopes.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

const BODY = '{"AppId":7,"Sender":"5","Receiver":[9007199254740993],"MsgType":10001,"Content":"hi"}';
const dir = mkdtempSync(join(tmpdir(), "volley-take-"));
afterAll(() => rmSync(dir, { recursive: true }));

let tableStatus: number | undefined;
const calls = fakeAws(({ target, body }) => {
  if (/Item$/.test(target)) return tableStatus ?? {};
  if (target === "PutEvents") return { FailedEntryCount: 0, Entries: [{ EventId: "e" }] };
  if (target !== "SendMessage") return undefined;
  return { MessageId: "m", MD5OfMessageBody: hash("md5", String(body["MessageBody"])) };
});

type Function = (event: unknown, given: typeof context) => Promise<unknown>;
let takeRequest: Function;
let acceptJob: Function;
beforeAll(async () => {
  const file = join(dir, "clients.json");
  writeFileSync(file, JSON.stringify({ v: 1, clients: [{ id: "cron", scopes: ["send"], appIds: [7], keys: [] }] }));
  vi.stubEnv("LOCAL_CLIENTS", file);
  vi.stubEnv("REQUESTS_CLIENT", "cron");
  takeRequest = (await import("../../functions/take-request.ts")).handler as Function;
  acceptJob = (await import("../../functions/accept-job.ts")).handler as Function;
});

const targets = () => calls.map(({ target }) => target);
const itemsPut = () => calls.filter(({ target }) => target === "PutItem").map(({ body }) => body["Item"]);

describe("take-request", () => {
  const taken = (...records: ReturnType<typeof sqsRecord>[]) => takeRequest({ Records: records }, context);
  const record = (body: string, id = "a") => sqsRecord(id, body, { queue: "requests" });

  it("makes a job of an event, and is done with it", async () => {
    tableStatus = undefined;
    expect(await taken(record(eventBridge(BODY)))).toEqual({ batchItemFailures: [] });
    expect(targets()).toEqual(["GetItem", "PutItem", "PutItem", "SendMessageBatch"]);
    expect(JSON.stringify(itemsPut()[0])).toContain("ACAAAAAAAAE="); // 0x0020000000000001, base64
    expect(itemsPut()[1]).toMatchObject({ clientId: { S: "cron" } });
  });

  it("buries a bad event with its faults, beside a good one", async () => {
    expect(await taken(record(BODY, "a"), record(BODY.replace(":7,", ":8,"), "b"))).toEqual({ batchItemFailures: [] });
    const told = calls.flatMap(({ target, body }) => (target === "PutEvents" ? [body["Entries"]] : []));
    expect(told).toEqual([[expect.objectContaining({ Source: "volley", DetailType: "JobRejected" })]]);
    const [letter, ...more] = calls.filter(({ target }) => target === "SendMessage");
    expect(more).toEqual([]);
    expect(letter?.body).toMatchObject({
      QueueUrl: process.env["REQUESTS_DEAD_LETTERS_URL"],
      MessageBody: BODY.replace(":7,", ":8,"),
      MessageAttributes: {
        Door: { DataType: "String", StringValue: "sqs" },
        Reason: { DataType: "String", StringValue: "the client may not send this" },
        MessageId: { DataType: "String", StringValue: "b" },
        Faults: {
          DataType: "String",
          StringValue: '{"total":1,"faults":[{"pointer":"/AppId","detail":"is not one that this client may use"}]}',
        },
      },
    });
  });

  it("lets an event come again while the table is away", async () => {
    tableStatus = 400;
    expect(await taken(record(BODY))).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
    expect(calls.at(-1)).toMatchObject({
      target: "ChangeMessageVisibility",
      body: { QueueUrl: process.env["REQUESTS_QUEUE_URL"], VisibilityTimeout: 15 },
    });
  });

  it("takes a dead letter that was sent back for the message that it was", async () => {
    tableStatus = undefined;
    await taken(record(BODY, "first"));
    const again = {
      MessageId: { dataType: "String", stringValue: "first", stringListValues: [], binaryListValues: [] },
    };
    await taken({ ...record(BODY, "second"), messageAttributes: again });
    await taken(record(BODY, "third"));
    const ids = itemsPut().flatMap((item) => /JOB#\w+/.exec(JSON.stringify(item))?.[0] ?? []);
    expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([3, 2, true]);
  });
});

describe("accept-job, invoked", () => {
  const invoke = (body: unknown, awsRequestId = "r1") => acceptJob(body, { ...context, awsRequestId });
  const refusal = async (body: unknown) => {
    const error = await invoke(body).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    return { name: error?.name, stack: error?.stack, problem: JSON.parse(error?.message ?? "null") };
  };

  it("answers with the body of the 202, as an object; the same invocation again is the same job", async () => {
    tableStatus = undefined;
    const answer = {
      JobId: expect.stringMatching(/^[0-9a-z]{25}$/),
      Status: "running",
      Receivers: 2,
      DuplicatesDropped: 1,
      Batches: 1,
      EstimatedSeconds: 1,
    };
    const body = { ...JSON.parse(BODY), Receiver: [1, "9007199254740993", 1] };
    const first = await invoke(body);
    expect(first).toEqual(answer);
    expect(await invoke(body)).toEqual(first);
    expect(await invoke(body, "r2")).not.toEqual(first);
    expect(itemsPut()[1]).toMatchObject({ clientId: { S: "cron" } });
  });

  it.each([
    { what: "nothing", body: null, name: "MALFORMED", status: 400, pointers: undefined },
    { what: "a list", body: [], name: "MALFORMED", status: 400, pointers: undefined },
    {
      what: "faults",
      body: { AppId: "x", Receiver: [0] },
      name: "INVALID",
      status: 422,
      pointers: ["/AppId", "/Sender", "/MsgType", "/Content", "/Receiver/0"],
    },
    {
      what: "an AppId that is not the client's",
      body: { ...JSON.parse(BODY), AppId: 8, Receiver: [1] },
      name: "FORBIDDEN",
      status: 403,
      pointers: ["/AppId"],
    },
    // Lambda parses the body itself: digits of a number past 2^53 are lost by then, and that must not go unseen
    { what: "an id that lost digits", body: JSON.parse(BODY), name: "INVALID", status: 422, pointers: ["/Receiver/0"] },
  ])(
    "throws an error of the code's name, the problem document as its message: $what",
    async ({ body, name, status, pointers }) => {
      const { problem, ...error } = await refusal(body);
      expect(error).toEqual({ name, stack: "" });
      expect(problem).toMatchObject({ type: "about:blank", status });
      expect(problem.errors?.map((fault: { pointer: string }) => fault.pointer)).toEqual(pointers);
      expect(targets()).toEqual([]);
    },
  );

  it("says of a failure of ours no more than the id to look for", async () => {
    tableStatus = 400;
    const { name, problem } = await refusal({ ...JSON.parse(BODY), Receiver: [1] });
    expect({ name, status: problem.status }).toEqual({ name: "INTERNAL", status: 500 });
    expect(problem.detail).toBe("something went wrong here; the log has it under r1");
  });
});
