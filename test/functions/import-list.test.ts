import { hash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import type { Job } from "../../lib/domain/job.ts";
import { aJob } from "../support/a-job.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const SOURCE = "0123456789abcdefghijsource";
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");
const importing = (parts: Partial<Job> = {}): Job =>
  aJob({
    id: JOB,
    state: "importing",
    cursor: 0,
    shares: [],
    dueAtMs: 1,
    expiresAtMs: FAR_MS,
    goneAtMs: FAR_MS,
    source: { job: SOURCE, run: "run0123456789abc", include: [] },
    ...parts,
  });

describe("import-list", () => {
  let stored: Job | undefined;
  let isAway = false;
  let noFile = false;
  const calls = fakeAws(({ target, body }) => {
    if (target === "SendMessage") return { MD5OfMessageBody: hash("md5", String(body["MessageBody"])) };
    if (target.startsWith("HEAD ") && noFile) return 404;
    if (target !== "GetItem") return undefined;
    if (isAway) return 400;
    const { pk } = body["Key"] as { pk: { S: string } };
    return stored && pk.S === `JOB#${stored.id}` ? { Item: toJobItem(stored, "token") } : {};
  });
  let handler: typeof import("../../functions/import-list.ts").handler;
  beforeAll(async () => {
    ({ handler } = await import("../../functions/import-list.ts"));
  });
  beforeEach(() => {
    stored = undefined;
    isAway = false;
  });
  const nudged = (body: string) => handler({ Records: [sqsRecord("a", body, { queue: "imports" })] }, context);
  const NUDGE = JSON.stringify({ v: 1, job: JOB });

  it.each([
    { when: "that is gone", job: undefined },
    { when: "that has its list", job: importing({ state: "running" }) },
    { when: "that somebody else imports at the moment", job: importing({ dueAtMs: FAR_MS }) },
  ])("is done with a nudge for a job $when, and changes nothing", async ({ job }) => {
    stored = job;
    expect(await nudged(NUDGE)).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem"]);
  });

  it("refuses a list whose source is gone, and says why", async () => {
    stored = importing();
    expect(await nudged(NUDGE)).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "UpdateItem", "GetItem", "UpdateItem"]);
    expect(calls[2]?.body).toMatchObject({ Key: { pk: { S: `JOB#${SOURCE}` } }, ConsistentRead: true });
    expect(calls[3]?.body).toMatchObject({
      ExpressionAttributeValues: { ":state": { S: "rejected" }, ":reason": { S: expect.any(String) } },
      UpdateExpression: expect.stringMatching(/ REMOVE .*#dueAt/),
    });
  });

  it.each(["hello", "{}", '{"v":1}', '{"v":1,"job":"UPPER"}'])("buries %s: it says nothing of ours", async (body) => {
    expect(await nudged(body)).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["SendMessage"]);
    expect(calls[0]?.body).toMatchObject({
      QueueUrl: process.env["IMPORTS_DEAD_LETTERS_URL"],
      MessageBody: body,
      MessageAttributes: { Reason: { StringValue: "the message cannot be read" }, MessageId: { StringValue: "a" } },
    });
  });

  it("lets a nudge come again while the table is away", async () => {
    isAway = true;
    expect(await nudged(NUDGE)).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
    expect(calls.at(-1)).toMatchObject({
      target: "ChangeMessageVisibility",
      body: { QueueUrl: process.env["IMPORTS_QUEUE_URL"], VisibilityTimeout: 15 },
    });
  });

  it("looks for the file that S3 tells of, and leaves a job that waits on if there is none", async () => {
    stored = importing({
      state: "awaiting-list",
      dueAtMs: FAR_MS,
      upload: { format: "csv", gzip: false, maxBadLines: 0 },
    });
    noFile = true;
    const key = `uploads/${JOB}/${stored.run}`;
    const record = { eventSource: "aws:s3", eventName: "ObjectCreated:Post", s3: { object: { key } } };
    expect(await nudged(JSON.stringify({ Records: [record] }))).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", `HEAD /lists/${key}`, "UpdateItem"]);
    expect(calls[2]?.body).toMatchObject({ UpdateExpression: expect.stringMatching(/^SET .*#dueAt/) });
  });

  it("is done with S3's test at once", async () => {
    expect(await nudged('{"Service":"Amazon S3","Event":"s3:TestEvent"}')).toEqual({ batchItemFailures: [] });
    expect(calls).toEqual([]);
  });
});
