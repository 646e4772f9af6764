import { type Line, lineChart } from "./line-chart.ts";
import { LIMITERS, LOAD, policy, SEED } from "./quota-load.ts";
import { type Counted, simulate } from "./quota-simulation.ts";

/** The start, where a window of the clock and a full bucket let twice the quota through, and some minutes at rest. */
const MINUTES = 5;
/** Full batches: as many receivers as Volley cuts a large job into. */
const BATCH = 497;
/** A line is drawn by the least, the most and the last of so many stretches. */
const STRETCHES = 200;

const DRAWN = [
  { name: "fixed window", limiter: "fixed window", colour: "#e5534b", dash: "8 3" },
  { name: "drip bucket", limiter: "drip bucket of 12,000", colour: "#b87a00", dash: "3 2" },
  { name: "sliding log", limiter: "sliding log", colour: "#8957e5" },
  { name: "Volley", limiter: "volley", colour: "#1f883d" },
] as const;

/**
 * Messages that the upstream counted in the 60 s before each moment: Volley and the limiters that are usually taken, under
 * one load. The same code draws the same bytes.
 */
export function drawQuota(): string {
  const runs = DRAWN.map(({ limiter, name, ...stroke }) => {
    const scenario = { ...LOAD, minutes: MINUTES, size: () => BATCH };
    const { counted, peak } = simulate(LIMITERS[limiter](), scenario, SEED);
    return { ...stroke, name: `${name}: ${inDigits(peak)}`, stepped: true, points: lineOf(counted) };
  });
  const peaks = runs.map(({ name }) => name).join(", ");
  return lineChart({
    title: "Messages in any 60 s, and the most that each limiter let through",
    description:
      `A saturated queue, ${MINUTES} minutes. At its most, the vendor counts this many messages in 60 s: ${peaks}. The quota ` +
      `is ${inDigits(policy.messages)}. Only Volley stays below it all the time: a fixed window and a drip bucket let twice ` +
      "the quota through at the start, a sliding log goes over it where calls are late.",
    x: { title: "minutes since the start", from: 0, to: MINUTES, ticks: [0, 1, 2, 3, 4, 5] },
    y: {
      ...{ title: `messages in the last 60 s; the quota is ${inDigits(policy.messages)}`, label: inDigits },
      ...{ from: 0, to: 24_000, ticks: [0, 6_000, 12_000, 18_000, 24_000] },
    },
    lines: runs,
    mark: policy.messages,
  });
}

function lineOf(counted: readonly Counted[]): Line["points"] {
  const endMs = MINUTES * 60_000;
  const within = countsInWindow(counted, policy.windowMs).filter(({ atMs }) => atMs <= endMs);
  return thinned(within, endMs / STRETCHES).map(({ atMs, count }) => [atMs / 60_000, count]);
}

/** How many were counted in the window that ends at each moment at which that changes. @param counted by time */
export function countsInWindow(counted: readonly Counted[], windowMs: number): Counted[] {
  const changes = counted.flatMap(({ atMs, count }) => [
    { atMs, count },
    { atMs: atMs + windowMs, count: -count },
  ]);
  // Who leaves in a millisecond leaves before who comes in it.
  changes.sort((a, b) => a.atMs - b.atMs || a.count - b.count);
  let inWindow = 0;
  return changes.map(({ atMs, count }) => {
    inWindow += count;
    return { atMs, count: inWindow };
  });
}

/** Of each stretch only the least, the most and the last, in the order in which they came: few points, no peak too low. */
export function thinned(points: readonly Counted[], stretchMs: number): Counted[] {
  const stretches = Map.groupBy(points, ({ atMs }) => Math.floor(atMs / stretchMs));
  return [...stretches.values()].flatMap((stretch) => {
    const ascending = stretch.toSorted((a, b) => a.count - b.count);
    const kept = new Set([ascending[0], ascending.at(-1), stretch.at(-1)]);
    return stretch.filter((point) => kept.has(point));
  });
}

const inDigits = (value: number): string => value.toLocaleString("en");
