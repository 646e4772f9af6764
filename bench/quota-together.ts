import { longestCallMs } from "../lib/domain/quota/policy-rules.ts";
import { volley } from "./quota-limiters.ts";
import { peakOf, type Scenario, simulate } from "./quota-simulation.ts";

// Three limits at once: no window of any is over, and of the tightest one little goes unused. Which one that is depends on the
// sizes of the batches: of small ones the calls, of large ones the messages.

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const LIMITS = { messages: 12_000, windowMs: MINUTE_MS, calls: 300, callsWindowMs: MINUTE_MS, perSecond: 1_500 };
const policy = { ...LIMITS, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
/** A second's tokens are moved in time if the answer comes this long after the margin; those of a minute always. */
const ANSWER_MS = 30;
const IN_TIME = { share: 0.01, mostMs: policy.marginMs + longestCallMs(SECOND_MS) - ANSWER_MS };
const MINUTES = 60;

export type Together = Readonly<{
  /** Share of the tightest limit that is used, the least of the mixes. */
  useTight: number;
  peakTogether: Readonly<{ messages: number; calls: number; second: number }>;
  /** The most in any second where one call in a hundred is up to 5 s late: longer than a second's tokens can be kept. */
  secondOfLate: number;
}>;

/** @param print told a line for each mix */
export function measureTogether(
  mixes: Readonly<Record<string, Scenario["size"]>>,
  load: Omit<Scenario, "size" | "minutes">,
  seed: number,
  print: (mix: string, uses: string) => void,
): Together {
  const runs = Object.entries(mixes).map(([mix, size]) => {
    const of = (more: Partial<Scenario>) =>
      simulate(volley(policy), { ...load, minutes: MINUTES, size, ...more }, seed);
    const { counted, use } = of({ late: IN_TIME });
    const callUse = callsAMinute(counted.map(({ atMs }) => atMs)) / policy.calls;
    print(mix, `messages ${percent(use)}, calls ${percent(callUse)}`);
    return {
      use: Math.max(use, callUse),
      messages: peakOf(counted, MINUTE_MS),
      calls: peakOf(
        counted.map(({ atMs }) => ({ atMs, count: 1 })),
        MINUTE_MS,
      ),
      second: peakOf(counted, SECOND_MS),
      secondOfLate: peakOf(of({}).counted, SECOND_MS),
    };
  });
  const most = (name: "messages" | "calls" | "second" | "secondOfLate") => Math.max(...runs.map((run) => run[name]));
  return {
    useTight: Math.floor(Math.min(...runs.map(({ use }) => use)) * 10_000) / 10_000,
    peakTogether: { messages: most("messages"), calls: most("calls"), second: most("second") },
    secondOfLate: most("secondOfLate"),
  };
}

/** Once the first windows are over: the start is a burst by design. */
function callsAMinute(times: readonly number[]): number {
  const from = 3 * MINUTE_MS;
  return times.filter((atMs) => atMs >= from && atMs < MINUTES * MINUTE_MS).length / (MINUTES - 3);
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
