import { afterEach, describe, expect, it, vi } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import { countingUnknown, metricsOf } from "../../lib/wire/count-events.ts";
import { makeCount } from "../../lib/wire/metrics.ts";

const NAMES = { job: "j", run: "r", batch: 3 };
const RUN = { event: "dispatch-run", account: "a", jobs: 2, queued: 0, room: 9, held: false } as const;

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
  ] as const)("$said", ({ said, want }) => expect(metricsOf(said)).toEqual(want));
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

it("a count is one line of the log in the embedded metric format, under the stage's name and that of its alarm", () => {
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Volley");
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "volley-prod");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const count = makeCount();
  count("BulkAge", 301);
  count("NotDelivered");
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
  log.mockRestore();
  vi.unstubAllEnvs();
  const written = (Unit: string, ...names: string[]) => [
    { Namespace: "Volley", Dimensions: [["service"]], Metrics: names.map((Name) => ({ Name, Unit })) },
  ];
  expect(lines).toEqual([
    expect.objectContaining({ service: "volley-prod", BulkAge: 301, Overdue: 301 }),
    expect.objectContaining({ service: "volley-prod", NotDelivered: 1, Failing: 1 }),
  ]);
  expect(lines.map(({ _aws }) => _aws.CloudWatchMetrics)).toEqual([
    written("Seconds", "BulkAge", "Overdue"),
    written("Count", "NotDelivered", "Failing"),
  ]);
});
