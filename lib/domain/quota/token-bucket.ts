import type { Lane } from "../job.ts";
import { aheadMs, boundsFor } from "./bounds.ts";
import { capacityAt, probe } from "./circuit-breaker.ts";
import { callsIn, type Entry, type Ledger, type QuotaPolicy, spend } from "./ledger.ts";
import { type Limit, limitsOf, returnsAtMs, spentAt, stillAway, tokensIn } from "./limits.ts";
import { answered, asIfAnswered, isFull, openOne, withOpenCalls } from "./open-calls.ts";
import { pacedUntil } from "./pacing.ts";
import { firstSlot } from "./slot.ts";
import { wholeOrPart } from "./whole-or-part.ts";

/**
 * `maxWaitMs`: nothing is reserved further ahead than the caller will wait. `isOutside`: the caller sends by itself and tells
 * nothing afterwards, so it cannot be the probe after a hold.
 */
export type Ask = Readonly<{
  nowMs: number;
  count: number;
  lane: Lane;
  maxWaitMs: number;
  isOutside?: boolean | undefined;
}>;

export type Grant =
  /**
   * Store `ledger`, then send `granted` messages at `slotMs`. `probe`: the first call after a hold; it has to report. `call`:
   * where messages of a second are limited, the id under which it is told that the answer is there. `pace`: see {@link Pace}.
   */
  | Readonly<{
      kind: "granted";
      slotMs: number;
      granted: number;
      probe: boolean;
      call?: number | undefined;
      pace?: Pace | undefined;
      ledger: Ledger;
    }>
  /** Nothing changed: ask again at `untilMs`. */
  | Readonly<{ kind: "wait"; untilMs: number; why: WaitReason }>;
/**
 * Until when bulk had spent its even share before a grant, and after it, epoch ms; absent where the grant was not paced. Who is
 * granted twice and finds another pace than he left knows that somebody else was granted between.
 */
export type Pace = Readonly<{ foundMs: number; leftMs: number }>;
/** `held`: nobody sends for a while, or one probe goes first. `paused`: an operator has stopped all sending. */
export type WaitReason = "quota" | "held" | "paused";

/** How far bulk may be ahead of its even share: tokens that return together are spent together, so none stay unused. */
const CREDIT = 1 / 30;
/**
 * And further where calls are late in the mean, by so many times as much: their tokens are away longer, so that fewer may
 * stay unused. The price is a less even stream.
 */
const CREDIT_PER_LATENESS = 14;
const MOST_CREDIT = 1 / 6;
/** Calls whose lateness counts. */
const REMEMBERED = 64;
/** Up to this share of the capacity bulk need not pace itself: after a quiet time it may burst. */
const BURST = 1 / 2;
/** A caller that waits for a probe's result asks again after this, ms. */
const PROBE_LOOK_MS = 1_000;
/** One that waits for the answers to others' calls, which come at any time. */
const OPEN_LOOK_MS = 250;
/** A caller that waits for the end of a pause asks again after a fifth of the time that it has lasted, within these bounds, ms. */
const PAUSE_LOOK = { share: 1 / 5, leastMs: 5_000, mostMs: 60_000 };
const pauseLookMs = (pausedMs: number): number =>
  Math.min(PAUSE_LOOK.mostMs, Math.max(PAUSE_LOOK.leastMs, Math.floor(pausedMs * PAUSE_LOOK.share)));

/**
 * Decide when `count` messages may be sent by one call, and spend their tokens. A token returns one window (and the margin)
 * after its slot, so no window of the upstream's ever counts more than the quota, however many workers ask. Where there are
 * several limits the slot keeps all of them.
 *
 * `granted` may be less than `count`: ask again for the rest. It is at least the floor, and bulk rather waits a moment for room
 * for all of it. Express may spend the floor too, and a larger express call is split only if it could never go whole, or by
 * what a second may have. What an express call has reserved, even far ahead, bulk cannot take.
 *
 * @param nowMs epoch ms by the caller's clock; one that steps back delays a slot, it never grants two
 * @returns `granted` with a slot at or after `nowMs`, half a window ahead at most; or `wait` with a time after `nowMs`
 * @throws {RangeError} if `nowMs` or `count` is not a whole number, or `count` is below 1
 */
