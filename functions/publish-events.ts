import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readPublishNudge } from "../lib/api/read-nudge.ts";
import { wirePublish } from "../lib/wire/publish.ts";

const { eachMinute, nudged, settleRecords } = wirePublish(process.env);

type Scheduled = EventBridgeEvent<"Scheduled Event", object>;

/** Each minute the events of all jobs that are due, and at once those of a job that just got one. */
export const handler = (event: SQSEvent | Scheduled, context: Context): Promise<SQSBatchResponse | undefined> =>
  "Records" in event
    ? settleRecords(event, context, async (body) => nudged(readPublishNudge(body)))
    : eachMinute(context.getRemainingTimeInMillis());
