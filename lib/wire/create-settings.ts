import type { Config } from "../config.ts";
import { accountOf, policyOf } from "../domain/account.ts";
import { alignedBatchSize } from "../domain/quota/whole-or-part.ts";
import type { CreateJobSettings } from "../use-cases/plan-job.ts";
import { MAX_BATCH } from "../volcengine/limits.ts";

/** What making jobs needs of the settings. */
export const createSettings = ({ accounts, ttlMs, shareAgeMs }: Config): CreateJobSettings => ({
  cutOf: (account) => {
    const quota = policyOf(accounts, account);
    return { quota, bulkBatchSize: alignedBatchSize(quota, MAX_BATCH) };
  },
  maxBatch: MAX_BATCH,
  ttlMs,
  shareAgeMs,
});

/** Whose quota a message to an AppId spends. */
export const accountFor =
  ({ accounts }: Config) =>
  (appId: number): string | undefined =>
    accountOf(accounts, appId);
