import { eventBridgePublisher } from "../adapters/eventbridge-publisher.ts";
import { s3RequestObjects } from "../adapters/s3-request-objects.ts";
import { sqsDeadLetters } from "../adapters/sqs-dead-letters.ts";
import { type Environment, readConfig } from "../config.ts";
import type { JobRequest } from "../domain/job-request.ts";
import { sourceOf } from "../domain/published-event.ts";
import { makeTakeRequest, type TakeEvent } from "../use-cases/take-request.ts";
import { wireAccept } from "./accept.ts";
import { clock, hashText, makeEventBridge, makeS3, makeSqs } from "./common.ts";
import { makeCount } from "./metrics.ts";
import { makeSettle } from "./settle.ts";

/**
 * @param readJob reads a request that lies in an object
 * @throws {BadConfig} at cold start
 */
export function wireTakeRequest(env: Environment, readJob: (text: string) => JobRequest) {
  const { eventBus, listsBucket, queueUrls, requestsClient, requestsDeadLettersUrl } = readConfig(env);
  const { accept, clientOf, door } = wireAccept(env);
  const { log } = door;
  const sqs = makeSqs();
  const report = ({ event, ...facts }: TakeEvent): void => {
    if (event === "request-taken") log.info(event, facts);
    else log.warn(event, facts);
  };
  const take = makeTakeRequest({
    accept,
    clientOf,
    objects: s3RequestObjects({ client: makeS3(), bucket: listsBucket }),
    deadLetters: sqsDeadLetters({ client: sqs, url: requestsDeadLettersUrl }),
    publisher: eventBridgePublisher({ client: makeEventBridge(), bus: eventBus }),
    source: sourceOf(eventBus),
    clock,
    readJob,
    hash: hashText,
    report,
    client: requestsClient,
  });
  return { take, settleRecords: makeSettle(log, makeCount(), sqs, queueUrls) };
}
