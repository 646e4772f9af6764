import { dynamoBatchRowStore } from "../adapters/dynamo-batch-row-store.ts";
import { dynamoDueOutboxes } from "../adapters/dynamo-due-outboxes.ts";
import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { eventBridgePublisher } from "../adapters/eventbridge-publisher.ts";
import { s3ReceiverLists } from "../adapters/s3-receiver-lists.ts";
import { sqsReturn } from "../adapters/sqs-return.ts";
import { makeSettleRecords } from "../adapters/sqs-settle-records.ts";
import { undiciCallbackSender } from "../adapters/undici-callback.ts";
import { type Environment, readConfig } from "../config.ts";
import { sourceOf } from "../domain/published-event.ts";
import { makeCountJob } from "../use-cases/count-job.ts";
import { makePublishEvents, type PublishEvent } from "../use-cases/publish-events.ts";
import { makeReadList } from "../use-cases/read-list.ts";
import { isLocal, makeClients } from "./clients.ts";
import { clock, makeDynamo, makeEventBridge, makeLogger, makeS3, makeSqs, now } from "./common.ts";
import { makeCount } from "./metrics.ts";

/** @throws {BadConfig} at cold start */
export function wirePublish(env: Environment) {
  const config = readConfig(env);
  const log = makeLogger();
  const count = makeCount();
  const table = { client: makeDynamo(), table: config.resultsTable };
  const messages = dynamoMessageStore(table);
  const lists = s3ReceiverLists({ client: makeS3(), bucket: config.listsBucket });

  const report = ({ event, ...facts }: PublishEvent): void => {
    log.warn(event, facts);
    if (event !== "callback-given-up") count("NotPublished");
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
    eachMinute: async (remainingMs: number): Promise<undefined> =>
      eachMinute(now() + remainingMs).then(() => undefined),
    nudged,
    settleRecords: makeSettleRecords({ log, returns: sqsReturn({ client: makeSqs(), urls: config.queueUrls }), now }),
  };
}
