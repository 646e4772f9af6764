import * as v from "valibot";
import { count, instant } from "./answer-fields.ts";

export const quotaAnswer = v.strictObject({
  Account: v.pipe(v.string(), v.description("Whose quota it is: `account`, or one app's where each has its own.")),
  Quota: v.pipe(count, v.description("Messages in any window.")),
  WindowSeconds: v.number(),
  Used: v.pipe(count, v.description("Messages sent in the last window.")),
  ReservedAhead: v.pipe(count, v.description("Messages that have a time to be sent at already.")),
  Capacity: v.pipe(count, v.description('The quota, or less for a while after the vendor said "too fast".')),
  HeldUntil: v.exactOptional(v.pipe(instant, v.description("Nothing is sent before."))),
});

export const healthAnswer = v.strictObject({ Status: v.literal("ok") });

/** What `GET /openapi.json` answers with: more of it is for the tools that read it to say. */
export const openApiAnswer = v.looseObject({ openapi: v.string() });

const fault = v.strictObject({
  pointer: v.pipe(v.string(), v.description("A JSON pointer into the body, or `?name` of a query parameter.")),
  detail: v.string(),
});

/** @see RFC 9457 */
export const problemAnswer = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  detail: v.pipe(v.string(), v.description("What is wrong with this request, for a person.")),
  errors: v.exactOptional(
    v.pipe(
      v.array(fault),
      v.minLength(1),
      v.maxLength(100),
      v.description("Everything that is wrong, the first hundred."),
    ),
  ),
  total: v.exactOptional(v.pipe(count, v.description("How many faults there are, listed or not."))),
  estimatedEnd: v.exactOptional(v.pipe(instant, v.description("When a job would end that could not end in time."))),
  estimatedSeconds: v.exactOptional(v.pipe(count, v.description("In how many seconds from now."))),
});
