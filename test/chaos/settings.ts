import type { JobOptions } from "../../lib/domain/job-request.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import type { CreateJobSettings } from "../../lib/use-cases/plan-job.ts";
import type { Chance } from "./chance.ts";

export const MINUTE_MS = 60_000;
/** When each schedule begins. */
export const START_MS = Date.parse("2026-01-31T08:00:00Z");
const HOUR_MS = 60 * MINUTE_MS;

/** As serverless.yml and infra/queues.yml have them. */
export const FUNCTIONS = {
  api: { timeoutMs: 29_000 },
  express: { timeoutMs: 30_000, visibilityMs: 60_000, batchSize: 10, mayOutlive: true },
  bulk: { timeoutMs: 120_000, visibilityMs: 720_000, batchSize: 4, mayOutlive: true },
  dispatch: { timeoutMs: 60_000, visibilityMs: 360_000, batchSize: 10, mayOutlive: true },
  imports: { timeoutMs: 900_000, visibilityMs: 5_400_000, batchSize: 1, mayOutlive: true },
} as const;
export const MAX_RECEIVES = 10;

/** What one schedule is set to. Quotas and batches are small, so that a few jobs fill them. */
export type Settings = Readonly<{
  policy: QuotaPolicy;
  create: CreateJobSettings & Readonly<{ bulkBatchSize: number }>;
  callTimeoutMs: number;
  shareAgeMs: number;
  /** Clocks are at most this far from the true time. */
  mostSkewMs: number;
  /** One process's clock is off by this much, far past what the margin covers, so it must not send; 0: none is. */
  strayMs: number;
  /** How often somebody acts right after a write. */
  adversary: number;
  /** `dynamo`: the adapter that runs on AWS keeps the quota. */
  bucket: "memory" | "dynamo";
  expressWorkers: number;
  bulkWorkers: number;
  /** What every job asks for besides. */
  asks: Partial<JobOptions>;
  /** How often a job leaves out whom an earlier one went to. */
  excepts: number;
}>;

export function makeSettings(chance: Chance): Settings {
  const messages = chance.oneOf([12, 12, 60, 300, 1_200]);
  const marginMs = chance.oneOf([300, 300, 3_000]);
  const floor = chance.oneOf([0, 1, messages / 12]);
  const policy = { messages, windowMs: MINUTE_MS, marginMs, floor, minGapMs: 250, callTimeoutMs: 10_000 }; // the longest of those below
  const shareAgeMs = 5 * MINUTE_MS;
  const usual = chance.between(3, 10);
  const maxBatch = chance.between(3, 10);
  const bulkBatchSize = chance.happens(0.03) ? 1 : usual;
  return {
    policy,
    create: {
      cutOf: () => ({ quota: policy, bulkBatchSize }),
      maxBatch,
      bulkBatchSize,
      ttlMs: 6 * HOUR_MS,
      shareAgeMs,
    },
    callTimeoutMs: chance.oneOf([1_000, 4_000, 10_000]),
    shareAgeMs,
    mostSkewMs: chance.oneOf([0, 150]),
    strayMs: chance.oneOf([0, 0, 0, 0, 0, 0, -2_000, 2_000]),
    adversary: chance.oneOf([0, 0, 0.05, 0.2]),
    bucket: chance.oneOf(["memory", "dynamo"]),
    expressWorkers: chance.between(1, 3),
    bulkWorkers: chance.between(1, 3),
    ...{ asks: {}, excepts: 0.15 },
  };
}
