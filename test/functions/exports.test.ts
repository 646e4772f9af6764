import { createHash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { S } from "../../lib/adapters/dynamo-attributes.ts";
import { toExportItem } from "../../lib/adapters/dynamo-export-item.ts";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { OutcomeExport } from "../../lib/domain/outcome-export.ts";
import type { Reply, Request } from "../../lib/http/request.ts";
import { aRequest } from "../http/request.ts";
import { aJob } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

const JOB = "0123456789abcdefghijklmno";
const RUN = "run0123456789abc";
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");
const USER = "arn:aws:iam::123456789012:user/a";
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const job: Job = aJob({ id: JOB, run: RUN, clientId: "123456789012:user/a", goneAtMs: FAR_MS });

describe("exports", () => {
  let stored: Job | undefined;
  let made: OutcomeExport | undefined;
  const calls = fakeAws(({ target, body }) => {
    if (target === "SendMessage") return { MessageId: "m", MD5OfMessageBody: md5(String(body["MessageBody"])) };
    if (target !== "GetItem") return undefined;
    const { sk } = body["Key"] as { sk: { S: string } };
    if (sk.S === "JOB") return stored ? { Item: toJobItem(stored, "token") } : {};
    return made ? { Item: { ...toExportItem(made), token: S("token") } } : {};
  });
  const handlers: Record<string, (request: Request, given: typeof context) => Promise<Reply>> = {};
  let write: typeof import("../../functions/export-outcomes.ts").handler;
  beforeAll(async () => {
    handlers["POST"] = (await import("../../functions/request-export.ts")).handler;
    handlers["GET"] = (await import("../../functions/get-export.ts")).handler;
    ({ handler: write } = await import("../../functions/export-outcomes.ts"));
  });
  beforeEach(() => {
    stored = job;
    made = undefined;
  });
  const call = async (method: string, parts: Parameters<typeof aRequest>[0]) => {
    const headers = { "content-type": "application/json" };
    const request = aRequest({ method, userArn: USER, headers, params: { JobId: JOB }, ...parts });
    return (await handlers[method]?.(request, context)) ?? {};
  };

  it.each([
    { method: "POST", parts: { body: "[]" }, status: 400 },
    { method: "POST", parts: { body: '{"Format":"xml","Status":"x"}' }, status: 422 },
    { method: "POST", parts: { params: { JobId: "x" } }, status: 404 },
    { method: "GET", parts: { query: { Format: "xml" } }, status: 422 },
    { method: "GET", parts: {}, status: 404 },
  ])("answer $method $parts with $status, and write nothing", async ({ method, parts, status }) => {
    expect((await call(method, parts)).statusCode).toBe(status);
    expect(calls.filter(({ target }) => target !== "GetItem")).toEqual([]);
  });

  it("are written down before they are queued", async () => {
    const { statusCode, headers } = await call("POST", { body: '{"Status":"failed"}' });
    expect({ statusCode, location: headers?.["location"] }).toEqual({
      statusCode: 202,
      location: `/v1/jobs/${JOB}/outcomes/export?Format=csv&Status=failed`,
    });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "GetItem", "PutItem", "SendMessage"]);
    expect(calls[2]?.body).toMatchObject({
      Item: { pk: { S: `RUN#${RUN}` }, sk: { S: "EXPORT#csv#failed#" } },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(JSON.parse(String(calls[3]?.body["MessageBody"]))).toEqual({
      ...{ v: 1, job: JOB, run: RUN },
      request: { format: "csv", status: "failed" },
    });
  });

  it("that are done lead to their file", async () => {
    made = anExport({ run: RUN, state: "done", doneAtMs: 1 });
    const { statusCode, headers } = await call("GET", {});
    expect(statusCode).toBe(303);
    const link = new URL(String(headers?.["location"]));
    expect(link.pathname).toBe(`/lists/reports/${RUN}/outcomes-${made.file}.csv`);
    expect(link.searchParams.get("X-Amz-Expires")).toBe("3600");
  });

  it.each([
    { when: "is done", state: "done" as const },
    { when: "failed", state: "failed" as const },
  ])("that $when are not written again", async ({ state }) => {
    made = anExport({ run: RUN, state });
    const body = JSON.stringify({ v: 1, job: JOB, run: RUN, request: { format: "csv" } });
    const event = { Records: [sqsRecord("a", body, { queue: "exports" })] };
    expect(await write(event, context)).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ target }) => target)).toEqual(["GetItem", "GetItem"]);
  });

  it.each(["hello", "{}"])("are not made of %s: it comes again", async (body) => {
    const event = { Records: [sqsRecord("a", body, { queue: "exports" })] };
    expect(await write(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "a" }] });
    expect(calls.map(({ target }) => target)).toEqual(["ChangeMessageVisibility"]);
    expect(calls[0]?.body).toMatchObject({ QueueUrl: process.env["EXPORTS_QUEUE_URL"] });
  });
});
