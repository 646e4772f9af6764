import { describe, expect, it } from "vitest";
import { beginImport } from "../../lib/domain/list-upload.ts";
import {
  CSV_HEADER,
  toAcceptedBody,
  toAcceptedHeaders,
  toCsvRow,
  toJobBody,
  toJobSummary,
  toOutcomeBody,
} from "../../lib/http/present.ts";
import type { JobView } from "../../lib/use-cases/query-jobs.ts";
import { aJob, NOW } from "../support/a-job.ts";

const message = { AppId: 7, Sender: "9223372036854775807", MsgType: 10001, Content: "hello" };
const job = aJob({ id: "job", receivers: 1_000, batches: 2, estimatedSeconds: 5 });
const quota = { messages: 12_000, windowMs: 60_000, marginMs: 0 };
const NOBODY = { pending: 0, sent: 0, failed: 0, unknown: 0, canceled: 0 };

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

describe("a job whose list is uploaded", () => {
  const upload = { format: "csv", gzip: false, maxBadLines: 0 } as const;
  const waiting = aJob({ id: "job", state: "awaiting-list", receivers: 0, batches: 0, upload });
  const accepted = { job: waiting, replayed: false, dryRun: false };

  it("is taken with where its file goes, and without a size that nobody knows", () => {
    const fields = { key: "uploads/job/run" };
    const link = { method: "POST", url: "https://lists", fields, expiresAtMs: NOW, maxBytes: 5 } as const;
    const Upload = {
      Method: "POST",
      Url: "https://lists",
      Fields: fields,
      ExpiresAt: "2026-01-31T08:00:00.000Z",
      MaxBytes: 5,
    };
    expect(toAcceptedBody({ ...accepted, link })).toEqual({ JobId: "job", Status: "awaiting-list", Upload });
    expect(toAcceptedBody({ ...accepted, replayed: true })).toEqual({ JobId: "job", Status: "awaiting-list" });
  });

  it("shows how far its import has come, and the link of its report", () => {
    const imported = { ...beginImport({ etag: "e", bytes: 9 }), bytes: 4, place: { offset: 4, lines: 2 }, badLines: 1 };
    const view = { job: { ...waiting, import: imported }, message, counts: NOBODY };
    const Import = { Bytes: 4, TotalBytes: 9, Lines: 2, BadLines: 1 };
    expect(toJobBody(view, quota, NOW)).toMatchObject({ Receivers: 0, Import });
    expect(toJobBody({ ...view, reportLink: "https://report" }, quota, NOW).Import).toEqual({
      ...Import,
      Report: "https://report",
    });
    expect(toJobBody({ ...view, job: waiting }, quota, NOW)).not.toHaveProperty("Import");
  });
});

describe("a job", () => {
  const counts = { pending: 600, sent: 300, failed: 60, unknown: 40, canceled: 0 };
  const view: JobView = { job, message, counts };

  it("in a list", () => {
    expect(toJobSummary(job)).toEqual({
      JobId: "job",
      Status: "running",
      AppId: 7,
      Lane: "bulk",
      Receivers: 1_000,
      DuplicatesDropped: 0,
      Batches: 2,
      CreatedAt: "2026-01-31T08:00:00.000Z",
    });
    const named = toJobSummary({ ...job, label: "Spring", tags: { a: "b" } });
    expect(named).toEqual({ ...toJobSummary(job), Label: "Spring", Tags: { a: "b" } });
  });

  it("on its way: exact tally, rate, time left", () => {
    expect(toJobBody(view, quota, NOW + 8_000)).toEqual({
      ...toJobSummary(job),
      Message: message,
      Delivery: "at-most-once",
      ExpiresAt: "2026-03-02T08:00:00.000Z",
      Tally: { Pending: 600, Sent: 300, Failed: 60, Unknown: 40, Canceled: 0 },
      ReceiversPerSecond: 50,
      EstimatedSeconds: 3,
      History: [],
    });
  });

  it.each([
    { when: "in its first second", nowMs: NOW, want: 400 },
    { when: "by a clock that steps back", nowMs: NOW - 5_000, want: 400 },
    { when: "to one decimal", nowMs: NOW + 7_000, want: 57.1 },
  ])("has a rate $when", ({ nowMs, want }) => {
    expect(toJobBody(view, quota, nowMs)).toMatchObject({ ReceiversPerSecond: want });
  });

  it("counts its rate from NotBefore", () => {
    const later = { ...job, notBeforeMs: NOW + 1_000 };
    expect(toJobBody({ ...view, job: later }, quota, NOW + 9_000)).toMatchObject({ ReceiversPerSecond: 50 });
  });

  it.each([
    { state: "done", counts: { ...NOBODY, sent: 1_000 } },
    { state: "canceled", counts: { ...NOBODY, sent: 1, canceled: 999 } },
  ] as const)("that is $state needs no rate and no time", ({ state, counts }) => {
    const body = toJobBody({ job: { ...job, state }, message, counts }, quota, NOW);
    expect(body).toMatchObject({ Status: state, Tally: { Pending: 0, Canceled: counts.canceled } });
    expect(body).not.toHaveProperty("ReceiversPerSecond");
    expect(body).not.toHaveProperty("EstimatedSeconds");
  });

  it("says who did what, why it was stopped, and what it is a retry of, where there is something to say", () => {
    const told = toJobBody(
      {
        ...view,
        job: {
          ...job,
          notBeforeMs: NOW + 1_000,
          expiresAtMs: NOW + 2_000,
          history: [{ atMs: NOW, event: "pause", by: "123456789012:user/a" }],
          reason: "its receiver list is damaged",
          source: { job: "source", run: "run", include: [] },
        },
      },
      quota,
      NOW,
    );
    expect(told).toMatchObject({
      NotBefore: "2026-01-31T08:00:01.000Z",
      ExpiresAt: "2026-01-31T08:00:02.000Z",
      History: [{ At: "2026-01-31T08:00:00.000Z", Event: "pause", By: "123456789012:user/a" }],
      Reason: "its receiver list is damaged",
      RetryOf: "source",
    });
    const plain = toJobBody(view, quota, NOW);
    for (const name of ["NotBefore", "Reason", "RetryOf"]) expect(plain).not.toHaveProperty(name);
  });

  it("without a message yet shows none", () => {
    expect(toJobBody({ ...view, message: undefined }, quota, NOW)).not.toHaveProperty("Message");
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
    {
      when: "sent with a negative message id, which is a number and no formula",
      outcome: { userId: "5", status: "sent", messageId: "-7368834896123456789" },
      body: { UserId: "5", Status: "sent", MessageId: "-7368834896123456789" },
      row: "5,sent,-7368834896123456789,,,,\r\n",
    },
  ] as const)("$when", ({ outcome, body, row }) => {
    expect(toOutcomeBody(outcome)).toEqual(body);
    expect(toCsvRow(outcome)).toBe(row);
    expect(CSV_HEADER).toBe("UserId,Status,MessageId,Code,RequestId,MaybeTwice,At\r\n");
  });
});
