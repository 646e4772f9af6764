import type { Chance } from "./chance.ts";

/** What can go wrong in the model, with the probability at each occasion in a storm that has it. */
const WORST = {
  // any call of a port
  throttled: 0.15,
  lost: 0.15,
  repeated: 0.15,
  paused: 0.08,
  killed: 0.06,
  processKilled: 0.01,
  outlived: 0.5,
  // the queue
  sentInPart: 0.2,
  deliveredTwice: 0.5,
  notDeleted: 0.2,
  // the upstream
  slow: 0.4,
  hang: 0.2,
  resetBefore: 0.3,
  resetAfter: 0.3,
  refusedConnection: 0.2,
  serverError: 0.3,
  gateway: 0.3,
  unavailable: 0.4,
  flowLimit: 0.3,
  credentials: 0.1,
  badRequest: 0.1,
  failedReceivers: 0.5,
  omitted: 0.3,
} as const;

/** Without an end to it, messages that are doubled faster than they are worked off would drown everything else. */
const MOST_OF_A_KIND = 50;

export type FaultKind = keyof typeof WORST;

/** How likely each fault is in one schedule. Most kinds are absent from most schedules, so that each is seen alone too. */
export type Weather = Readonly<{
  strikes(kind: FaultKind): boolean;
  has(...kinds: readonly FaultKind[]): boolean;
  /** From now on nothing goes wrong any more: what is under way has to come to its end. */
  calm(): void;
  isCalm(): boolean;
  faults(): Readonly<Record<string, number>>;
}>;

export function makeWeather(chance: Chance, tell: (fault: FaultKind) => void): Weather {
  const dense = chance.oneOf([0.15, 0.4, 0.8]);
  const names = Object.keys(WORST) as FaultKind[];
  const odds = new Map(
    names.map((kind) => [kind, chance.happens(dense) ? WORST[kind] * chance.oneOf([0.1, 0.4, 1]) : 0]),
  );
  const faults: Record<string, number> = {};
  let calm = false;
  return {
    strikes(kind) {
      const struck = faults[kind] ?? 0;
      if (calm || struck === MOST_OF_A_KIND || !chance.happens(odds.get(kind) ?? 0)) return false;
      faults[kind] = struck + 1;
      tell(kind);
      return true;
    },
    has: (...kinds) => kinds.some((kind) => (odds.get(kind) ?? 0) > 0),
    calm() {
      calm = true;
    },
    isCalm: () => calm,
    faults: () => faults,
  };
}
