import type { Chance } from "./chance.ts";

/** What can go wrong by chance in the model, with the highest probability at each occasion. */
const HIGHEST = {
  // any call of a port
  throttled: 0.12,
  unanswered: 0.04, // it never arrives, and the caller waits until its time is over
  slowRequest: 0.1, // it takes effect late
  slowAnswer: 0.1, // it takes effect early and is answered late
  lostAnswer: 0.1, // it takes effect, and the caller hears of an error
  repeated: 0.1, // it takes effect, its answer gets lost, the client repeats it
  landsLate: 0.04, // the caller hears of an error, and it takes effect after that
  slowClaim: 0.3, // the answer to a claim is slow
  slowCount: 0.3, // a count takes effect late
  moveFails: 0.5, // late tokens could not be moved
  // the caller
  stalled: 0.03,
  stalledAfterCall: 0.3, // between the upstream's answer and writing it down
  crashed: 0.03,
  processCrashed: 0.006,
  frozen: 0.5, // with its answer a function is frozen, whatever it left under way
  outlived: 0.5, // a function at its time-out is frozen instead of ended, and wakes up again
  // the queues
  sentInPart: 0.15,
  deliveredTwice: 0.4,
  notDeleted: 0.15,
  // the indexes
  indexTrails: 0.5,
  // the upstream
  slowConnect: 0.2,
  slow: 0.4,
  hang: 0.15,
  resetBefore: 0.3,
  resetAfter: 0.3,
  refusedConnection: 0.2,
  serverError: 0.3,
  gateway: 0.3,
  unavailable: 0.3,
  flowLimit: 0.2,
  credentials: 0.08,
  badRequest: 0.1,
  failedReceivers: 0.5,
  omitted: 0.3,
} as const;

/** Without an end to it, messages that are doubled faster than they are worked off would drown everything else. */
const MOST_OF_A_KIND = 60;

export type FaultKind = keyof typeof HIGHEST;

/** How likely each fault is in one schedule. Most kinds are absent from most schedules, so that each is seen alone too. */
export type FaultPlan = Readonly<{
  happens(kind: FaultKind): boolean;
  /** Whether any of these may happen in this schedule. */
  has(...kinds: readonly FaultKind[]): boolean;
  /** A fault that did not come by chance. */
  count(kind: string): void;
  /** From now on nothing goes wrong any more: what is under way has to come to its end. */
  stop(): void;
  start(): void;
  isOn(): boolean;
  counts(): Readonly<Record<string, number>>;
}>;

/** @param often kinds that are as likely as they get */
export function makeFaultPlan(
  chance: Chance,
  tell: (line: string) => void,
  often: readonly FaultKind[] = [],
): FaultPlan {
  const density = chance.oneOf([0.1, 0.3, 0.6]);
  const kinds = Object.entries(HIGHEST);
  const odds = new Map<string, number>(
    kinds.map(([kind, highest]) => [kind, chance.happens(density) ? highest * chance.oneOf([0.1, 0.4, 1]) : 0]),
  );
  for (const kind of often) odds.set(kind, HIGHEST[kind]);
  const counts: Record<string, number> = {};
  let isOn = true;

  function count(kind: string): void {
    counts[kind] = (counts[kind] ?? 0) + 1;
    tell(`  ! ${kind}`);
  }

  return {
    count,
    happens(kind) {
      if (!isOn || counts[kind] === MOST_OF_A_KIND || !chance.happens(odds.get(kind) ?? 0)) return false;
      count(kind);
      return true;
    },
    has: (...some) => some.some((kind) => (odds.get(kind) ?? 0) > 0),
    stop() {
      isOn = false;
    },
    start() {
      isOn = true;
    },
    isOn: () => isOn,
    counts: () => counts,
  };
}
