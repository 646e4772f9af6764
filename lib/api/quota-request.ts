import * as v from "valibot";
import { Invalid, Malformed } from "../domain/errors.ts";
import { LANES, type Lane } from "../domain/job.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import { LIMIT_RANGES } from "../domain/quota/policy-rules.ts";
import { LIMIT_NAMES, type LimitChange, type LimitName } from "../domain/quota/standing.ts";
import type { Text } from "../domain/text.ts";
import { parseBody } from "./parse-json.ts";
import { isPlainObject } from "./plain-object.ts";
import { faultsIn } from "./to-fault.ts";

/** How the limits are called in requests and answers. */
export const LIMIT_FIELDS = {
  messages: "Messages",
  windowMs: "WindowMs",
  calls: "Calls",
  callsWindowMs: "CallsWindowMs",
  perSecond: "PerSecond",
  floor: "Floor",
} as const satisfies Readonly<Record<LimitName, string>>;

/** The other parts of a quota are settings. */
const SETTINGS = { marginMs: "QUOTA_MARGIN_MS", minGapMs: "QUOTA_MIN_GAP_MS", callTimeoutMs: "CALL_TIMEOUT_MS" };
export const fieldName = (field: keyof QuotaPolicy): string => ({ ...LIMIT_FIELDS, ...SETTINGS })[field];

const whole = ([min, max]: readonly [number, number], unless = "") => {
  const want = `must be a whole number from ${min} to ${max}${unless}`;
  return v.pipe(v.number(want), v.integer(want), v.minValue(min, want), v.maxValue(max, want));
};
const limit = (name: LimitName, description: string) =>
  v.optional(v.pipe(v.nullable(whole(LIMIT_RANGES[name], ", or null")), v.description(description)));

/** `null`: the setting holds again. */
export const quotaChangeSchema = v.strictObject({
  Messages: limit("messages", "Messages in any window."),
  WindowMs: limit("windowMs", "That window, in milliseconds."),
  Calls: limit("calls", "Calls in any window of `CallsWindowMs`."),
  CallsWindowMs: limit("callsWindowMs", "That window, in milliseconds; a minute where it is not set."),
  PerSecond: limit(
    "perSecond",
    "Messages in any second. Kept whenever calls are counted: what a call takes of it stays away until it is answered, or given up, and for a second after that.",
  ),
  Floor: limit("floor", "Messages that bulk always leaves for express. Below `Messages`."),
});

/**
 * Read the limits that are to change.
 *
 * @param body JSON text
 * @throws {Malformed} if it is not a JSON object
 * @throws {Invalid} with everything that is out of range, or if it names no limit
 */
export function readQuotaChange(body: string): LimitChange {
  const { Messages, WindowMs, Calls, CallsWindowMs, PerSecond, Floor } = parsed(body, quotaChangeSchema);
  const all = { messages: Messages, windowMs: WindowMs, calls: Calls, callsWindowMs: CallsWindowMs };
  const given = { ...all, perSecond: PerSecond, floor: Floor };
  const change = LIMIT_NAMES.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  if (change.length > 0) return Object.fromEntries(change);
  const detail: Text = `names no limit; there are ${Object.values(LIMIT_FIELDS).join(", ")}`;
  throw new Invalid("the request has faults", [{ pointer: "", detail }]);
}

const LANE = `must be one of ${LANES.join(", ")}`;

export const reservationSchema = v.strictObject({
  Count: v.pipe(whole(LIMIT_RANGES.messages), v.description("Messages of the call that is to be made.")),
  Lane: v.pipe(
    v.nullish(v.picklist(LANES, LANE), "bulk"),
    v.description("`bulk` leaves what is left for express, and waits its turn; `express` goes first."),
  ),
});

/**
 * Read a request for a slot.
 *
 * @param body JSON text
 * @throws {Malformed} if it is not a JSON object
 * @throws {Invalid} with every other fault
 */
export function readReservation(body: string): Readonly<{ count: number; lane: Lane }> {
  const { Count, Lane: lane } = parsed(body, reservationSchema);
  return { count: Count, lane };
}

function parsed<Schema extends v.GenericSchema & { entries: v.ObjectEntries }>(
  body: string,
  schema: Schema,
): v.InferOutput<Schema> {
  const value = parseBody(body);
  if (!isPlainObject(value)) throw new Malformed("the body must be a JSON object");
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  const faults = faultsIn(value, schema.entries, read.issues);
  throw new Invalid("the request has faults", faults.slice(0, 100), faults.length);
}
