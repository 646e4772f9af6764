import { CALLS_WINDOW_MS, callsIn, type Entry, type Ledger, type OpenCall, type QuotaPolicy } from "./ledger.ts";

/** One of the limits that every slot has to keep. */
export type Limit = Readonly<{
  name: "messages" | "calls" | "second";
  /** Tokens in any window. */
  most: number;
  /** How long a token stays away: its window, and the margin in which a call may be counted. */
  awayMs: number;
  /** Tokens of slots up to this one were spent under other windows: they are away so long, if that is longer. */
  before?: Readonly<{ slotMs: number; awayMs: number }> | undefined;
  /** Tokens of these calls stay away for `moreMs` longer: so late they may be counted. */
  open?: Readonly<{ calls: readonly OpenCall[]; moreMs: number }> | undefined;
}>;

const SECOND_MS = 1_000;
/** Receivers of one call, at the most. @see BatchSendMessage, Receiver */
export const MOST_IN_A_CALL = 500;

/**
 * All limits of a policy, the messages of a window first. After "too fast" all are lowered alike, since nobody knows which of
 * them the upstream meant.
 *
 * @param capacity messages in any window at this time: the quota, or less
 */
export function limitsOf(
  policy: Pick<QuotaPolicy, "messages" | "windowMs" | "marginMs" | "calls" | "callsWindowMs" | "perSecond">,
  { standing }: Pick<Ledger, "standing">,
  capacity: number,
): readonly Limit[] {
  const { messages, windowMs, marginMs, calls, callsWindowMs = CALLS_WINDOW_MS, perSecond } = policy;
  const before = standing?.before;
  const lowered = (most: number): number => Math.max(1, Math.floor((most * capacity) / messages));
  const limit = (name: Limit["name"], most: number, ofMs: number, olderMs?: number): Limit => ({
    ...{ name, most, awayMs: ofMs + marginMs },
    ...(before && olderMs !== undefined && { before: { slotMs: before.slotMs, awayMs: olderMs + marginMs } }),
  });
  return [
    limit("messages", capacity, windowMs, before?.windowMs),
    ...(calls === undefined ? [] : [limit("calls", lowered(calls), callsWindowMs, before?.callsWindowMs)]),
    ...(perSecond === undefined ? [] : [limit("second", lowered(perSecond), SECOND_MS)]),
  ];
}

/** The shortest window that is counted, ms: nothing is planned further ahead than a share of it. */
export const shortestWindowMs = ({
  windowMs,
  calls,
  callsWindowMs = CALLS_WINDOW_MS,
  perSecond,
}: QuotaPolicy): number =>
  Math.min(windowMs, calls === undefined ? windowMs : callsWindowMs, perSecond === undefined ? windowMs : SECOND_MS);

/** When the tokens of a slot come back. */
export function returnsAtMs({ awayMs, before }: Limit, slotMs: number): number {
  return slotMs + (before !== undefined && slotMs <= before.slotMs ? Math.max(awayMs, before.awayMs) : awayMs);
}

/** Tokens of a limit that an entry has taken. */
export const tokensIn = (entry: Entry, { name }: Limit): number => (name === "calls" ? callsIn(entry) : entry.count);

/** Tokens away at `atMs`: those of every slot up to then that have not come back. @param entries by slot */
export function spentAt(entries: readonly Entry[], limit: Limit, atMs: number): number {
  let spent = 0;
  for (const entry of entries) {
    if (entry.slotMs > atMs) break;
    if (returnsAtMs(limit, entry.slotMs) > atMs) spent += tokensIn(entry, limit);
  }
  const { calls, moreMs } = limit.open ?? NONE_OPEN;
  for (const { slotMs, count } of calls) {
    const backAtMs = slotMs + limit.awayMs; // until then it is counted as its slot's
    if (backAtMs <= atMs && backAtMs + moreMs > atMs) spent += count;
  }
  return spent;
}

const NONE_OPEN = { calls: [], moreMs: 0 };

/** Entries of which something is still away, by whatever limit. */
export const stillAway = (entries: readonly Entry[], limits: readonly Limit[], atMs: number): readonly Entry[] =>
  entries.filter(({ slotMs }) => limits.some((limit) => returnsAtMs(limit, slotMs) > atMs));
