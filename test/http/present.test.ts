import { describe, expect, it } from "vitest";
import type { CallbackState } from "../../lib/domain/callback.ts";
import type { Job } from "../../lib/domain/job.ts";
import {
  CSV_HEADER,
  toAcceptedBody,
  toAcceptedHeaders,
  toCallbackBody,
  toCsvRow,
  toJobBody,
  toJobSummary,
  toOutcomeBody,
  toQuotaBody,
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

  it("with a callback: where it stands, and its address without what may be a key", () => {
    const callback = {
      url: "https://example.com:8443/a/b?key=c",
      state: "waiting",
      attempts: 0,
      sinceMs: NOW,
    } as const;
    const of = (parts: Partial<Job>) => toCallbackBody(aJob({ callback, ...parts }));
    const Url = "https://example.com:8443/a/b";
    expect(of({})).toEqual({ Callback: { Url, State: "waiting", Attempts: 0 } });
    const tried = { ...callback, attempts: 3, nextAtMs: NOW + 5, lastStatus: 503, lastError: "CallTimeout" };
    expect(of({ callback: tried })).toEqual({
      Callback: {
        ...{ Url, State: "waiting", Attempts: 3, NextAt: "2026-01-31T08:00:00.005Z" },
        ...{ LastStatus: 503, LastError: "CallTimeout" },
      },
    });
    const outbox = [{ type: "JobPaused", version: 1, atMs: NOW } as const];
    const stateOf = (state: CallbackState, waits: boolean) =>
      of({ callback: { ...callback, state }, ...(waits && { outbox }) }).Callback?.State;
    expect(["delivered", "failed", "ended"].map((state) => stateOf(state as CallbackState, false))).toEqual([
      ...["delivered", "failed", "ended"],
    ]);
    expect(["delivered", "failed", "ended"].map((state) => stateOf(state as CallbackState, true))).toEqual([
      ...["waiting", "waiting", "ended"],
    ]);
    expect(toJobBody({ ...view, job: { ...job, callback } }, quota, NOW)).toMatchObject(of({}));
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
