import type { Config } from "../config.ts";
import { accountOf } from "../domain/account.ts";
import { alignedBatchSize } from "../domain/quota/token-bucket.ts";
import type { CreateJobSettings } from "../use-cases/plan-job.ts";
import { MAX_BATCH } from "../volcengine/limits.ts";

/** What making jobs needs of the settings. */
export const createSettings = ({ quota, ttlMs, shareAgeMs }: Config): CreateJobSettings => ({
  quota,
  maxBatch: MAX_BATCH,
  bulkBatchSize: alignedBatchSize(quota, MAX_BATCH),
  ttlMs,
  shareAgeMs,
});

/** Whose quota a message to an AppId spends. */
export const accountFor =
  ({ quotaScope }: Config) =>
  (appId: number): string =>
    accountOf(quotaScope, appId);
