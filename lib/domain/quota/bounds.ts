import type { Lane } from "../job.ts";
import { MOST_AHEAD, type QuotaPolicy } from "./ledger.ts";
import { type Limit, shortestWindowMs } from "./limits.ts";
import type { Bound } from "./slot.ts";

/** Shares of the window. Measured by `bench/quota.ts`; for a minute they are 0.6 s and 30 s. */
const AHEAD = {
  /** How far ahead bulk plans: an express call that needs many tokens waits behind what bulk has planned. */
  bulk: 1 / 100,
  /** How far ahead express plans: a late call must be moved before anybody plans on its tokens. */
  express: MOST_AHEAD,
};
/** The same, where a shorter window is counted besides: shares of that one. Express stays ahead of bulk. */
const AHEAD_OF_SHORTEST = { bulk: MOST_AHEAD / 2, express: MOST_AHEAD };
/** Of a second's messages a piece takes at least this share: smaller ones would spend the calls. */
const PIECE_OF_SECOND = 1 / 4;

/** How far ahead a lane plans, ms. */
export function aheadMs(policy: QuotaPolicy, lane: Lane): number {
  const shortestMs = shortestWindowMs(policy);
  const ownMs = policy.windowMs * AHEAD[lane];
  return Math.floor(shortestMs === policy.windowMs ? ownMs : Math.min(ownMs, shortestMs * AHEAD_OF_SHORTEST[lane]));
}

/**
 * What an ask may have of each limit, and the least that it takes at once. A small express ask may use what is left for
 * express, no other: the floor, and as large a part of the other limits, one at least.
 */
export function boundsFor(
  { count, lane }: Readonly<{ count: number; lane: Lane }>,
  policy: QuotaPolicy,
  limits: readonly Limit[],
): readonly Bound[] {
  const capacity = limits[0]?.most ?? 0;
  const floor = Math.floor((policy.floor * capacity) / policy.messages);
  const isSmall = lane === "express" && count <= floor;
  const leftOf = ({ name, most }: Limit): number =>
    isSmall ? 0 : name === "messages" ? floor : Math.ceil((floor * most) / capacity);
  const pieceOf = ({ name }: Limit, most: number): number => {
    if (name === "calls") return 1;
    if (name === "second") return Math.ceil(most * PIECE_OF_SECOND);
    return lane === "express" ? count : Math.max(1, floor);
  };
  return limits.map((limit) => {
    const most = Math.max(1, limit.most - leftOf(limit));
    return { ...limit, most, whole: limit.most, least: Math.min(count, pieceOf(limit, most), most) };
  });
}
