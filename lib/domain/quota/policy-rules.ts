import { BadConfig } from "../errors.ts";
import type { Text } from "../text.ts";
import { CALLS_WINDOW_MS, MOST_AHEAD, type QuotaPolicy } from "./ledger.ts";
import type { LimitName } from "./standing.ts";

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

/** The windows that are counted, but for the second: it is the shortest. */
const windowsOf = ({ windowMs, calls, callsWindowMs = CALLS_WINDOW_MS }: QuotaPolicy): readonly number[] =>
  calls === undefined ? [windowMs] : [windowMs, callsWindowMs];

/**
 * The most slots a ledger holds: of the last window (the longest, if there are several) and of the half that is planned ahead,
 * each with a message and a call at least.
 */
export function mostSlots(policy: QuotaPolicy): number {
  const { messages, windowMs, marginMs, calls = Number.POSITIVE_INFINITY, callsWindowMs = CALLS_WINDOW_MS } = policy;
  const keptMs = (1 + MOST_AHEAD) * (Math.max(...windowsOf(policy)) + marginMs);
  const within = (most: number, ofMs: number): number => most * Math.ceil(keptMs / (ofMs + marginMs));
  const slots = Math.min(within(messages, windowMs), within(calls, callsWindowMs), keptMs / policy.minGapMs);
  return Math.ceil(slots) + 1;
}

/** What may be set: from the least to the most of each. */
export const LIMIT_RANGES = {
  messages: [1, 10_000_000],
  windowMs: [100, 3_600_000],
  calls: [1, 10_000_000],
  callsWindowMs: [100, 3_600_000],
  perSecond: [1, 10_000_000],
  floor: [0, 1_000_000],
} as const satisfies Readonly<Record<LimitName, readonly [number, number]>>;

/** What is wrong with one field of a policy. `among`: the limits that it comes from. */
export type PolicyFault = Readonly<{ field: keyof QuotaPolicy; detail: Text; among: readonly LimitName[] }>;
/** What a field is called where it is set. */
export type Named = (field: keyof QuotaPolicy) => string;

/**
 * Why a quota could not be kept, or not paid for, although each of its fields is in range.
 *
 * @param named what the fields are called where they are set
 */
export function policyFaults(policy: QuotaPolicy, named: Named): readonly PolicyFault[] {
  const { floor, messages } = policy;
  return [
    ...(floor < messages
      ? []
      : [{ field: "floor", detail: `must be below ${named("messages")}, got ${floor}`, among: FLOOR_OF } as const]),
    ...timeFaults(policy, named),
  ];
}

function timeFaults(policy: QuotaPolicy, named: Named): readonly PolicyFault[] {
  const { windowMs, marginMs, calls, callsWindowMs = CALLS_WINDOW_MS, callTimeoutMs, minGapMs } = policy;
  const windows = [
    { name: "windowMs", ms: windowMs } as const,
    ...(calls === undefined ? [] : [{ name: "callsWindowMs", ms: callsWindowMs } as const]),
  ];
  const [shortest, longest] = [windows.toSorted((a, b) => a.ms - b.ms)[0], windows.toSorted((a, b) => b.ms - a.ms)[0]];
  if (shortest === undefined || longest === undefined) return [];
  const longestMs = longestCallMs(shortest.ms);
  const slots = mostSlots(policy);
  const leastGapMs = Math.ceil(((1 + MOST_AHEAD) * (longest.ms + marginMs)) / (MOST_SLOTS - 1));
  return [
    ...(callTimeoutMs <= longestMs
      ? []
      : [
          {
            field: "callTimeoutMs",
            among: [shortest.name, "calls"],
            detail: `must be at most ${longestMs} where ${named(shortest.name)} is ${shortest.ms}, got ${callTimeoutMs}: the tokens of a call that takes longer are planned on before it is known to be late`,
          } as const,
        ]),
    ...(slots <= MOST_SLOTS
      ? []
      : [
          {
            field: "minGapMs",
            among: [longest.name, "messages", "calls"],
            detail: `must be at least ${leastGapMs} where ${named(longest.name)} is ${longest.ms}, got ${minGapMs}: each reservation would write up to ${slots} slots, and ${MOST_SLOTS} are the most`,
          } as const,
        ]),
  ];
}

const FLOOR_OF = ["floor", "messages"] as const;

const LEAST = { messages: 1, windowMs: 1, marginMs: 0, floor: 0, minGapMs: 1, callTimeoutMs: 1 } as const;
const LEAST_IF_SET = { calls: 1, callsWindowMs: 1, perSecond: 1 } as const;

/** @throws {BadConfig} naming every field that is out of range */
export function assertPolicy(policy: QuotaPolicy): void {
  const least = { ...LEAST, ...LEAST_IF_SET };
  const names = Object.keys(least) as readonly (keyof typeof least)[];
  const set = names.filter((name) => name in LEAST || policy[name] !== undefined);
  const bad = set.filter((name) => !Number.isSafeInteger(policy[name]) || (policy[name] ?? 0) < least[name]);
  const faults = bad.map((name) => `${name} must be a whole number >= ${least[name]}, got ${policy[name]}`);
  faults.push(...policyFaults(policy, (field) => field).map(({ field, detail }) => `${field} ${detail}`));
  if (faults.length > 0) throw new BadConfig(`quota: ${faults.join("; ")}`);
}
