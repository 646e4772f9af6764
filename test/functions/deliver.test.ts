import type { SQSRecord } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import type { Job } from "../../lib/domain/job.ts";
import { aJob } from "../support/a-job.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const RUN = "run0123456789abc";
const SHARE = "share0123456789a";
const task = { v: 1, job: JOB, run: RUN, share: SHARE, batch: 0, receivers: "1,2" };
const TASK = JSON.stringify(task);
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");

const running = (parts: Partial<Job> = {}): Job =>
  aJob({
    id: JOB,
    run: RUN,
    receivers: 2,
    shares: [{ id: SHARE, batches: [[0, 1]], queuedAtMs: 1 }],
    expiresAtMs: FAR_MS,
    goneAtMs: FAR_MS,
    ...parts,
  });

describe("deliver", () => {
  let stored: object[] = [];
  const calls = fakeAws(({ target }) =>
    target === "BatchGetItem" ? { Responses: { results: stored }, UnprocessedKeys: {} } : undefined,
  );
  let handler: typeof import("../../functions/deliver.ts").handler;
  beforeAll(async () => {
    ({ handler } = await import("../../functions/deliver.ts"));
  });
  beforeEach(() => {
    stored = [];
  });
  const deliver = (...Records: SQSRecord[]) => handler({ Records }, context);
  const targets = () => calls.map(({ target }) => target);
  const returned = () => calls.filter(({ target }) => target === "ChangeMessageVisibility").map(({ body }) => body);

  it("lets messages come again that are none of ours, ever later, and only those", async () => {
    const bad = {
      a: "hello",
      c: "{}",
      d: JSON.stringify({ ...task, receivers: "0" }),
      e: JSON.stringify({ ...task, v: 2 }),
    };
    const poison = Object.entries(bad).map(([id, body]) => sqsRecord(id, body, { received: 3 }));
    const { batchItemFailures } = await deliver(sqsRecord("b", TASK), ...poison);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(Object.keys(bad));
    const want = Object.keys(bad).map((id) => ({
      QueueUrl: process.env["BULK_QUEUE_URL"],
      ReceiptHandle: `handle of ${id}`,
      VisibilityTimeout: 60,
    }));
    expect(returned()).toHaveLength(want.length);
    expect(returned()).toEqual(expect.arrayContaining(want));
  });

  it("says which failed even where all did: the rest of the queue is not to blame", async () => {
    expect(await deliver(sqsRecord("a", ""))).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
  });

  it.each([
    { when: "whose job is gone", job: undefined },
    { when: "of another run of the job", job: running({ run: "another0123456789" }) },
    {
      when: "of an older share",
      job: running({ shares: [{ id: "newer0123456789a", batches: [[0, 1]], queuedAtMs: 1 }] }),
    },
    { when: "whose job is paused", job: running({ state: "paused" }) },
    { when: "whose job is over its time", job: running({ expiresAtMs: 1 }) },
  ])("is done with a task $when after one read, and writes nothing", async ({ job }) => {
    stored = job ? [toJobItem(job, "token")] : [];
    expect(await deliver(sqsRecord("a", TASK))).toEqual({ batchItemFailures: [] });
    expect(targets()).toEqual(["BatchGetItem"]);
    expect(calls[0]?.body).toMatchObject({ RequestItems: { results: { ConsistentRead: true }, quota: {} } });
  });

  it("sends a task back that comes before its time, for the time that remains", async () => {
    stored = [toJobItem(running({ notBeforeMs: Date.now() + 30_000 }), "token")];
    expect(await deliver(sqsRecord("a", TASK))).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
    expect(targets()).toEqual(["BatchGetItem", "ChangeMessageVisibility"]);
    const [{ VisibilityTimeout } = {}] = returned();
    expect([29, 30]).toContain(VisibilityTimeout);
  });

  it("sends a task back that meets a live claim, until its lease ends", async () => {
    const until = String(Date.now() + 8_000);
    const claim = { id: { S: "other" }, slot: { N: "1" }, until: { N: until }, count: { N: "2" } };
    const sk = { S: "BATCH#0000000000000000001" };
    stored = [toJobItem(running(), "token"), { pk: { S: `RUN#${RUN}` }, sk, version: { N: "1" }, claim: { M: claim } }];
    expect(await deliver(sqsRecord("a", TASK))).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
    const [{ VisibilityTimeout } = {}] = returned();
    expect([7, 8]).toContain(VisibilityTimeout);
    expect(targets()).toEqual(["BatchGetItem", "ChangeMessageVisibility"]);
  });
});
