import { CALLBACK_STATES, type Callback } from "../domain/callback.ts";
import { JOB_EVENT_TYPES, type JobEvent } from "../domain/job-event.ts";
import { type Item, listOf, mapOf, N, numberOf, oneOf, optional, S, textOf } from "./dynamo-attributes.ts";

// How a job item holds its outbox and its callback.

const TRUE = { BOOL: true };

/** The parts of a job that concern its events. */
export type Told = Readonly<{
  events?: true;
  outbox?: readonly JobEvent[];
  publishAtMs?: number;
  heldAtMs?: number;
  callback?: Callback;
}>;

/** @param pk the job's partition in the index `outbox`; it is there while an event is to be sent */
export function toToldAttributes({ events, outbox, publishAtMs, heldAtMs, callback }: Told, pk: Item[string]): Item {
  return {
    ...(events && { events: TRUE }),
    ...(outbox && { outbox: { L: outbox.map((event) => ({ M: toEventMap(event) })) } }),
    ...(publishAtMs !== undefined && { outboxPk: pk, outboxAt: N(publishAtMs) }),
    ...(heldAtMs !== undefined && { heldAtMs: N(heldAtMs) }),
    ...(callback && { callback: { M: toCallbackMap(callback) } }),
  };
}

/** @throws {TypeError} naming the attribute that is not as {@link toToldAttributes} writes it */
export function fromToldAttributes(item: Item): Told {
  const outbox = optional(item, "outbox", (of, name) => listOf(of, name).map(toEvent));
  const publishAtMs = optional(item, "outboxAt", numberOf);
  const heldAtMs = optional(item, "heldAtMs", numberOf);
  const callback = optional(item, "callback", (of, name) => toCallback(mapOf(of, name)));
  return {
    ...(item["events"]?.BOOL && { events: true }),
    ...(outbox && { outbox }),
    ...(publishAtMs !== undefined && { publishAtMs }),
    ...(heldAtMs !== undefined && { heldAtMs }),
    ...(callback && { callback }),
  };
}

const toEventMap = ({ type, version, atMs, reason, published, posted }: JobEvent): Item => ({
  type: S(type),
  version: N(version),
  atMs: N(atMs),
  ...(reason !== undefined && { reason: S(reason) }),
  ...(published && { published: TRUE }),
  ...(posted && { posted: TRUE }),
});

function toEvent(map: Item): JobEvent {
  const reason = optional(map, "reason", textOf);
  return {
    type: oneOf(map, "type", JOB_EVENT_TYPES),
    version: numberOf(map, "version"),
    atMs: numberOf(map, "atMs"),
    ...(reason !== undefined && { reason }),
    ...(map["published"]?.BOOL && { published: true }),
    ...(map["posted"]?.BOOL && { posted: true }),
  };
}

const toCallbackMap = ({ url, state, attempts, sinceMs, nextAtMs, lastStatus, lastError, last }: Callback): Item => ({
  url: S(url),
  state: S(state),
  attempts: N(attempts),
  sinceMs: N(sinceMs),
  ...(nextAtMs !== undefined && { nextAtMs: N(nextAtMs) }),
  ...(lastStatus !== undefined && { lastStatus: N(lastStatus) }),
  ...(lastError !== undefined && { lastError: S(lastError) }),
  ...(last && { last: { M: toEventMap(last) } }),
});

function toCallback(map: Item): Callback {
  const nextAtMs = optional(map, "nextAtMs", numberOf);
  const lastStatus = optional(map, "lastStatus", numberOf);
  const lastError = optional(map, "lastError", textOf);
  const last = optional(map, "last", (of, name) => toEvent(mapOf(of, name)));
  return {
    url: textOf(map, "url"),
    state: oneOf(map, "state", CALLBACK_STATES),
    attempts: numberOf(map, "attempts"),
    sinceMs: numberOf(map, "sinceMs"),
    ...(nextAtMs !== undefined && { nextAtMs }),
    ...(lastStatus !== undefined && { lastStatus }),
    ...(lastError !== undefined && { lastError }),
    ...(last && { last }),
  };
}
