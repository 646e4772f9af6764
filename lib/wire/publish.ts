import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoDueOutboxes } from "../adapters/dynamo-due-outboxes.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { eventBridgePublisher } from "../adapters/eventbridge-publisher.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { undiciCallbackSender } from "../adapters/undici-callback.ts";
import { type Environment, readConfig } from "../config.ts";
import { sourceOf } from "../domain/published-event.ts";
import { makeCountJob } from "../use-cases/count-job.ts";
import { makePublishEvents, type PublishEvent } from "../use-cases/publish-events.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { isLocal, makeClients } from "./clients.ts";
import { clock, makeDynamo, makeEventBridge, makeLogger, makeS3, makeSqs, now } from "./common.ts";
import { metricsOf } from "./count-events.ts";
import { makeCount } from "./metrics.ts";
import { makeSettle } from "./settle.ts";

/** @throws {BadConfig} at cold start */
export function wirePublish(env: Environment) {
  const config = readConfig(env);
  const log = makeLogger();
  const count = makeCount();
  const table = { client: makeDynamo(), table: config.resultsTable };
  const messages = dynamoMessageStore(table);
  const lists = s3ReceiverLists({ client: makeS3(), bucket: config.listsBucket });

  const report = (said: PublishEvent): void => {
    const { event, ...facts } = said;
    log.warn(event, facts);
    for (const [metric, value] of metricsOf(said)) count(metric, value);
  };
  const { eachMinute, nudged } = makePublishEvents({
    jobs: dynamoJobStore(table),
    outboxes: dynamoDueOutboxes(table),
    countJob: makeCountJob({
      rows: dynamoBatchRowStore(table),
      tallies: dynamoTallies(table),
      readList: makeReadList({ messages, lists }),
    }),
    publisher: eventBridgePublisher({ client: makeEventBridge(), bus: config.eventBus }),
    callbacks: undiciCallbackSender({ loopbackAllowed: isLocal(config) }),
    clients: makeClients(config),
    clock,
    random: Math.random,
    report,
    source: sourceOf(config.eventBus),
  });
  return {
    /** No run that ends for three minutes rings an alarm. */
    eachMinute: async (remainingMs: number): Promise<undefined> => {
      await eachMinute(now() + remainingMs);
      count("PublishRuns");
    },
    nudged,
    settleRecords: makeSettle(log, count, makeSqs(), config.queueUrls),
  };
}
