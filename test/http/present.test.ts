import { describe, expect, it } from "vitest";
import { NO_COUNTS } from "../../lib/domain/outcome.ts";
import {
  CSV_HEADER,
  toAcceptedBody,
  toAcceptedHeaders,
  toCsvRow,
  toJobBody,
  toJobSummary,
  toOutcomeBody,
  toQuotaBody,
} from "../../lib/http/present.ts";
import { aJob, NOW } from "../contracts/results-ports.ts";

const message = { AppId: 7, Sender: "9223372036854775807", MsgType: 10001, Content: "hello" };
const job = aJob({ id: "job", message, state: "running", receivers: 1_000, batches: 2, estimatedSeconds: 5 });
const quota = { messages: 12_000, windowMs: 60_000 };

describe("what a client is told when a job is taken", () => {
  const accepted = { job, replayed: false, dryRun: false };

  it("the job and how large it is", () => {
    expect(toAcceptedBody(accepted)).toEqual({
      JobId: "job",
      Status: "running",
      Receivers: 1_000,
      DuplicatesDropped: 0,
      Batches: 2,
      EstimatedSeconds: 5,
    });
    expect(toAcceptedHeaders(accepted)).toEqual({ location: "/v1/jobs/job" });
  });

  it("that it was taken before", () => {
    const headers = { location: "/v1/jobs/job", "idempotency-replayed": "true" };
    expect(toAcceptedHeaders({ ...accepted, replayed: true })).toEqual(headers);
  });

  it("that it was not, on a dry run: there is no job to look for", () => {
    const size = { Receivers: 1_000, DuplicatesDropped: 0, Batches: 2, EstimatedSeconds: 5 };
    expect(toAcceptedBody({ ...accepted, dryRun: true })).toEqual({ DryRun: true, ...size });
    expect(toAcceptedHeaders({ ...accepted, dryRun: true })).toEqual({});
  });
});

describe("a job", () => {
  const counts = { ...NO_COUNTS, sent: 300, failed: 60, unknown: 30, canceled: 10 };
  const view = { job, counts, pending: 600 };

  it("in a list", () => {
    expect(toJobSummary({ ...job, appId: 7 })).toEqual({
      JobId: "job",
      Status: "running",
      AppId: 7,
      Lane: "bulk",
      Receivers: 1_000,
      DuplicatesDropped: 0,
      Batches: 2,
      CreatedAt: "2026-01-31T08:00:00.000Z",
    });
  });

  it("on its way: exact tally, rate, time left", () => {
    expect(toJobBody(view, quota, NOW + 8_000)).toMatchObject({
      JobId: "job",
      Status: "running",
      Message: message,
      Delivery: "at-most-once",
      Tally: { Pending: 600, Sent: 300, Failed: 60, Unknown: 30, Canceled: 10 },
      ReceiversPerSecond: 50,
      EstimatedSeconds: 3,
    });
  });

  it.each([
    { when: "in its first second", nowMs: NOW, want: 400 },
    { when: "by a clock that steps back", nowMs: NOW - 5_000, want: 400 },
  ])("has a rate $when", ({ nowMs, want }) => {
    expect(toJobBody(view, quota, nowMs)).toMatchObject({ ReceiversPerSecond: want });
  });

  it("with everybody answered needs no rate and no time", () => {
    const body = toJobBody({ job, counts: { ...NO_COUNTS, sent: 1_000 }, pending: 0 }, quota, NOW);
    expect(body).toMatchObject({ Status: "done", Tally: { Pending: 0, Sent: 1_000 } });
    expect(body).not.toHaveProperty("ReceiversPerSecond");
    expect(body).not.toHaveProperty("EstimatedSeconds");
  });

  it("says its times where it has some", () => {
    const timed = { ...job, notBeforeMs: NOW + 1_000, expiresAtMs: NOW + 2_000 };
    expect(toJobBody({ ...view, job: timed }, quota, NOW)).toMatchObject({
      NotBefore: "2026-01-31T08:00:01.000Z",
      ExpiresAt: "2026-01-31T08:00:02.000Z",
    });
    expect(toJobBody(view, quota, NOW)).not.toHaveProperty("NotBefore");
  });
});

describe("an outcome", () => {
  it.each([
    {
      when: "sent, maybe twice",
      outcome: {
        userId: "1",
        status: "sent",
        messageId: "7368834896123456789",
        requestId: "r",
        maybeTwice: true,
        atMs: NOW,
      },
      body: {
        UserId: "1",
        Status: "sent",
        MessageId: "7368834896123456789",
        RequestId: "r",
        MaybeTwice: true,
        At: "2026-01-31T08:00:00.000Z",
      },
      row: "1,sent,7368834896123456789,,r,true,2026-01-31T08:00:00.000Z\r\n",
    },
    {
      when: "failed",
      outcome: { userId: "2", status: "failed", code: "FailedReceiver", atMs: NOW },
      body: { UserId: "2", Status: "failed", Code: "FailedReceiver", At: "2026-01-31T08:00:00.000Z" },
      row: "2,failed,,FailedReceiver,,,2026-01-31T08:00:00.000Z\r\n",
    },
    {
      when: "pending",
      outcome: { userId: "3", status: "pending" },
      body: { UserId: "3", Status: "pending" },
      row: "3,pending,,,,,\r\n",
    },
    {
      when: "failed with a code no upstream gives",
      outcome: { userId: "4", status: "failed", code: 'a,"b"\r\nc' },
      body: { UserId: "4", Status: "failed", Code: 'a,"b"\r\nc' },
      row: '4,failed,,"a,""b""\r\nc",,,\r\n',
    },
  ] as const)("$when", ({ outcome, body, row }) => {
    expect(toOutcomeBody(outcome)).toEqual(body);
    expect(toCsvRow(outcome)).toBe(row);
    expect(CSV_HEADER).toBe("UserId,Status,MessageId,Code,RequestId,MaybeTwice,At\r\n");
  });
});

describe("the quota", () => {
  it.each([
    { usage: { used: 1, reservedAhead: 2, capacity: 12_000 }, held: {} },
    {
      usage: { used: 1, reservedAhead: 2, capacity: 9_600, heldUntilMs: NOW },
      held: { HeldUntil: "2026-01-31T08:00:00.000Z" },
    },
  ])("$usage", ({ usage, held }) => {
    expect(toQuotaBody("account", quota, usage)).toEqual({
      Account: "account",
      Quota: 12_000,
      WindowSeconds: 60,
      Used: 1,
      ReservedAhead: 2,
      Capacity: usage.capacity,
      ...held,
    });
  });
});
