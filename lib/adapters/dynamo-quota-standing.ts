import {
  LIMIT_NAMES,
  type LimitChange,
  QUOTA_EVENTS,
  type QuotaChange,
  type Standing,
  type StoredLimits,
} from "../domain/quota/standing.ts";
import { type Item, mapOf, N, numberOf, oneOf, optional, S, textOf } from "./dynamo-attributes.ts";

/** What operators have set, as a map in the quota's item. */
export function toStandingMap({ limits, pausedAtMs, lastPause, before, last }: Standing): Item {
  return {
    ...(limits && { limits: { M: toLimitsMap(limits) } }),
    ...(pausedAtMs !== undefined && { pausedAt: N(pausedAtMs) }),
    ...(lastPause && { lastPause: { M: { from: N(lastPause.fromMs), to: N(lastPause.toMs) } } }),
    ...(before && {
      before: { M: { slot: N(before.slotMs), window: N(before.windowMs), callsWindow: N(before.callsWindowMs) } },
    }),
    ...(last && { last: { M: toChangeMap(last) } }),
  };
}

/** @throws {TypeError} if it has another form */
export function fromStandingMap(map: Item): Standing {
  const [lastPause, before, last] = ["lastPause", "before", "last"].map((name) => optional(map, name, mapOf));
  return {
    ...(map["limits"] && { limits: fromLimitsMap(mapOf(map, "limits")) as StoredLimits }),
    ...(map["pausedAt"] && { pausedAtMs: numberOf(map, "pausedAt") }),
    ...(lastPause && { lastPause: { fromMs: numberOf(lastPause, "from"), toMs: numberOf(lastPause, "to") } }),
    ...(before && {
      before: {
        slotMs: numberOf(before, "slot"),
        windowMs: numberOf(before, "window"),
        callsWindowMs: numberOf(before, "callsWindow"),
      },
    }),
    ...(last && { last: fromChangeMap(last) }),
  };
}

export const toChangeMap = ({ n, atMs, by, event, limits }: QuotaChange): Item => ({
  ...{ n: N(n), at: N(atMs), by: S(by), event: S(event) },
  ...(limits && { limits: { M: toLimitsMap(limits) } }),
});

/** @throws {TypeError} if it has another form */
export function fromChangeMap(map: Item): QuotaChange {
  return {
    n: numberOf(map, "n"),
    atMs: numberOf(map, "at"),
    by: textOf(map, "by"),
    event: oneOf(map, "event", QUOTA_EVENTS),
    ...(map["limits"] && { limits: fromLimitsMap(mapOf(map, "limits")) }),
  };
}

const toLimitsMap = (limits: LimitChange): Item =>
  Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [name, value === null ? { NULL: true } : N(value ?? 0)]),
  );

const fromLimitsMap = (map: Item): LimitChange =>
  Object.fromEntries(
    LIMIT_NAMES.filter((name) => map[name] !== undefined).map((name) => [
      name,
      map[name]?.NULL ? null : numberOf(map, name),
    ]),
  );
