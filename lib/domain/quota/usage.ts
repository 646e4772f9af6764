import { capacityAt } from "./circuit-breaker.ts";
import type { Entry, HoldReason, Ledger, QuotaPolicy } from "./ledger.ts";
import { type Limit, limitsOf, MOST_IN_A_CALL, returnsAtMs, spentAt } from "./limits.ts";
import type { HeldTime } from "./standing.ts";

export type Usage = Readonly<{
  /** Slots of the last window, and slots to come; messages. */
  used: number;
  reservedAhead: number;
  /** Messages in any window at this time: the quota, or less for a while after "too fast". */
  capacity: number;
  /** Receivers the account may have queued: two minutes of what it may send now. */
  room: number;
  /** When the first of those used or reserved come back; absent if there are none. */
  returnsAtMs?: number;
  heldUntilMs?: number;
  /** When the hold began that is in force. */
  heldSinceMs?: number;
  heldWhy?: HoldReason;
  /** The last hold, as far as it is over: what was queued could not be worked off meanwhile. */
  lastHold?: HeldTime;
  /** Calls of their last window, where they are limited. */
  calls?: number;
  pausedAtMs?: number;
  /** The last pause that is over. */
  lastPause?: HeldTime;
}>;

export function usage(ledger: Ledger, policy: QuotaPolicy, nowMs: number): Usage {
  const { entries, hold, standing } = ledger;
  const { pausedAtMs, lastPause } = standing ?? {};
  const isOver = hold !== undefined && hold.untilMs <= nowMs; // nobody has sent a probe yet
  const lastHold = isOver ? { fromMs: hold.sinceMs, toMs: hold.untilMs } : ledger.lastHold;
  const sum = (some: readonly Entry[]) => some.reduce((total, { count }) => total + count, 0);
  const first = entries.find(({ slotMs }) => slotMs > nowMs - policy.windowMs);
  const capacity = capacityAt(ledger, policy, nowMs);
  const limits = limitsOf(policy, ledger, capacity);
  const [messages, calls] = limits;
  return {
    used: sum(entries.filter(({ slotMs }) => slotMs > nowMs - policy.windowMs && slotMs <= nowMs)),
    reservedAhead: sum(entries.filter(({ slotMs }) => slotMs > nowMs)),
    capacity,
    room: Math.min(...limits.map((limit) => roomUnder(limit, policy.marginMs))),
    ...(first && messages && { returnsAtMs: returnsAtMs(messages, first.slotMs) }),
    ...(lastHold && { lastHold }),
    ...(hold !== undefined && !isOver && { heldUntilMs: hold.untilMs, heldSinceMs: hold.sinceMs, heldWhy: hold.why }),
    ...(calls?.name === "calls" && { calls: spentAt(entries, calls, nowMs) }),
    ...(pausedAtMs !== undefined && { pausedAtMs }),
    ...(lastPause && { lastPause }),
  };
}

const ROOM_MS = 120_000;

/** Receivers an account may have queued: two minutes of what it may send now. */
export const roomOf = (capacity: number, windowMs: number): number => Math.floor((capacity * ROOM_MS) / windowMs);

const roomUnder = ({ name, most, awayMs }: Limit, marginMs: number): number =>
  roomOf(most * (name === "calls" ? MOST_IN_A_CALL : 1), awayMs - marginMs);
