import type { HeldTime } from "./quota/standing.ts";
import { filter, lengthOf, type Ranges, toRanges, union } from "./ranges.ts";

/**
 * Batches of one job that were queued together. *Queued*: their tasks are valid. *Owed* (no `queuedAtMs`): they are not
 * any more, and have to be queued again under another share. The id is drawn, never numbered, so that a task of an older
 * share is never taken for one of a newer.
 */
export type Share = Readonly<{ id: string; batches: Ranges; queuedAtMs?: number }>;

/** What a share of batches needs to know of its job. */
export type Sizes = Readonly<{ receivers: number; batches: number; batchSize: number }>;

/** How many receivers stand in batch `n`: the last one may be shorter. */
export const receiversInBatch = ({ receivers, batchSize }: Sizes, n: number): number =>
  Math.max(0, Math.min(batchSize, receivers - n * batchSize));

/** How many receivers stand in these batches. */
export const receiversIn = (sizes: Sizes, ranges: Ranges): number =>
  ranges.reduce(
    (sum, [from, to]) =>
      sum + Math.min(to * sizes.batchSize, sizes.receivers) - Math.min(from * sizes.batchSize, sizes.receivers),
    0,
  );

export const isQueued = (share: Share): boolean => share.queuedAtMs !== undefined;

/** Every batch that stands in a share. */
export const batchesInShares = (shares: readonly Share[]): Ranges => union(shares.map(({ batches }) => batches));

/** Whether a task of this share is valid for batch `n`. */
export const isValidTask = (shares: readonly Share[], share: string, n: number): boolean =>
  shares.some(
    ({ id, batches, queuedAtMs }) =>
      id === share && queuedAtMs !== undefined && batches.some(([from, to]) => n >= from && n < to),
  );

/** A job's shares without the counted batches: those still queued, and the batches that are owed. */
export type Reviewed = Readonly<{ queued: readonly Share[]; owed: Ranges; changed: boolean }>;

type Times = Readonly<{
  nowMs: number;
  ageMs: number;
  /** The account's last hold and its last pause: a share does not age by the part of them that it was queued in. */
  heldTimes?: readonly (HeldTime | undefined)[];
  held: boolean;
  /** The tasks of shares that were queued until then are void. */
  voidUntilMs?: number | undefined;
}>;

/**
 * Look through a job's shares: drop the batches that are counted; what has been queued for `ageMs` becomes owed, since
 * its tasks may be lost. While the account is held or paused no worker can send, so then no share ages.
 */
export function reviewShares(
  shares: readonly Share[],
  isCounted: (batch: number) => boolean,
  { nowMs, ageMs, heldTimes = [], held, voidUntilMs = Number.NEGATIVE_INFINITY }: Times,
): Reviewed {
  const queued: Share[] = [];
  const owed: Ranges[] = [];
  let changed = false;
  for (const share of shares) {
    const batches = filter(share.batches, (n) => !isCounted(n));
    if (lengthOf(batches) !== lengthOf(share.batches)) changed = true;
    if (batches.length === 0) continue;
    const isOld =
      share.queuedAtMs !== undefined &&
      (share.queuedAtMs <= voidUntilMs || nowMs - share.queuedAtMs - heldSince(share.queuedAtMs, heldTimes) >= ageMs);
    if (share.queuedAtMs === undefined || (isOld && !held)) {
      if (share.queuedAtMs !== undefined) changed = true;
      owed.push(batches);
    } else queued.push(batches === share.batches ? share : { ...share, batches });
  }
  return { queued, owed: union(owed), changed };
}

/**
 * For how long the oldest task that is not done has been queued, ms. `undefined`: there is none, or the account is held, so
 * that no worker can send.
 */
