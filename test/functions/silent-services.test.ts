import type { Context } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import { aRequest } from "../http/request.ts";
import { endAll, listenTcp } from "../integration/loopback.ts";
import { aJob } from "../support/a-job.ts";
import { passTime, simulateTimers } from "../support/pass-time.ts";
import { sqsRecord } from "../support/sqs-record.ts";
import { context, fakeAws } from "./fake-aws.ts";

// Whole functions, while a service of AWS takes connections and never answers. They end in time, and say so.

const JOB = "0123456789abcdefghijklmno";
const RUN = "run0123456789abc";
const SHARE = "share0123456789a";
const TASK = JSON.stringify({ v: 1, job: JOB, run: RUN, share: SHARE, batch: 0, receivers: "1,2" });
const FAR_MS = Date.parse("2100-01-01T00:00:00Z");
const shares = [{ id: SHARE, batches: [[0, 1]] as const, queuedAtMs: 1 }];
const job = aJob({ id: JOB, run: RUN, receivers: 2, shares, expiresAtMs: FAR_MS, goneAtMs: FAR_MS });

/** As serverless.yml sets them. */
const ROUTE_TIMEOUT_MS = 29_000;
const EXPRESS_TIMEOUT_MS = 30_000;

const calls = fakeAws(({ target }) =>
  target === "BatchGetItem" ? { Responses: { results: [toJobItem(job, "token")] }, UnprocessedKeys: {} } : undefined,
);
const isSilent = async (service: "DYNAMODB" | "SECRETS_MANAGER"): Promise<void> => {
  vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, `http://${await listenTcp(() => {})}`);
  vi.resetModules(); // a client reads where it calls when it is made
};
beforeEach(() => {
  for (const service of ["DYNAMODB", "SECRETS_MANAGER"]) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, undefined);
});
afterEach(async () => {
  vi.useRealTimers();
  await endAll();
});

/** One express message, as Lambda hands it over. */
async function deliverOne() {
  const { handler } = await import("../../functions/deliver.ts");
  simulateTimers();
  const endsAt = Date.now() + EXPRESS_TIMEOUT_MS;
  const express = { ...context, getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
  return passTime(handler({ Records: [sqsRecord("a", TASK)] }, express), EXPRESS_TIMEOUT_MS);
}

describe("a silent table", () => {
  it("a reader of a job is told when to ask again", async () => {
    await isSilent("DYNAMODB");
    const { handler } = await import("../../functions/get-job.ts");
    simulateTimers();
    const userArn = "arn:aws:iam::123456789012:user/a";
    const request = aRequest({ method: "GET", path: `/v1/jobs/${JOB}`, params: { JobId: JOB }, userArn });
    const { result } = await passTime(handler(request, context), ROUTE_TIMEOUT_MS);
    expect(result).toMatchObject({ value: { statusCode: 503, headers: { "retry-after": "5" } } });
  });

  it("a task comes again", async () => {
    await isSilent("DYNAMODB");
    const { result } = await deliverOne();
    expect(result).toMatchObject({ value: { batchItemFailures: [{ itemIdentifier: "a" }] } });
  });
});

it("while nobody tells the vendor's keys a task comes again, without a reservation and without a claim", async () => {
  vi.stubEnv("VOLC_SECRET_ID", "vendor");
  await isSilent("SECRETS_MANAGER");
  const { result } = await deliverOne();
  expect(result).toMatchObject({ value: { batchItemFailures: [{ itemIdentifier: "a" }] } });
  expect(calls.map(({ target }) => target).filter((target) => /UpdateItem|PutItem/.test(target))).toEqual([]);
});
