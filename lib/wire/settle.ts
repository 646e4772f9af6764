import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { sqsReturn } from "../adapters/sqs-return.ts";
import { makeSettleRecords } from "../adapters/sqs-settle-records.ts";
import { now } from "./common.ts";
import type { Count } from "./metrics.ts";

type Urls = Readonly<Record<string, string>>;

/** How every function that a queue calls settles its messages: those that fail come again, and are counted. */
export const makeSettle = (log: Logger, count: Count, client: SQSClient, urls: Urls) =>
  makeSettleRecords({ log, returns: sqsReturn({ client, urls }), now, onFailure: () => count("NotDelivered") });
