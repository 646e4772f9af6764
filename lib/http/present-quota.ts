import { LIMIT_FIELDS } from "../api/quota-request.ts";
import { isoTime } from "../domain/iso-time.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import { LIMIT_NAMES, type LimitChange, type QuotaChange } from "../domain/quota/standing.ts";
import type { QuotaState } from "../ports/quota-control.ts";
import type { Waiting } from "../use-cases/count-waiting.ts";
import type { Outside } from "../use-cases/reserve-outside.ts";

/** Limits by their names in requests; those that are not set are left out. */
const toLimits = (limits: LimitChange | QuotaPolicy) =>
  Object.fromEntries(
    LIMIT_NAMES.flatMap((name) => (limits[name] === undefined ? [] : [[LIMIT_FIELDS[name], limits[name]]])),
  );

const toWaiting = ({ jobs, receivers, isPart, endsAtMs }: Waiting) => ({
  Jobs: jobs,
  Receivers: receivers,
  ...(isPart && { AndMore: true }),
  ...(endsAtMs !== undefined && { EndsAt: isoTime(endsAtMs) }),
});

const toChange = ({ atMs, by, event, limits }: QuotaChange) => ({
  ...{ At: isoTime(atMs), By: by, Event: event },
  ...(limits && { Limits: toLimits(limits) }),
});

export type QuotaView = QuotaState &
  Readonly<{
    account: string;
    waiting: Readonly<Record<"express" | "bulk", Waiting>>;
    /** Only for who may change the quota: they name other clients. */
    changes?: readonly QuotaChange[];
  }>;

/** The quota as it is this moment. `Capacity` is below `Quota` for a while after the upstream said "too fast". */
export function toQuotaBody({ account, usage, policy, settings, standing, waiting, changes }: QuotaView) {
  const { heldUntilMs, heldWhy, pausedAtMs, calls } = usage;
  return {
    Account: account,
    Quota: policy.messages,
    WindowSeconds: policy.windowMs / 1000,
    Used: usage.used,
    ReservedAhead: usage.reservedAhead,
    Capacity: usage.capacity,
    ...(calls !== undefined && { CallsUsed: calls }),
    ...(heldUntilMs !== undefined && { HeldUntil: isoTime(heldUntilMs), HeldWhy: heldWhy }),
    ...(pausedAtMs !== undefined && { PausedAt: isoTime(pausedAtMs) }),
    Limits: { ...toLimits(policy) },
    Settings: { ...toLimits(settings) },
    ...(standing.limits && { Stored: toLimits(standing.limits) }),
    Waiting: { Express: toWaiting(waiting.express), Bulk: toWaiting(waiting.bulk) },
    ...(changes && { History: changes.map(toChange) }),
  };
}

/** A slot for a call of somebody else's. */
export const toReservationBody = ({ account, slotMs, waitMs, granted, marginMs }: Outside & { kind: "granted" }) => ({
  Account: account,
  Granted: granted,
  SlotAt: isoTime(slotMs),
  WaitMs: waitMs,
  WithinMs: marginMs,
});
