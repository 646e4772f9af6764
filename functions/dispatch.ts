import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { readDispatchNudge } from "../lib/api/read-nudge.ts";
import { wireDispatch } from "../lib/wire/dispatch.ts";

const { eachMinute, nudged, settleRecords } = wireDispatch(process.env);

type Scheduled = EventBridgeEvent<"Scheduled Event", object>;

/** Each minute for all accounts, and soon after a nudge for one. */
export const handler = (event: SQSEvent | Scheduled, context: Context): Promise<SQSBatchResponse | undefined> =>
  "Records" in event ? settleRecords(event, context, async (body) => nudged(readDispatchNudge(body))) : eachMinute();
