import type { Examples } from "./operation.ts";

// What goes in and what comes out, as README.md and docs/ show it.

const message = { AppId: 666675, Sender: 10001, MsgType: 10001, Content: '{"text":"hi"}' };
const jobId = "297tozjsw2xtyqoc7bi7y8a4s";
const size = { Receivers: 3, DuplicatesDropped: 0, Batches: 1, EstimatedSeconds: 1 };

export const JOB_REQUESTS: Examples = {
  now: {
    summary: "To three users; an id past 2^53 as a string",
    value: { ...message, Receiver: [1, 2, "9007199254740993"] },
  },
  carefully: {
    summary: "In the bulk lane, sent again where a call breaks",
    value: { ...message, Receiver: ["1"], Options: { Lane: "bulk", Delivery: "at-least-once" } },
  },
  named: {
    summary: "Under a label and a tag, to be found again",
    value: { ...message, Receiver: ["1"], Options: { Label: "Spring", Tags: { campaign: "spring" } } },
  },
  upload: {
    summary: "To those in a CSV file that is uploaded next",
    value: { ...message, ReceiverUpload: { Format: "csv", Column: "UserId" }, Options: { MaxBadLines: 10 } },
  },
  gently: {
    summary: "By day, slowly, not to those who have it, and no further once too many fail",
    value: {
      ...{ ...message, Receiver: ["1", "2"] },
      Options: {
        SendWindow: { From: "09:00", To: "21:00", TimeZone: "Asia/Shanghai" },
        MaxPerMinute: 600,
        PauseAfterFailures: { Percent: 5, Of: 1000 },
        Except: { Receiver: ["2"] },
      },
    },
  },
  dryRun: { summary: "Only checked and counted", value: { ...message, Receiver: [1, 1], Options: { DryRun: true } } },
};

export const RETRY_REQUESTS: Examples = {
  failed: { summary: "Those who failed", value: {} },
  unknown: {
    summary: "Also those of whom it is unknown: they may get the message twice",
    value: { Include: ["unknown"] },
  },
};

export const ACCEPTED: Examples = {
  accepted: { summary: "Sending begins", value: { JobId: jobId, Status: "running", ...size } },
};

export const AWAITING: Examples = {
  awaiting: {
    summary: "The file is expected",
    value: {
      ...{ JobId: jobId, Status: "awaiting-list" },
      Upload: {
        ...{ Method: "POST", Url: "https://bucket.example/", Fields: { key: "uploads/…" } },
        ...{ ExpiresAt: "2026-01-31T09:00:00.000Z", MaxBytes: 1_073_741_824 },
      },
    },
  },
};

export const DRY_RUN: Examples = { dryRun: { summary: "Nothing was made", value: { DryRun: true, ...size } } };

export const EXPORT_REQUESTS: Examples = {
  all: { summary: "Everybody, as CSV", value: {} },
  failed: { summary: "Those who failed, as NDJSON", value: { Format: "ndjson", Status: "failed" } },
};

export const EXPORT: Examples = {
  running: {
    summary: "It is being written",
    value: {
      ...{ Status: "running", Format: "csv", Filter: {}, Rows: 100_000, Bytes: 9_000_000 },
      RequestedAt: "2026-01-31T08:00:00.000Z",
    },
  },
};

export const CALLBACK: Examples = {
  waiting: {
    summary: "The event goes out again",
    value: { JobId: jobId, Callback: { Url: "https://example.com/volley", State: "waiting", Attempts: 0 } },
  },
};

const summary = {
  ...{
    JobId: jobId,
    Status: "running",
    AppId: 666675,
    Lane: "express",
    Receivers: 3,
    DuplicatesDropped: 0,
    Batches: 1,
  },
  CreatedAt: "2026-01-31T08:00:00.000Z",
};

export const SUMMARY: Examples = { running: { summary: "A job", value: summary } };

export const JOB_LIST: Examples = { page: { summary: "The only page", value: { Jobs: [summary] } } };

export const JOB: Examples = {
  running: {
    summary: "Two of three are sent",
    value: {
      ...summary,
      Message: { ...message, Sender: "10001" },
      Delivery: "at-most-once",
      ExpiresAt: "2026-03-02T08:00:00.000Z",
      Tally: { Pending: 1, Sent: 2, Failed: 0, Unknown: 0, Canceled: 0 },
      ReceiversPerSecond: 2,
      EstimatedSeconds: 1,
      History: [{ At: "2026-01-31T08:00:00.000Z", Event: "accepted", By: "local" }],
    },
  },
};

const call = { RequestId: "2026112322252600000000000BEE6D4F", At: "2026-01-31T08:00:01.375Z" };
const sent = { UserId: "9007199254740993", Status: "sent", MessageId: "7467368000000002253", ...call };
const failed = { UserId: "2", Status: "failed", Code: "FailedReceiver", ...call };

export const OUTCOME: Examples = {
  sent: { summary: "The vendor took it", value: sent },
  pending: { summary: "Not decided yet", value: { UserId: "9007199254740993", Status: "pending" } },
};

export const OUTCOME_LIST: Examples = {
  page: {
    summary: "A page with more behind it",
    value: { Outcomes: [failed, sent], Cursor: "YWZ0ZXI6OTAwNzE5OTI1NDc0MDk5Mw" },
  },
};

export const HEALTH: Examples = { ok: { summary: "It runs", value: { Status: "ok" } } };
