import * as v from "valibot";
import { isTimeOfDay, isTimeZone } from "../domain/send-window.ts";
import { INT32_MAX } from "../volcengine/limits.ts";

// What a job may ask for beside its message: how fast, when, to whom not, and when to stop.

/** Jobs whose receivers one job may leave out. */
const MAX_EXCEPT_JOBS = 20;

const PER_MINUTE = `must be a whole number from 1 to ${INT32_MAX}`;
const PERCENT = "must be a whole number from 1 to 100";
const COUNT = "must be a whole number from 1 to 1000000000";
const TIME = "must be a time of day such as 09:00, from 00:00 to 23:59";
const ZONE = "must be a time zone such as Europe/Berlin";

const timeOfDay = v.pipe(
  v.string(TIME),
  v.check(isTimeOfDay, TIME),
  v.metadata({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" }),
);

const sendWindow = v.pipe(
  v.strictObject({
    From: timeOfDay,
    To: timeOfDay,
    TimeZone: v.pipe(
      v.string(ZONE),
      v.check(isTimeZone, ZONE),
      v.description("A name of the IANA Time Zone Database."),
    ),
  }),
  v.forward(
    v.check(({ From, To }) => From !== To, "must not be the same as From"),
    ["To"],
  ),
  v.description(
    "Nothing is sent but from `From` up to `To`, by the clock on the wall of `TimeZone`. `To` may be earlier: then the window goes over midnight.",
  ),
);

const pauseAfterFailures = v.pipe(
  v.strictObject({
    Percent: v.pipe(v.number(PERCENT), v.integer(PERCENT), v.minValue(1, PERCENT), v.maxValue(100, PERCENT)),
    Of: v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT), v.maxValue(1_000_000_000, COUNT)),
  }),
  v.description(
    "The job pauses by itself once `Percent` or more of at least `Of` receivers with an outcome have failed. After `resume` it counts anew.",
  ),
);

const except = v.pipe(
  v.strictObject({
    Jobs: v.nullish(
      v.pipe(
        v.array(v.string("must be the id of a job"), "must be a list of job ids"),
        v.maxLength(MAX_EXCEPT_JOBS, `must not name more than ${MAX_EXCEPT_JOBS} jobs`),
        v.description("Jobs of yours, by their ids: nobody whom one of them names gets the message."),
      ),
    ),
    /** Read by a loop of its own, as the receivers are. */
    Receiver: v.nullish(
      v.pipe(
        v.custom<readonly unknown[]>(Array.isArray, "must be a list of user ids"),
        v.metadata({
          ...{ type: "array", items: { anyOf: [{ type: "integer" }, { type: "string" }] } },
          description: "Users who do not get the message, as in the request's own `Receiver`.",
        }),
      ),
    ),
  }),
  v.check(({ Jobs, Receiver }) => (Jobs?.length ?? 0) + (Receiver?.length ?? 0) > 0, "must name Jobs or Receiver"),
  v.description("Who is left out of the list before it is written. The answer counts them as `Excluded`."),
);

/** Fields of `Options`. */
export const limitOptions = {
  SendWindow: v.nullish(sendWindow),
  MaxPerMinute: v.nullish(
    v.pipe(
      v.number(PER_MINUTE),
      v.integer(PER_MINUTE),
      v.minValue(1, PER_MINUTE),
      v.maxValue(INT32_MAX, PER_MINUTE),
      v.description("About the most receivers that the job sends to in a minute."),
    ),
  ),
  PauseAfterFailures: v.nullish(pauseAfterFailures),
  Except: v.nullish(except),
  RefuseIfLate: v.nullish(
    v.pipe(
      v.boolean("must be true or false"),
      v.description(
        "Answer 409 if the job could not be done before `ExpiresAt`, as far as anybody can tell now; also while all sending is paused, or the account's keys are refused, since nobody can tell then.",
      ),
    ),
  ),
};