export function oldestQueuedMs(
  shares: readonly Share[],
  isCounted: (batch: number) => boolean,
  { nowMs, heldTimes = [], held }: Omit<Times, "ageMs" | "voidUntilMs">,
): number | undefined {
  if (held) return undefined;
  const ages = shares.flatMap(({ queuedAtMs, batches }) =>
    queuedAtMs !== undefined && queuedAtMs <= nowMs && filter(batches, (n) => !isCounted(n)).length > 0
      ? Math.max(0, nowMs - queuedAtMs - heldSince(queuedAtMs, heldTimes))
      : [],
  );
  return ages.length === 0 ? undefined : Math.max(...ages);
}

/** How long of the last hold and the last pause a share was queued, ms. */
const heldSince = (queuedAtMs: number, heldTimes: readonly (HeldTime | undefined)[]): number =>
  heldTimes.reduce((sum, time) => sum + (time ? Math.max(0, time.toMs - Math.max(time.fromMs, queuedAtMs)) : 0), 0);

/** A job that wants batches queued: what it has queued already, what it is owed, and how far its list is cut. */
export type Candidate = Readonly<{
  sizes: Sizes;
  /** Uncounted receivers in its queued shares. */
  open: number;
  owed: Ranges;
  cursor: number;
  servedAtMs: number;
  /** Express jobs take no room. */
  takesRoom: boolean;
  /** Receivers that it may be given, absent: any number; the last batch given may exceed it by a part of itself. */
  most?: number;
}>;

/** What a candidate is given: batches to queue now, and the batches it is still owed. */
export type Given = Readonly<{ queue: Ranges; owed: Ranges; cursor: number }>;

/**
 * Give out the room, batch by batch: to the job with the fewest open receivers, among equals to the one that was served
 * longest ago; owed batches before new ones.
 *
 * @param room receivers the account may have queued in all, and how many of them are `free`; the last batch given may
 *   exceed it by a part of itself
 * @returns for each candidate, in the same order, what it is given; whether one was left a batch or more below its fair
 *   share, so that it is worth looking again soon; and how many still wait for room
 */
export function giveOut(
  candidates: readonly Candidate[],
  room: Readonly<{ total: number; free: number }>,
): Readonly<{ given: readonly Given[]; unfair: boolean; waiting: number }> {
  const hands = candidates.map((one) => ({
    one,
    open: one.open,
    cursor: one.cursor,
    queue: [] as number[],
    owed: [...one.owed.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))],
    next: 0,
    left: one.most ?? Number.POSITIVE_INFINITY,
  }));
  type Hand = (typeof hands)[number];
  const wants = (hand: Hand): boolean =>
    hand.left > 0 && (hand.next < hand.owed.length || hand.cursor < hand.one.sizes.batches);
  const comesFirst = (a: Hand, b: Hand): boolean =>
    a.open < b.open || (a.open === b.open && a.one.servedAtMs < b.one.servedAtMs);
  const take = (hand: Hand): number => {
    const batch = hand.next < hand.owed.length ? (hand.owed[hand.next++] ?? 0) : hand.cursor++;
    hand.queue.push(batch);
    const size = receiversInBatch(hand.one.sizes, batch);
    hand.open += size;
    hand.left -= size;
    return size;
  };

  for (const hand of hands) if (!hand.one.takesRoom) while (wants(hand)) take(hand);
  const rivals = hands.filter((hand) => hand.one.takesRoom && (hand.open > 0 || wants(hand)));
  const fairShare = room.total / Math.max(1, rivals.length);
  let waiting = rivals.filter(wants);
  let left = room.free;
  while (left > 0 && waiting.length > 0) {
    const first = waiting.reduce((best, hand) => (comesFirst(hand, best) ? hand : best));
    left -= take(first);
    if (!wants(first)) waiting = waiting.filter((hand) => hand !== first);
  }
  return {
    given: hands.map(({ queue, owed, next, cursor }) => ({
      queue: toRanges(queue.toSorted((a, b) => a - b)),
      owed: toRanges(owed.slice(next)),
      cursor,
    })),
    unfair: waiting.some((hand) => hand.open + hand.one.sizes.batchSize <= fairShare),
    waiting: waiting.length,
  };
}
