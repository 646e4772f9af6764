import { type Fault, fault } from "../domain/errors.ts";
import type { Except, JobOptions } from "../domain/job-request.ts";
import type { JobBody } from "./job-schema.ts";
import { isPlainObject } from "./plain-object.ts";
import { type ReceiverList, readReceivers } from "./receivers.ts";

const NOBODY = new BigUint64Array();

/** The users in `Options.Except.Receiver`, whatever is wrong with the rest of the request. `undefined`: it is no list, or not given. */
export function readExceptReceivers(value: Readonly<Record<string, unknown>>): ReceiverList | undefined {
  const options = value["Options"];
  const except = isPlainObject(options) ? options["Except"] : undefined;
  const list = isPlainObject(except) ? except["Receiver"] : undefined;
  return Array.isArray(list) ? readReceivers(list, "/Options/Except/Receiver") : undefined;
}

/** What does not go together. */
export function limitFaults({ Options }: Pick<JobBody, "Options">): Fault[] {
  const { Lane, MaxPerMinute, RefuseIfLate, ExpiresAt } = Options;
  return [
    ...(Lane === "express" && MaxPerMinute != null
      ? [fault("/Options/MaxPerMinute", "must not be given with the lane express: its job is one call")]
      : []),
    ...(RefuseIfLate === true && ExpiresAt == null ? [fault("/Options/RefuseIfLate", "needs ExpiresAt")] : []),
  ];
}

/** @param receivers of `Except`, as {@link readExceptReceivers} read them */
export function toLimits(
  { SendWindow: window, MaxPerMinute, PauseAfterFailures: pause, Except: except, RefuseIfLate }: JobBody["Options"],
  receivers: Except["receivers"] = NOBODY,
): Pick<JobOptions, "sendWindow" | "maxPerMinute" | "pauseAfterFailures" | "except" | "refuseIfLate"> {
  return {
    ...(window != null && { sendWindow: { from: window.From, to: window.To, timeZone: window.TimeZone } }),
    ...(MaxPerMinute != null && { maxPerMinute: MaxPerMinute }),
    ...(pause != null && { pauseAfterFailures: { percent: pause.Percent, of: pause.Of } }),
    ...(except != null && { except: { jobs: except.Jobs ?? [], receivers } }),
    ...(RefuseIfLate === true && { refuseIfLate: true as const }),
  };
}
