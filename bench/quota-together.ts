import { volley } from "./quota-limiters.ts";
import { peakOf, type Scenario, simulate } from "./quota-simulation.ts";

// Three limits at once: no window of any is over, and of the tightest one little goes unused, also where one call in a hundred is
// up to 5 s late. Which one that is depends on the sizes of the batches: of small ones the calls, of large ones the messages. And
// a second alone, as the tightest by far.

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const LIMITS = { messages: 12_000, windowMs: MINUTE_MS, calls: 300, callsWindowMs: MINUTE_MS, perSecond: 1_500 };
const policy = { ...LIMITS, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
/** Half of what a minute allows: nothing but the second counts. */
const TIGHT = { ...policy, calls: undefined, perSecond: 100 };
const TIGHT_SIZE = 50;
const NEVER_LATE = { share: 0, mostMs: 5_000 };
const MINUTES = 60;

export type Together = Readonly<{
  /** Share of the tightest limit that is used, the least of the mixes. */
  useTight: number;
  peakTogether: Readonly<{ messages: number; calls: number; second: number }>;
  /** Share of a second that is used where it is the tightest by far: calls all in time; one in a hundred late. */
  useSecond: Readonly<{ inTime: number; late: number }>;
}>;

/** @param print told a line for each mix */
export function measureTogether(
  mixes: Readonly<Record<string, Scenario["size"]>>,
  load: Omit<Scenario, "size" | "minutes">,
  seed: number,
  print: (mix: string, uses: string) => void,
): Together {
  const runs = Object.entries(mixes).map(([mix, size]) => {
    const { counted, use } = simulate(volley(policy), { ...load, minutes: MINUTES, size }, seed);
    const callUse = callsAMinute(counted.map(({ atMs }) => atMs)) / policy.calls;
    print(mix, `messages ${percent(use)}, calls ${percent(callUse)}`);
    const calls = counted.map(({ atMs }) => ({ atMs, count: 1 }));
    return {
      use: Math.max(use, callUse),
      ...{ messages: peakOf(counted, MINUTE_MS), calls: peakOf(calls, MINUTE_MS), second: peakOf(counted, SECOND_MS) },
    };
  });
  const useOf = (late: NonNullable<Scenario["late"]> | undefined): number => {
    const scenario = { ...load, quota: TIGHT.perSecond * 60, minutes: MINUTES, size: () => TIGHT_SIZE };
    return roundedDown(simulate(volley(TIGHT), { ...scenario, ...(late && { late }) }, seed).use);
  };
  const most = (name: "messages" | "calls" | "second") => Math.max(...runs.map((run) => run[name]));
  return {
    useTight: roundedDown(Math.min(...runs.map(({ use }) => use))),
    peakTogether: { messages: most("messages"), calls: most("calls"), second: most("second") },
    useSecond: { inTime: useOf(NEVER_LATE), late: useOf(undefined) },
  };
}

const roundedDown = (share: number): number => Math.floor(share * 10_000) / 10_000;

/** Once the first windows are over: the start is a burst by design. */
function callsAMinute(times: readonly number[]): number {
  const from = 3 * MINUTE_MS;
  return times.filter((atMs) => atMs >= from && atMs < MINUTES * MINUTE_MS).length / (MINUTES - 3);
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
