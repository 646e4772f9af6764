import { setTimeout as sleep } from "node:timers/promises";
import { dynamoBatchStore } from "../adapters/dynamo-batch-store.ts";
import { dynamoParkedTasks } from "../adapters/dynamo-parked-tasks.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { dynamoTokenBucket } from "../adapters/dynamo-token-bucket.ts";
import { rtcCredentials } from "../adapters/rtc-credentials.ts";
import { sqsComeAgain } from "../adapters/sqs-come-again.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { undiciRtc } from "../adapters/undici-rtc.ts";
import { type Environment, readConfig } from "../config.ts";
import { accountOf } from "../domain/account.ts";
import { type DeliveryEvent, makeDeliver } from "../use-cases/deliver.ts";
import { expiry, makeDynamo, makeLogger, makeSqs, now } from "./common.ts";
import { makeRing } from "./ring.ts";

/** @throws {BadConfig} at cold start */
export function wireDeliver(env: Environment) {
  const config = readConfig(env);
  const { quota, quotaScope, rtc } = config;
  const client = makeDynamo();
  const sqs = makeSqs();
  const log = makeLogger();
  const ring = makeRing();
  const bucket = dynamoTokenBucket({ client, table: config.quotaTable, policy: quota, now });
  const store = { client, table: config.resultsTable, expiresAtS: expiry(config) };

  const report = (event: DeliveryEvent): void => {
    log.warn(event.event, { ...event });
    if (event.event === "held" && event.why === "credentials") ring("CredentialsRefused");
    if (event.event === "not-sent") ring("NotSent");
  };
  // With one account for all, its quota item rides along when a worker looks at the batch.
  const companion = quotaScope === "account" ? bucket.companion(accountOf("account", 0)) : undefined;

  const deliver = makeDeliver({
    batches: dynamoBatchStore({ ...store, ...(companion && { companion }) }),
    tallies: dynamoTallies(store),
    parked: dynamoParkedTasks(store),
    queue: sqsTaskQueue(sqs, config.queueUrls),
    bucket,
    rtc: undiciRtc({
      endpoint: rtc.endpoint,
      region: rtc.region,
      timeoutMs: rtc.callTimeoutMs,
      credentials: rtcCredentials(config.credentials),
      now,
      onFailure: (code, cause) => log.warn("call failed", { code, cause: String(cause) }),
    }),
    clock: { now, sleep: (ms) => sleep(ms) },
    random: Math.random,
    accountOf: ({ AppId }) => accountOf(quotaScope, AppId),
    report,
    marginMs: quota.marginMs,
    callTimeoutMs: rtc.callTimeoutMs,
  });
  return { deliver, comeAgain: sqsComeAgain(sqs, config.queueUrls), now, log };
}
