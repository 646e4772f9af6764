import type { HeldTime, Standing } from "./standing.ts";

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
  /** How long one call may take, ms; at least 1, bounded by the shortest window. */
  callTimeoutMs: number;
  /** Calls in any window of `callsWindowMs`, which is a minute where it is not set. Absent: as many as there are slots for. */
  calls?: number | undefined;
  callsWindowMs?: number | undefined;
  /** Messages in any second. Absent: no such limit. */
  perSecond?: number | undefined;
}>;

/** Of `callsWindowMs`, where it is not set. */
export const CALLS_WINDOW_MS = 60_000;

/** Slots are planned this share of the window ahead at most: tokens that come back by then are planned on already. */
export const MOST_AHEAD = 1 / 2;

/** Tokens spent at one slot. `calls`: by so many calls, where it is more than one. */
export type Entry = Readonly<{ slotMs: number; count: number; calls?: number | undefined }>;

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

/** A call of which nobody knows yet when it was counted. `id`: drawn by the ledger, of no other call. */
export type OpenCall = Readonly<{ id: number; slotMs: number; count: number }>;

/** `lastId`: of the last call that was opened; ids only grow. */
export type OpenCalls = Readonly<{ lastId: number; calls: readonly OpenCall[] }>;

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
  /** What operators have set. */
  standing?: Standing | undefined;
  /** Calls that are not answered yet, kept where messages of a second are limited. */
  open?: OpenCalls | undefined;
}>;

export const EMPTY_LEDGER: Ledger = { entries: [], seenMs: 0, pacedUntilMs: 0 };

/** How long a token stays away: a call at slot s is counted in [s, s + margin], and for one window after that. */
export const awayMs = (policy: QuotaPolicy): number => policy.windowMs + policy.marginMs;

/** Spend `count` more at `slotMs`, by one call. */
export function spend(entries: readonly Entry[], slotMs: number, count: number): readonly Entry[] {
  const at = entries.findLastIndex((entry) => entry.slotMs <= slotMs);
  const found = entries[at];
  return found?.slotMs === slotMs
    ? entries.with(at, { slotMs, count: found.count + count, calls: callsIn(found) + 1 })
    : entries.toSpliced(at + 1, 0, { slotMs, count });
}

export const callsIn = ({ calls = 1 }: Entry): number => calls;
