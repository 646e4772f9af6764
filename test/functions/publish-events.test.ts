import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import type { Job } from "../../lib/domain/job.ts";
import { aJob } from "../support/a-job.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");

const FAR_MS = Date.parse("2100-01-01T00:00:00Z");
const SCHEDULED = { "detail-type": "Scheduled Event" } as Parameters<Handler>[0];
/** The index is spread over eight. */
const QUERIES: readonly string[] = Array(8).fill("Query");

type Handler = typeof import("../../functions/publish-events.ts").handler;

describe("publishEvents", () => {
  const done: Job = aJob({
    ...{ id: "0123456789abcdefghijklmno", run: "run0123456789abc", version: 5, events: true, state: "done" },
    ...{ receivers: 1_000, batches: 2, cursor: 2, shares: [], goneAtMs: FAR_MS, publishAtMs: 1 },
    outbox: [{ type: "JobCompleted", version: 5, atMs: 1_769_846_400_000 }],
  });
  let isAway: boolean;
  const calls = fakeAws(({ target, body }) => {
    const { ":pk": pk } = (body["ExpressionAttributeValues"] ?? {}) as Record<string, { S: string }>;
    if (target === "Query" && body["IndexName"] === "outbox") {
      const item = toJobItem(done, "t");
      return { Items: pk?.S === item["outboxPk"]?.S ? [item] : [] };
    }
    if (target === "Query") return { Items: [] }; // no tally yet
    if (target === "GetItem") return { Item: toJobItem(done, "token") };
    if (target === "PutEvents") return isAway ? { __type: "AccessDeniedException" } : { Entries: [{ EventId: "e" }] };
    return undefined;
  });
  let handler: Handler;
  beforeAll(async () => {
    ({ handler } = await import("../../functions/publish-events.ts"));
  });
  beforeEach(() => {
    isAway = false;
  });
  const targets = () => calls.map(({ target }) => target);
  const nudged = (...bodies: string[]) =>
    handler({ Records: bodies.map((body, i) => sqsRecord(`m${i}`, body, { queue: "events" })) }, context);

  it("each minute publishes what is due, and takes it out of the outbox after that", async () => {
    expect(await handler(SCHEDULED, context)).toBeUndefined();
    expect(targets()).toEqual([...QUERIES, "GetItem", "Query", "PutEvents", "UpdateItem"]);
    const [put, write] = calls.slice(-2);
    const entries = (put?.body["Entries"] ?? []) as Record<string, string>[];
    const [{ EventBusName, Source, DetailType, Detail = "{}" } = {}] = entries;
    expect({ EventBusName, Source, DetailType }).toEqual({
      ...{ EventBusName: "volley-test", Source: "volley", DetailType: "JobCompleted" },
    });
    expect(JSON.parse(Detail)).toMatchObject({
      ...{ specversion: "1.0", id: `${done.run}.5.JobCompleted`, source: "/volley/test" },
      data: { JobId: done.id, Status: "done", Tally: { Pending: 0, Canceled: 1_000 } },
    });
    expect(write?.body["UpdateExpression"]).toMatch(/REMOVE .*#outboxPk.*#outboxAt/);
    expect(write?.body["ConditionExpression"]).toBe("#run = :wasRun AND #version = :wasVersion");
  });

  it("a nudge does the same for one job, and is done with", async () => {
    const body = JSON.stringify({ v: 1, job: done.id });
    expect(await nudged(body)).toEqual({ batchItemFailures: [] });
    expect(targets()).toEqual(["GetItem", "Query", "PutEvents", "UpdateItem"]);
  });

  it("while the bus is away it writes nothing, and the nudge is done with: the next minute tries again", async () => {
    isAway = true;
    const body = JSON.stringify({ v: 1, job: done.id });
    expect(await nudged(body)).toEqual({ batchItemFailures: [] });
    expect(targets()).not.toContain("UpdateItem");
  });

  it("lets messages come again that are none of ours", async () => {
    const answer = await nudged("hello", '{"v":2,"job":"0123456789abcdefghijklmno"}', '{"v":1}');
    expect(answer?.batchItemFailures).toHaveLength(3);
  });
});
