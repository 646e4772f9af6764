import type { EventBridgeEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import { encodeIds } from "../../lib/domain/list-format.ts";
import { aJob } from "../support/a-job.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

/** As EventBridge sends it. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const SCHEDULED: EventBridgeEvent<"Scheduled Event", object> = {
  version: "0",
  account: "123456789012",
  region: "ap-southeast-1",
  detail: {},
  "detail-type": "Scheduled Event",
  source: "aws.events",
  time: "2026-01-31T08:00:00Z",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  resources: ["arn:aws:events:ap-southeast-1:123456789012:rule/volley-dispatch"],
};
const NUDGE = { v: 1, account: "account", atMs: 1 };
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");
/** Each of two lanes is spread over eight. */
const QUERIES: readonly string[] = Array(16).fill("Query");

vi.stubEnv("POWERTOOLS_DEV", "true"); // metrics go where a test sees them
vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Volley");

describe("dispatch", () => {
  /** A job that starts within the minute, whenever its test comes. */
  const jobSoon = () =>
    aJob({
      id: "0123456789abcdefghijklmno",
      run: "run0123456789abc",
      lane: "express",
      state: "scheduled",
      receivers: 2,
      cursor: 0,
      shares: [],
      expiresAtMs: FAR_MS,
      goneAtMs: FAR_MS,
      notBeforeMs: Date.now() + 50_000,
    });
  let job = jobSoon();
  const message = { AppId: { N: "7" }, Sender: { N: "5" }, MsgType: { N: "1" }, Content: { S: "hello" } };
  const receivers = Buffer.from(encodeIds(BigUint64Array.of(1n, 2n))).toString("base64");
  let isDue: boolean;
  let lockTakenMs: number | undefined;
  let isAway: boolean;
  let letters: string | undefined;
  const calls = fakeAws(({ target, body }) => {
    const { pk = { S: "" }, sk = { S: "" } } = (body["Key"] ?? {}) as Record<string, { S: string }>;
    if (isAway) return { __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" };
    if (target === "Query") {
      const { ":pk": due } = body["ExpressionAttributeValues"] as Record<string, { S: string }>;
      const isHere = isDue && due?.S === toJobItem(job, "")["duePk"]?.S;
      return { Items: isHere ? [{ ...toJobItem(job, "t"), dueAt: { N: "1" } }] : [] };
    }
    if (target === "UpdateItem" && sk.S === "LOCK" && lockTakenMs !== undefined) {
      const Item = { token: { S: "other" }, lastStart: { N: String(lockTakenMs) } };
      return { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", Item };
    }
    if (target === "GetQueueAttributes") return letters ? { Attributes: { ApproximateNumberOfMessages: letters } } : {};
    if (target !== "GetItem") return undefined;
    if (sk.S === "JOB") return { Item: toJobItem(job, "token") };
    return sk.S === "MESSAGE" ? { Item: { pk, sk, message: { M: message }, receivers: { B: receivers } } } : {};
  });
  let handler: typeof import("../../functions/dispatch.ts").handler;
  beforeAll(async () => {
    ({ handler } = await import("../../functions/dispatch.ts"));
  });
  beforeEach(() => {
    job = jobSoon();
    isDue = true;
    lockTakenMs = undefined;
    isAway = false;
    letters = undefined;
    written = vi.spyOn(console, "log").mockImplementation(() => {});
  });
  let written: MockInstance<typeof console.log>;
  /** Names of the metrics that were written, in order. */
  const counted = () =>
    written.mock.calls.flatMap(([line]) =>
      String(line).includes('"_aws"') ? JSON.parse(String(line))._aws.CloudWatchMetrics[0].Metrics[0].Name : [],
    );
  const nudged = (...bodies: readonly string[]) =>
    handler({ Records: bodies.map((body, i) => sqsRecord(`m${i}`, body, { queue: "dispatch" })) }, context);
  const targets = () => calls.map(({ target }) => target);

  it("each minute asks what is due, and does nothing where nothing is, but look for dead letters", async () => {
    isDue = false;
    expect(await handler(SCHEDULED, context)).toBeUndefined();
    expect(targets()).toEqual([...QUERIES, "GetQueueAttributes"]);
    expect(counted()).toEqual(["DispatchRuns"]);
  });

  it("each minute looks into another queue of dead letters, and counts what is there for the alarm on what is urgent", async () => {
    isDue = false;
    letters = "2";
    const looked = new Set<unknown>();
    for (let minute = 0; minute < 7; minute += 1) {
      vi.spyOn(Date, "now").mockReturnValue(FAR_MS + minute * 60_000);
      await handler(SCHEDULED, context);
      looked.add(calls.at(-1)?.body["QueueUrl"]);
    }
    vi.mocked(Date.now).mockRestore();
    const urls = Object.entries(process.env).flatMap(([name, url]) => (/^[A-Z]+_QUEUE_URL$/.test(name) ? url : []));
    expect([...looked].sort()).toEqual(urls.map((url) => `${url}-dead-letters`).sort());
    expect(counted()).toContain("DeadLetters");
    const line = written.mock.calls.map(([text]) => String(text)).find((text) => text.includes('"DeadLetters"'));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ DeadLetters: 2, Urgent: 2 });
  });

  it("each minute changes a job that is due by one conditional write, and queues its tasks after it", async () => {
    await handler(SCHEDULED, context);
    const work = ["UpdateItem", "GetItem", "GetItem", "UpdateItem", "SendMessageBatch", "UpdateItem"];
    expect(targets()).toEqual([...QUERIES, ...work, "GetQueueAttributes"]); // lock, job, list, job, tasks, lock; the quota is read besides
    const [write, tasks] = calls.slice(-4);
    expect(write?.body).toMatchObject({
      Key: { pk: { S: `JOB#${job.id}` } },
      ConditionExpression: "#run = :wasRun AND #version = :wasVersion",
      ExpressionAttributeValues: { ":state": { S: "running" }, ":cursor": { N: "1" } },
    });
    const [{ MessageBody = "", DelaySeconds = 0 } = {}] = (tasks?.body["Entries"] ?? []) as Record<string, never>[];
    expect(JSON.parse(MessageBody)).toMatchObject({ v: 1, job: job.id, run: job.run, batch: 0, receivers: "1,2" });
    expect(DelaySeconds).toBeGreaterThan(0); // of 50; a busy machine takes some of them
    expect(DelaySeconds).toBeLessThanOrEqual(50);
  });

  it("counts the runs of each minute that end, and those that fail; a nudge is no sign that all is looked after", async () => {
    await handler(SCHEDULED, context);
    expect(counted()).toEqual(["QuotaUsed", "DispatchRuns"]); // the account's figures, named by the first
    written.mockClear();
    await nudged(JSON.stringify(NUDGE));
    expect(counted()).toEqual(["QuotaUsed"]);
    isAway = true;
    await expect(handler(SCHEDULED, context)).rejects.toThrow();
    await nudged(JSON.stringify(NUDGE));
    expect(counted()).toEqual(["QuotaUsed", "DispatchFailed", "NotDelivered"]);
  });

  it("a nudge does the same for one account, and is done with", async () => {
    expect(await nudged(JSON.stringify(NUDGE))).toEqual({ batchItemFailures: [] });
    expect(targets()).toContain("SendMessageBatch");
    calls.length = 0;
    expect(await nudged(JSON.stringify({ ...NUDGE, account: "another" }))).toEqual({ batchItemFailures: [] });
    expect(targets()).not.toContain("SendMessageBatch");
  });

  it.each([
    { when: "just before the nudge", lastStart: -1_000, isBack: true },
    { when: "long enough after it to have seen what it is about", lastStart: 3_000, isBack: false },
  ])("a nudge that finds a run that began $when", async ({ lastStart, isBack }) => {
    const atMs = Date.now();
    lockTakenMs = atMs + lastStart;
    const { batchItemFailures = [] } = (await nudged(JSON.stringify({ ...NUDGE, atMs }))) ?? {};
    expect(batchItemFailures).toEqual(isBack ? [{ itemIdentifier: "m0" }] : []);
    const back = calls.filter(({ target }) => target === "ChangeMessageVisibility").map(({ body }) => body);
    const QueueUrl = process.env["DISPATCH_QUEUE_URL"];
    expect(back).toEqual(isBack ? [expect.objectContaining({ QueueUrl })] : []);
    const waits = back.map(({ VisibilityTimeout }) => Number(VisibilityTimeout)); // runs are 5 s apart: 4, less what this took
    expect(waits.filter((seconds) => seconds < 1 || seconds > 4)).toEqual([]);
    expect(targets()).not.toContain("SendMessageBatch");
  });

  it("lets messages come again that are none of ours, and only those", async () => {
    const answer = await nudged("hello", JSON.stringify({ ...NUDGE, v: 2 }), JSON.stringify(NUDGE), "{}");
    expect(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["m0", "m1", "m3"]);
    const back = calls.filter(({ target }) => target === "ChangeMessageVisibility").map(({ body }) => body);
    expect(back.map(({ VisibilityTimeout }) => VisibilityTimeout)).toEqual([15, 15, 15]);
  });
});
