import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import { EMPTY_LEDGER } from "../../lib/domain/quota/ledger.ts";
import { usage } from "../../lib/domain/quota/usage.ts";
import { makeCountWaiting } from "../../lib/use-cases/count-waiting.ts";
import { aJob, NOW } from "../support/a-job.ts";

const POLICY = { messages: 12_000, windowMs: 60_000, marginMs: 0, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const BULK = { lane: "bulk", receivers: 24_500, batches: 49, batchSize: 500, cursor: 9 } as const;

/** @param counted receivers of finished batches, by run */
function waitingOf(
  jobs: readonly Job[],
  more: { counted?: number; index?: readonly string[] } = {},
  at = EMPTY_LEDGER,
) {
  const counts = { sent: more.counted ?? 0, failed: 0, unknown: 0 };
  const count = makeCountWaiting({
    due: {
      due: async (lane, untilMs, limit) =>
        jobs
          .filter((job) => job.lane === lane && (job.dueAtMs ?? Number.POSITIVE_INFINITY) <= untilMs)
          .map(({ id, account }) => ({ id, account }))
          .slice(0, limit),
    },
    jobs: { find: async (id) => jobs.find((job) => job.id === id) },
    tallies: { all: async () => new Map([[0, { counted: new Set([0]), counts, late: {}, lateVersion: 0 }]]) as never },
    clock: { now: () => NOW, sleep: async () => {} },
    shareAgeMs: 300_000,
  });
  return count("account", POLICY, usage(at, POLICY, NOW));
}
const job = (id: string, parts: Partial<Job>): Job =>
  aJob({ id, account: "account", state: "running", dueAtMs: NOW, ...parts });

describe("what waits", () => {
  it("is nothing where nothing runs", async () => {
    const idle = { jobs: 0, receivers: 0, isPart: false };
    expect(await waitingOf([])).toEqual({ express: idle, bulk: idle });
  });

  it("is told lane by lane, with its finish time: express goes first", async () => {
    const express = job("e", { lane: "express", receivers: 400, batches: 1, cursor: 1, dueAtMs: NOW + 300_000 });
    const jobs = [express, job("b", BULK), job("c", { ...BULK, cursor: 0, receivers: 1_000 })];
    expect(await waitingOf(jobs, { counted: 500 })).toEqual({
      express: { jobs: 1, receivers: 400, isPart: false, endsAtMs: NOW + 2_000 },
      bulk: { jobs: 2, receivers: 25_000, isPart: false, endsAtMs: NOW + 127_000 },
    });
  });

  it("leaves out who does not run, and other accounts", async () => {
    const jobs = [
      job("a", { ...BULK, state: "paused" }),
      job("b", { ...BULK, state: "canceling" }),
      job("c", { ...BULK, account: "other" }),
    ];
    expect((await waitingOf(jobs)).bulk).toEqual({ jobs: 0, receivers: 0, isPart: false });
  });

  it("has no finish time in a pause, and a later one in a hold", async () => {
    const jobs = [job("b", BULK)];
    const paused = { ...EMPTY_LEDGER, standing: { pausedAtMs: NOW } };
    expect((await waitingOf(jobs, {}, paused)).bulk).not.toHaveProperty("endsAtMs");
    const hold = { why: "flow", sinceMs: NOW, untilMs: NOW + 9_000, backoffMs: 9, probing: false } as const;
    expect((await waitingOf(jobs, {}, { ...EMPTY_LEDGER, hold })).bulk.endsAtMs).toBe(NOW + 9_000 + 123_000);
  });

  it("says that there is more where it looks at a hundred jobs", async () => {
    const jobs = Array.from({ length: 101 }, (_, i) => job(`j${i}`, { ...BULK, cursor: 0, receivers: 1_000 }));
    expect((await waitingOf(jobs)).bulk).toMatchObject({ jobs: 100, receivers: 100_000, isPart: true });
  });
});
