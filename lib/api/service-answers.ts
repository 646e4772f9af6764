import * as v from "valibot";
import { count, instant } from "./answer-fields.ts";
import { quotaChangeSchema } from "./quota-request.ts";

const LIMITS = quotaChangeSchema.entries;
type LimitField = keyof typeof LIMITS;
const limitFields = Object.keys(LIMITS) as LimitField[];
/** Limits; those that are not set are left out. `Limits` of a change: null where the setting holds again. */
const limits = v.strictObject(
  Object.fromEntries(limitFields.map((name) => [name, v.exactOptional(count)])) as Record<
    LimitField,
    v.ExactOptionalSchema<typeof count, undefined>
  >,
);
const limitsOrNull = v.strictObject(
  Object.fromEntries(limitFields.map((name) => [name, v.exactOptional(v.nullable(count))])) as Record<
    LimitField,
    v.ExactOptionalSchema<v.NullableSchema<typeof count, undefined>, undefined>
  >,
);

const waiting = v.strictObject({
  Jobs: v.pipe(count, v.description("Jobs that run and are not done.")),
  Receivers: v.pipe(count, v.description("Their receivers whose batch is not finished.")),
  AndMore: v.exactOptional(v.pipe(v.literal(true), v.description("There are more jobs than were looked at."))),
  EndsAt: v.exactOptional(
    v.pipe(instant, v.description("When they have been sent, if nothing else comes. Not told in a pause.")),
  ),
});

const change = v.strictObject({
  At: instant,
  By: v.string(),
  Event: v.picklist(["limits", "pause", "resume"]),
  Limits: v.exactOptional(limitsOrNull),
});

export const quotaAnswer = v.strictObject({
  Account: v.pipe(
    v.string(),
    v.description(
      "Whose quota it is: an account's by its name (`account` where there is only one), or `app-<AppId>` where each app has its own.",
    ),
  ),
  Quota: v.pipe(count, v.description("Messages in any window.")),
  WindowSeconds: v.number(),
  Used: v.pipe(count, v.description("Messages sent in the last window.")),
  ReservedAhead: v.pipe(count, v.description("Messages that have a time to be sent at already.")),
  Capacity: v.pipe(count, v.description('The quota, or less for a while after the vendor said "too fast".')),
  CallsUsed: v.exactOptional(v.pipe(count, v.description("Calls of their last window, where they are limited."))),
  HeldUntil: v.exactOptional(v.pipe(instant, v.description("Nothing is sent before."))),
  HeldWhy: v.exactOptional(
    v.pipe(
      v.picklist(["flow", "credentials", "not-sent", "unclear"]),
      v.description(
        "Too fast, keys refused, turned away by something in between, or no clear answer: why nothing is sent until then.",
      ),
    ),
  ),
  PausedAt: v.exactOptional(v.pipe(instant, v.description("All sending is stopped since then."))),
  Limits: v.pipe(limits, v.description("The limits that hold.")),
  Settings: v.pipe(v.strictObject(limits.entries), v.description("Those of the deployment.")),
  Stored: v.exactOptional(
    v.pipe(v.strictObject(limits.entries), v.description("Those that are set over the settings.")),
  ),
  Waiting: v.strictObject({ Express: waiting, Bulk: waiting }),
  History: v.exactOptional(
    v.pipe(v.array(change), v.description("Who changed what, the latest first. Only for the scope `admin`.")),
  ),
});

export const reservationAnswer = v.strictObject({
  Account: v.string(),
  Granted: v.pipe(
    count,
    v.minValue(1),
    v.description("Messages that the call may have: as many as were asked for, or fewer. Ask again for the rest."),
  ),
  SlotAt: v.pipe(instant, v.description("Not before this the call may leave, by the account's time.")),
  WaitMs: v.pipe(count, v.description("The same as milliseconds from now.")),
  WithinMs: v.pipe(
    count,
    v.description("So long after that the vendor has to have it at the latest. Who is later asks again."),
  ),
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
