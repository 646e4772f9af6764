import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { watchClock } from "../adapters/dynamo-clock-watch.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { undiciRequestHandler } from "../adapters/undici-request-handler.ts";
import { type Environment, readConfig } from "../config.ts";
import { namesOf } from "../domain/account.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeDeliver } from "../use-cases/deliver.ts";
import { onTime } from "../use-cases/on-time.ts";
import type { SendEvent } from "../use-cases/send-event.ts";
import { makeBucket } from "./bucket.ts";
import { clock, drawId, makeDynamo, makeLogger, makeSqs, now } from "./common.ts";
import { countingUnknown, figuresOf, metricsOf } from "./count-events.ts";
import { SMALL_CALL } from "./deadlines.ts";
import { makeCount, makeShow } from "./metrics.ts";
import { makeRtcOf } from "./rtc-of.ts";
import { makeSettle } from "./settle.ts";

/** @throws {BadConfig} at cold start */
export function wireDeliver(env: Environment) {
  const config = readConfig(env);
  const { accounts, quota, queueUrls, resultsTable, rtc } = config;
  const client = makeDynamo({ requestHandler: undiciRequestHandler(SMALL_CALL) }); // its bundle has undici in it anyway
  const sqs = makeSqs();
  const log = makeLogger();
  const nudges = sqsNudges({ client: sqs, urls: queueUrls });
  const count = makeCount();
  const show = makeShow();
  const isClockOff = watchClock({ client, now, onOff: (aheadMs) => log.error("clock-off", { aheadMs }) });
  const onRefused = (): void => count("ClockOff");
  const bucket = onTime(makeBucket(config, client), { isClockOff, now, onRefused });
  const table = { client, table: resultsTable };

  const report = (said: SendEvent): void => {
    const { event, ...facts } = said;
    if (event === "called") log.debug(event, facts);
    else log.warn(event, facts);
    for (const [metric, value] of metricsOf(said)) count(metric, value);
    const [account, figures] = figuresOf(said);
    if (account !== undefined && figures) show(account, figures);
  };
  // Where all jobs spend one quota, its item is read in the same call as a batch.
  const [only, ...others] = accounts.scope === "account" ? namesOf(accounts) : [];
  const companion = only === undefined || others.length > 0 ? undefined : bucket.companion(only);

  const deliver = makeDeliver({
    rows: countingUnknown(dynamoBatchRowStore({ ...table, ...(companion && { companion }) }), count),
    jobs: announcing(dynamoJobStore(table), nudges),
    tallies: dynamoTallies(table),
    queue: sqsTaskQueue({ client: sqs, urls: queueUrls }),
    nudges,
    bucket,
    rtcOf: makeRtcOf(config),
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
