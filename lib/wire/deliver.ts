import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { watchClock } from "../adapters/dynamo-clock-watch.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import { rtcCredentials } from "../adapters/rtc-credentials.ts";
import { secretsManager } from "../adapters/secrets-manager.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { undiciRtc } from "../adapters/undici-rtc.ts";
import { type Environment, readConfig } from "../config.ts";
import { accountOf } from "../domain/account.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeDeliver } from "../use-cases/deliver.ts";
import { onTime } from "../use-cases/on-time.ts";
import type { SendEvent } from "../use-cases/send-event.ts";
import { clock, drawId, makeDynamo, makeLogger, makeSecretsManager, makeSqs, now } from "./common.ts";
import { countingUnknown, figuresOf, metricsOf } from "./count-events.ts";
import { makeCount, makeShow } from "./metrics.ts";
import { makeSettle } from "./settle.ts";

/** @throws {BadConfig} at cold start */
export function wireDeliver(env: Environment) {
  const { quota, quotaScope, quotaTable, queueUrls, resultsTable, rtc, credentials } = readConfig(env);
  const client = makeDynamo();
  const sqs = makeSqs();
  const log = makeLogger();
  const nudges = sqsNudges({ client: sqs, urls: queueUrls });
  const count = makeCount();
  const show = makeShow();
  const isClockOff = watchClock({ client, now, onOff: (aheadMs) => log.error("clock-off", { aheadMs }) });
  const onRefused = (): void => count("ClockOff");
  const bucket = onTime(dynamoTokenBucket({ client, table: quotaTable, policy: quota, now }), {
    isClockOff,
    now,
    onRefused,
  });
  const table = { client, table: resultsTable };

  const report = (said: SendEvent): void => {
    const { event, ...facts } = said;
    if (event === "called") log.debug(event, facts);
    else log.warn(event, facts);
    for (const [metric, value] of metricsOf(said)) count(metric, value);
    const [account, figures] = figuresOf(said);
    if (account !== undefined && figures) show(account, figures);
  };
  // With one account for all, its quota item is read in the same call as a batch.
  const companion = quotaScope === "account" ? bucket.companion(accountOf("account", 0)) : undefined;

  const deliver = makeDeliver({
    rows: countingUnknown(dynamoBatchRowStore({ ...table, ...(companion && { companion }) }), count),
    jobs: announcing(dynamoJobStore(table), nudges),
    tallies: dynamoTallies(table),
    queue: sqsTaskQueue({ client: sqs, urls: queueUrls }),
    nudges,
    bucket,
    rtc: undiciRtc({
      endpoint: rtc.endpoint,
      region: rtc.region,
      timeoutMs: rtc.callTimeoutMs,
      credentials: rtcCredentials(credentials, secretsManager(makeSecretsManager)),
      now,
    }),
    clock,
    random: Math.random,
    drawId,
    report,
    marginMs: quota.marginMs,
    callTimeoutMs: rtc.callTimeoutMs,
  });
  return {
    deliver,
    settleRecords: makeSettle(log, count, sqs, queueUrls),
  };
}
