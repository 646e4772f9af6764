import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { countingUnknown, figuresOf, metricsOf, showingCanceled } from "../../lib/wire/count-events.ts";
import { makeCount, makeShow } from "../../lib/wire/metrics.ts";
import { aJob } from "../support/a-job.ts";

const NAMES = { job: "j", run: "r", batch: 3 };
const QUOTA = { used: 5_000, capacity: 12_000, shares: 3, waiting: 24_000, secondsLeft: 120 } as const;
const RUN = { event: "dispatch-run", account: "a", jobs: 2, queued: 0, room: 9, held: false, ...QUOTA } as const;
const CALLED = { event: "called", account: "a", lane: "bulk", tookMs: 40, sent: 497, ...NAMES } as const;
const NOBODY = { failed: 0, refused: 0, doubtful: 0 };

describe("an event adds to a metric", () => {
  it.each([
    { said: { event: "held", why: "flow", code: "c", account: "a", ...NAMES }, want: [["HeldFlow", 1]] },
    { said: { event: "held", why: "unclear", code: "c", account: "a", ...NAMES }, want: [["HeldUnclear", 1]] },
    { said: { event: "held", why: "credentials", code: "c", account: "a", ...NAMES }, want: [["HeldCredentials", 1]] },
    { said: { event: "not-sent", code: "c", ...NAMES }, want: [["NotSent", 1]] },
    { said: { event: "list-damaged", job: "j", run: "r", what: "short" }, want: [["ListDamaged", 1]] },
    { said: { event: "job-failed", job: "j", error: "e" }, want: [["DispatchFailed", 1]] },
    { said: { event: "not-published", job: "j", run: "r", error: "e" }, want: [["NotPublished", 1]] },
    { said: { event: "outbox-failed", job: "j", error: "e" }, want: [["NotPublished", 1]] },
    { said: { ...RUN, oldestMs: {} }, want: [] },
    {
      said: { ...RUN, oldestMs: { bulk: 299_600, express: 0 } },
      want: [
        ["BulkAge", 300],
        ["ExpressAge", 0],
      ],
    },
    { said: { event: "call failed", code: "c", cause: "e", ...NAMES }, want: [] },
    { said: { ...CALLED, ...NOBODY }, want: [] },
  ] as const)("$said", ({ said, want }) => expect(metricsOf(said)).toEqual(want));
});

describe("an event says of its account", () => {
  it.each([
    { said: { ...CALLED, ...NOBODY }, want: ["a", { UpstreamLatency: 40, Sent: 497 }] },
    { said: { ...CALLED, ...NOBODY, waitedMs: 900 }, want: ["a", { UpstreamLatency: 40, Sent: 497, BulkWait: 900 }] },
    {
      said: { ...CALLED, lane: "express", sent: 0, failed: 1, refused: 2, doubtful: 3, waitedMs: 0 },
      want: ["a", { UpstreamLatency: 40, Failed: 1, Retries: 2, Doubts: 3, ExpressWait: 0 }],
    },
    { said: { ...RUN, oldestMs: {} }, want: ["a", { QuotaUsed: 42, Room: 9, OpenShares: 3, SecondsLeft: 120 }] },
    { said: { event: "not-sent", code: "c", ...NAMES }, want: [] },
  ] as const)("$said.event: $want", ({ said, want }) => expect(figuresOf(said)).toEqual(want));
});

describe("receivers whose outcome is unknown", () => {
  const counted: unknown[] = [];
  const rowsThat = (isWritten: boolean) => {
    const write = async () => isWritten;
    const rows = { record: write, append: write } as unknown as BatchRowStore;
    return countingUnknown(rows, (metric, value) => void counted.push([metric, value]));
  };
  const key = { run: "r", first: "1", on: "batch", goneAtMs: 1 } as const;
  const row = { version: 0, results: [], late: {} } as unknown as Parameters<BatchRowStore["append"]>[1];
  afterEach(() => void counted.splice(0));

  it.each([
    { when: "recorded", unknown: { 1: "CallTimeout", 2: "WorkerLost" }, isWritten: true, want: [["Unknown", 2]] },
    { when: "not recorded: another worker ended the claim", unknown: { 1: "x" }, isWritten: false, want: [] },
    { when: "recorded, and nobody is unknown", unknown: {}, isWritten: true, want: [] },
  ])("are counted when $when", async ({ unknown, isWritten, want }) => {
    const rows = rowsThat(isWritten);
    const result = makeResult({ atMs: 1, sent: { 9: "1" }, unknown });
    expect(await rows.record(key, row, "claim", result)).toBe(isWritten);
    expect(counted.splice(0)).toEqual(want);
    expect(await rows.append(key, row, result)).toBe(isWritten);
    expect(counted).toEqual(want);
  });
});

describe("receivers of a job that ends early", () => {
  const job = aJob();
  it.each([
    {
      when: "its end is written",
      change: { state: "canceled", canceled: 12 },
      written: job,
      want: [["account", { Canceled: 12 }]],
    },
    { when: "somebody else wrote first", change: { state: "canceled", canceled: 12 }, written: undefined, want: [] },
    { when: "everybody has an outcome", change: { state: "expired", canceled: 0 }, written: job, want: [] },
    { when: "it is no end", change: { state: "canceling" }, written: job, want: [] },
  ] as const)("are shown where $when", async ({ change, written, want }) => {
    const shown: unknown[] = [];
    const jobs = { write: async () => written } as unknown as JobStore;
    await showingCanceled(jobs, (...figures) => void shown.push(figures)).write(job, change);
    expect(shown).toEqual(want);
  });
});

describe("what is counted is written to the log in the embedded metric format, under the stage's name", () => {
  const lines: Record<string, unknown>[] = [];
  beforeEach(() => {
    vi.stubEnv("POWERTOOLS_DEV", "true");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
    vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Volley");
    vi.stubEnv("POWERTOOLS_SERVICE_NAME", "volley-prod");
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  });
  afterEach(() => {
    lines.splice(0);
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const written = (dimensions: string[], ...Metrics: { Name: string; Unit: string }[]) =>
    expect.objectContaining({ CloudWatchMetrics: [{ Namespace: "Volley", Dimensions: [dimensions], Metrics }] });

  it("a count is one line, under its own name and that of its alarm", () => {
    const count = makeCount();
    count("BulkAge", 301);
    count("NotDelivered");
    const pair = (Unit: string, ...names: string[]) => written(["service"], ...names.map((Name) => ({ Name, Unit })));
    expect(lines).toEqual([
      { service: "volley-prod", BulkAge: 301, Overdue: 301, _aws: pair("Seconds", "BulkAge", "Overdue") },
      { service: "volley-prod", NotDelivered: 1, Failing: 1, _aws: pair("Count", "NotDelivered", "Failing") },
    ]);
  });

  it("an account's figures are one line together, and name the account", () => {
    const show = makeShow();
    show("a", { Sent: 3, UpstreamLatency: 40 });
    show("b", { Sent: 4 });
    const sent = { Name: "Sent", Unit: "Count" };
    const both = written(["service", "account"], sent, { Name: "UpstreamLatency", Unit: "Milliseconds" });
    expect(lines).toEqual([
      { service: "volley-prod", account: "a", Sent: 3, UpstreamLatency: 40, _aws: both },
      { service: "volley-prod", account: "b", Sent: 4, _aws: written(["service", "account"], sent) },
    ]);
  });
});
