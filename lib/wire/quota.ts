import { dynamoDueJobs } from "../adapters/dynamo-due-jobs.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { type Environment, readConfig } from "../config.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import { makeControlQuota } from "../use-cases/control-quota.ts";
import { makeCountWaiting } from "../use-cases/count-waiting.ts";
import { makeReserveOutside } from "../use-cases/reserve-outside.ts";
import { makeBucket } from "./bucket.ts";
import { clock, makeDynamo, makeSqs } from "./common.ts";
import { accountFor } from "./create-settings.ts";
import { makeDoor } from "./door.ts";

/** @throws {BadConfig} at cold start */
export function wireQuota(env: Environment) {
  const config = readConfig(env);
  const { accounts, shareAgeMs } = config;
  const client = makeDynamo();
  const table = { client, table: config.resultsTable };
  const quota = makeBucket(config, client);
  const waiting = makeCountWaiting({
    due: dynamoDueJobs(table),
    jobs: dynamoJobStore(table),
    tallies: dynamoTallies(table),
    clock,
    shareAgeMs,
  });
  return {
    /** What of it is used, set, waiting; `withChanges`: also who set it. */
    async view(account: string, withChanges: boolean) {
      const state = await quota.state(account);
      const [lanes, changes] = await Promise.all([
        waiting(account, state.policy, state.usage),
        withChanges ? quota.changes(account) : undefined,
      ]);
      return { ...state, account, waiting: lanes, ...(changes && { changes }) };
    },
    makeControl: (nameOf: (field: keyof QuotaPolicy) => string) =>
      makeControlQuota({
        quota,
        nudges: sqsNudges({ client: makeSqs(), urls: config.queueUrls }),
        clock,
        marginMs: accounts.policy.marginMs,
        nameOf,
      }),
    reserve: makeReserveOutside({ bucket: quota, quota, clock, accountOf: accountFor(config) }),
    accounts,
    door: makeDoor(config, client),
  };
}
