import { BadConfig } from "../errors.ts";

/** What an account may send, and how its bucket is kept. Every field is a whole number. */
export type QuotaPolicy = Readonly<{
  /** Messages in any window; at least 1. */
  messages: number;
  /** The window in which the upstream counts, ms; at least 1. */
  windowMs: number;
  /** A call planned at a slot is counted at the slot or up to this much later, ms. Covers the skew of clocks too. */
  marginMs: number;
  /** Tokens that bulk leaves for express, and the smallest piece a batch is split into; below `messages`. */
  floor: number;
  /** Slots are at least this far apart, ms; at least 1. It bounds the ledger: some 250 entries where it is 250 of 60,000. */
  minGapMs: number;
  /** How long one call may take, ms; at least 1, at most {@link longestCallMs}. */
  callTimeoutMs: number;
}>;

/** Slots are planned this share of the window ahead at most: tokens that come back by then are planned on already. */
export const MOST_AHEAD = 1 / 2;
/** In this share of the window a late call's tokens are moved, tries that fail included. Five seconds of a minute. */
const MOVING = 1 / 12;
/**
 * A ledger of more slots is refused. Each reservation writes all of it: a slot takes at most nine bytes, so this is 9 KB,
 * nine write units. One item takes 1,000 write units a second and may have 400 KB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const MOST_SLOTS = 1_000;

/**
 * The longest that a call may take in a window of this length, ms. A call that leaves a margin after its slot is answered,
 * or given up, and its tokens are moved, before anybody plans on them: half a window before they come back.
 */
export const longestCallMs = (windowMs: number): number => Math.floor(windowMs * (1 - MOST_AHEAD - MOVING));

/** The most slots a ledger holds: of the last window and of the half that is planned ahead, each with a message at least. */
export const mostSlots = (policy: QuotaPolicy): number =>
  Math.ceil(Math.min(2 * policy.messages, ((1 + MOST_AHEAD) * awayMs(policy)) / policy.minGapMs)) + 1;

/** Tokens spent at one slot, by one call or by several. */
export type Entry = Readonly<{ slotMs: number; count: number }>;

/**
 * Too fast, keys refused, turned away by something in between, or no clear answer: sending on to an upstream in trouble would
 * leave more batches in doubt.
 */
export type HoldReason = (typeof HOLD_REASONS)[number];
export const HOLD_REASONS = ["flow", "credentials", "not-sent", "unclear"] as const;

/**
 * Nobody sends before `untilMs`. Then one call goes out as a probe, and the hold lasts until it reports. `sinceMs`: when
 * sending stopped; a hold that is prolonged keeps it.
 */
export type Hold = Readonly<{
  why: HoldReason;
  sinceMs: number;
  untilMs: number;
  backoffMs: number;
  probing: boolean;
}>;

/** A time in which no worker could send. */
export type HeldTime = Readonly<{ fromMs: number; toMs: number }>;

/** The state of an account's quota. Times are epoch ms, counts whole messages. */
export type Ledger = Readonly<{
  /** By slot, each slot once: every token that has not returned yet. */
  entries: readonly Entry[];
  /** The latest time any caller has seen: no slot is planned before it, so a clock that steps back cannot plan twice. */
  seenMs: number;
  /** Bulk has spent its even share up to here. */
  pacedUntilMs: number;
  /** How late the last calls were, ms, each call's part fading as others follow: 64 times the mean. Absent: none was. */
  lateness?: number | undefined;
  hold?: Hold | undefined;
  /** The last hold that was lifted. */
  lastHold?: HeldTime | undefined;
  /** The upstream said "too fast" at `sinceMs`, and the capacity fell to `capacity`. */
  shrunk?: Readonly<{ sinceMs: number; capacity: number }> | undefined;
}>;

export const EMPTY_LEDGER: Ledger = { entries: [], seenMs: 0, pacedUntilMs: 0 };

/** How long a token stays away: a call at slot s is counted in [s, s + margin], and for one window after that. */
export const awayMs = (policy: QuotaPolicy): number => policy.windowMs + policy.marginMs;

/** Tokens away at `atMs`: those of every slot in (atMs - away, atMs]. */
export function spentAt(entries: readonly Entry[], policy: QuotaPolicy, atMs: number): number {
  const returnedMs = atMs - awayMs(policy);
  let spent = 0;
  for (const { slotMs, count } of entries) if (slotMs > returnedMs && slotMs <= atMs) spent += count;
  return spent;
}

/** Spend `count` more at `slotMs`. */
export function spend(entries: readonly Entry[], slotMs: number, count: number): readonly Entry[] {
  const at = entries.findLastIndex((entry) => entry.slotMs <= slotMs);
  const found = entries[at];
  return found?.slotMs === slotMs
    ? entries.with(at, { slotMs, count: found.count + count })
    : entries.toSpliced(at + 1, 0, { slotMs, count });
}

/**
 * Why a quota with these times could not be kept, or not paid for.
 *
 * @param named what the times are called where they are set
 */
export function timeFaults(
  policy: QuotaPolicy,
  named: Readonly<Record<"call" | "window" | "gap", string>>,
): readonly string[] {
  const { windowMs, callTimeoutMs, minGapMs } = policy;
  const longestMs = longestCallMs(windowMs);
  const slots = mostSlots(policy);
  const leastGapMs = Math.ceil(((1 + MOST_AHEAD) * awayMs(policy)) / (MOST_SLOTS - 1));
  return [
    ...(callTimeoutMs <= longestMs
      ? []
      : [
          `${named.call} must be at most ${longestMs} where ${named.window} is ${windowMs}, got ${callTimeoutMs}: ` +
            "the tokens of a call that takes longer are planned on before it is known to be late",
        ]),
    ...(slots <= MOST_SLOTS
      ? []
      : [
          `${named.gap} must be at least ${leastGapMs} where ${named.window} is ${windowMs}, got ${minGapMs}: ` +
            `each reservation would write up to ${slots} slots, and ${MOST_SLOTS} are the most`,
        ]),
  ];
}

/** @throws {BadConfig} naming every field that is out of range */
export function assertPolicy(policy: QuotaPolicy): void {
  const least = { messages: 1, windowMs: 1, marginMs: 0, floor: 0, minGapMs: 1, callTimeoutMs: 1 } as const;
  const names = ["messages", "windowMs", "marginMs", "floor", "minGapMs", "callTimeoutMs"] as const;
  const bad = names.filter((name) => !Number.isSafeInteger(policy[name]) || policy[name] < least[name]);
  const faults = bad.map((name) => `${name} must be a whole number >= ${least[name]}, got ${policy[name]}`);
  if (policy.floor >= policy.messages) faults.push(`floor must be below messages, got ${policy.floor}`);
  faults.push(...timeFaults(policy, { call: "callTimeoutMs", window: "windowMs", gap: "minGapMs" }));
  if (faults.length > 0) throw new BadConfig(`quota: ${faults.join("; ")}`);
}
