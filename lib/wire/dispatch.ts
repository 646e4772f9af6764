import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoDispatchLock } from "../adapters/dynamo-dispatch-lock.ts";
import { dynamoDueJobs } from "../adapters/dynamo-due-jobs.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { sqsDeadLetterWatch } from "../adapters/sqs-dead-letter-watch.ts";
import { sqsNudges } from "../adapters/sqs-nudges.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { leaseMs } from "../domain/delivery-times.ts";
import type { Nudge } from "../ports/nudges.ts";
import { announcing } from "../use-cases/announcing.ts";
import { makeDispatch } from "../use-cases/dispatch.ts";
import type { DispatchEvent } from "../use-cases/dispatch-event.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { makeBucket } from "./bucket.ts";
import { clock, drawId, makeDynamo, makeLogger, makeS3, makeSqs, now } from "./common.ts";
import { countingUnknown, figuresOf, metricsOf, showingCanceled } from "./count-events.ts";
import { makeCount, makeShow } from "./metrics.ts";
import { makeSettle } from "./settle.ts";

/** @throws {BadConfig} at cold start */
export function wireDispatch(env: Environment) {
  const config = readConfig(env);
  const { queueUrls, rtc, shareAgeMs } = config;
  const client = makeDynamo();
  const sqs = makeSqs();
  const log = makeLogger();
  const nudges = sqsNudges({ client: sqs, urls: queueUrls });
  const count = makeCount();
  const show = makeShow();
  const table = { client, table: config.resultsTable };
  const messages = dynamoMessageStore(table);
  const lists = s3ReceiverLists({ client: makeS3(), bucket: config.listsBucket });
  const bucket = makeBucket(config, client);

  const report = (said: DispatchEvent): void => {
    const { event, ...facts } = said;
    if (event === "dispatch-run") log.debug(event, facts);
    else log.warn(event, facts);
    for (const [metric, value] of metricsOf(said)) count(metric, value);
    const [account, figures] = figuresOf(said);
    if (account !== undefined && figures) show(account, figures);
  };
  const dispatch = makeDispatch({
    jobs: showingCanceled(announcing(dynamoJobStore(table), nudges), show),
    due: dynamoDueJobs(table),
    rows: countingUnknown(dynamoBatchRowStore(table), count),
    tallies: dynamoTallies(table),
    readList: makeReadList({ messages, lists }),
    lock: dynamoDispatchLock(table),
    quota: bucket,
    bucket,
    queue: sqsTaskQueue({ client: sqs, urls: queueUrls }),
    nudges,
    clock,
    drawId,
    report,
    settings: { shareAgeMs, leaseMs: leaseMs(rtc.callTimeoutMs) },
  });
  /** Only this looks after everything; a run after a nudge is no sign of it. None that ends for three minutes rings an alarm. */
  const eachMinute = async (): Promise<undefined> => {
    try {
      await dispatch.eachMinute();
    } catch (error) {
      count("DispatchFailed");
      throw error;
    }
    count("DispatchRuns");
    await tellDeadLetters();
  };
  const lookForDeadLetters = sqsDeadLetterWatch({ client: sqs, urls: queueUrls });
  /** Never a reason for a run to count as failed: what cannot be looked into is looked into some minutes later. */
  const tellDeadLetters = async (): Promise<void> => {
    try {
      const { queue, letters } = await lookForDeadLetters(now());
      if (letters === 0) return;
      log.warn("dead-letters", { queue, letters });
      count("DeadLetters", letters);
    } catch (error) {
      log.warn("dead-letters-unseen", { error: error as Error });
    }
  };
  return {
    eachMinute,
    nudged: (nudge: Nudge) => dispatch.nudged(nudge),
    settleRecords: makeSettle(log, count, sqs, queueUrls),
  };
}