export function reserve(ledger: Ledger, policy: QuotaPolicy, ask: Ask): Grant {
  const { nowMs, count, lane, maxWaitMs } = ask;
  if (!Number.isSafeInteger(nowMs)) throw new RangeError(`nowMs must be a whole number, got ${nowMs}`);
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`count must be at least 1, got ${count}`);
  const seenMs = Math.max(nowMs, ledger.seenMs);
  const stopped = whyStopped(ledger, seenMs, ask);
  if (stopped) return stopped;

  const capacity = capacityAt(ledger, policy, seenMs);
  const limits = withOpenCalls(limitsOf(policy, ledger, capacity), ledger, policy, seenMs);
  const entries = stillAway(ledger.entries, limits, seenMs);
  const fromMs = lane === "bulk" ? bulkFrom(entries, policy, seenMs, ledger) : seenMs;
  const from = { fromMs, minGapMs: policy.minGapMs };
  const slotUnder = (some: readonly Limit[]) => {
    const bounds = boundsFor(ask, policy, some);
    const slot =
      lane === "bulk" ? wholeOrPart(entries, bounds, from, { count, policy }) : firstSlot(entries, bounds, from);
    return { ...slot, bounds, untilMs: slot.slotMs - Math.min(aheadMs(policy, lane), maxWaitMs) };
  };
  const { slotMs, room, bounds, untilMs } = slotUnder(limits);
  if (untilMs > seenMs || isFull(limits)) {
    const sooner = asIfAnswered(limits);
    const soonMs = sooner ? Math.max(slotUnder(sooner).untilMs, seenMs + OPEN_LOOK_MS) : Number.POSITIVE_INFINITY;
    return { kind: "wait", untilMs: isFull(limits) ? soonMs : Math.min(untilMs, soonMs), why: "quota" };
  }

  const granted = Math.min(count, room);
  const taken = { slotMs, count: granted };
  const pacing = bounds.filter(({ name }) => name !== "second"); // too short to spread anything over it
  const bursts = pacing.every((one) => spentAt(entries, one, slotMs) + tokensIn(taken, one) <= one.whole * BURST);
  const atMs = Math.max(slotMs, ledger.pacedUntilMs);
  const paces = lane === "bulk" && !bursts;
  const open = ask.isOutside ? ledger.open : openOne(limits, ledger, { slotMs, count: granted, seenMs });
  const pacedUntilMs = paces
    ? Math.max(...pacing.map((limit) => pacedUntil(entries, limit, { atMs, count: tokensIn(taken, limit) })))
    : ledger.pacedUntilMs;
  const next: Ledger = {
    ...ledger,
    ...{ seenMs, open, pacedUntilMs },
    entries: spend(entries, slotMs, granted),
    ...(ledger.lateness && { lateness: ledger.lateness - Math.ceil(ledger.lateness / REMEMBERED) }),
    hold: ledger.hold && probe(ledger.hold, policy, slotMs),
  };
  const more = {
    ...(open !== ledger.open && open && { call: open.lastId }),
    ...(paces && { pace: { foundMs: ledger.pacedUntilMs, leftMs: pacedUntilMs } }),
  };
  return { kind: "granted", slotMs, granted, probe: ledger.hold !== undefined, ...more, ledger: next };
}

function whyStopped(
  { hold, standing }: Ledger,
  seenMs: number,
  { isOutside }: Ask,
): (Grant & { kind: "wait" }) | undefined {
  const pausedAtMs = standing?.pausedAtMs;
  if (pausedAtMs !== undefined)
    return { kind: "wait", untilMs: seenMs + pauseLookMs(seenMs - pausedAtMs), why: "paused" };
  if (hold === undefined || (seenMs >= hold.untilMs && !isOutside)) return undefined;
  const lookAtMs = seenMs + PROBE_LOOK_MS;
  const untilMs = hold.probing ? Math.min(hold.untilMs, lookAtMs) : hold.untilMs;
  return { kind: "wait", untilMs: untilMs > seenMs ? untilMs : lookAtMs, why: "held" };
}

/** A call that was answered late. `call`: the id that was granted with its slot. */
export type LateCall = Readonly<{ slotMs: number; count: number; answeredAtMs: number; call?: number | undefined }>;

/**
 * A call at `slotMs` was answered only at `answeredAtMs`, so it may have been counted as late as that: its tokens
 * return one window after the answer. If told twice, or about an entry that is gone, it counts twice, which is the safe side.
 *
 * It has to be told within half a window of the slot: later, others may have planned on these tokens.
 */
export function moveLate(before: Ledger, policy: QuotaPolicy, { slotMs, count, answeredAtMs, call }: LateCall): Ledger {
  const ledger = answered(before, call);
  const toMs = answeredAtMs - policy.marginMs;
  const limits = limitsOf(policy, ledger, policy.messages);
  const isBack = limits.every((limit) => returnsAtMs(limit, toMs) <= ledger.seenMs);
  if (toMs <= slotMs || isBack) return ledger; // on time, or returned already
  const left = ledger.entries.map((entry) =>
    entry.slotMs === slotMs && entry.count >= count
      ? { slotMs, count: entry.count - count, ...lessOne(callsIn(entry)) }
      : entry,
  );
  const entries = left.filter((entry) => entry.count > 0);
  const isWhole = entries.length < left.length; // it leaves a place free: no gap is needed to keep the ledger small
  return {
    ...ledger,
    seenMs: Math.max(ledger.seenMs, answeredAtMs),
    entries: spend(entries, isWhole ? toMs : afterGap(entries, policy, toMs), count),
    lateness: (ledger.lateness ?? 0) + toMs - slotMs,
  };
}

/** One call has left a slot. */
const lessOne = (calls: number) => (calls > 2 ? { calls: calls - 1 } : {});

/** From when bulk may plan: when its pace allows; at the slot before that, if it is still ahead and nearer than the gap. */
function bulkFrom(entries: readonly Entry[], policy: QuotaPolicy, seenMs: number, ledger: Ledger): number {
  const { pacedUntilMs, lateness = 0 } = ledger;
  const creditMs = policy.windowMs * CREDIT + (lateness / REMEMBERED) * CREDIT_PER_LATENESS;
  const fromMs = Math.max(seenMs, pacedUntilMs - Math.floor(Math.min(creditMs, policy.windowMs * MOST_CREDIT)));
  const before = entries.findLast(({ slotMs }) => slotMs <= fromMs)?.slotMs ?? 0;
  return before >= seenMs && fromMs - before < policy.minGapMs ? before : fromMs;
}

/** Where to put an entry that comes from before: at `toMs`, or later where a neighbour is nearer than the gap. */
function afterGap(entries: readonly Entry[], { minGapMs }: QuotaPolicy, toMs: number): number {
  const before = entries.findLast(({ slotMs }) => slotMs < toMs)?.slotMs ?? 0;
  const after = entries.find(({ slotMs }) => slotMs >= toMs)?.slotMs ?? Number.POSITIVE_INFINITY;
  const atMs = Math.max(toMs, before + minGapMs);
  return after - atMs < minGapMs ? after : atMs;
}
