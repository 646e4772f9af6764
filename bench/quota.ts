import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rounded } from "./measure.ts";
import { volley } from "./quota-limiters.ts";
import { LIMITERS, LOAD, policy, SEED } from "./quota-load.ts";
import { drawQuota } from "./quota-picture.ts";
import { type Limiter, type Measured, percentile, type Scenario, simulate } from "./quota-simulation.ts";
import { measureTogether } from "./quota-together.ts";

// How exactly the quota is kept, how much of it is used, and how long express waits: hours of simulated time, measured
// where the upstream counts. The same load goes to the limiters that are usually taken. `-- --draw` draws docs/quota.svg.

/** Express jobs of 500 that wait at once, in a scenario of its own. */
const CROWD = 150;
/** Waits of a large express job are rare: it takes hours to tell their p99. What the others do shows in half an hour. */
const MINUTES = { ours: 240, rivals: 30, alone: 60 };

const MIXES: Readonly<Record<string, (random: () => number) => number>> = {
  "all 497": () => 497,
  "all 500": () => 500,
  "all 300": () => 300,
  "all 100": () => 100,
  "all 10": () => 10,
  "10 to 500": (random) => 10 + Math.floor(random() * 491),
  "10 or 500": (random) => (random() < 0.5 ? 10 : 500),
  "400 or 450": (random) => (random() < 0.5 ? 400 : 450),
};

type Row = Readonly<{
  peak: number;
  use: number;
  callsABatch: number;
  expressP99Ms: number;
  express500P99Ms: number;
}>;

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, draw: { type: "boolean", default: false } },
});
if (values.draw) writeFileSync(join(import.meta.dirname, "../docs/quota.svg"), drawQuota());
const print = values.json ? () => {} : console.log;

print(
  `${MINUTES.ours} simulated minutes a mix (rivals ${MINUTES.rivals}), ${LOAD.workers} workers that never run dry, up to ${LOAD.marginMs} ms of jitter,`,
);
print("1 % of calls up to 5 s late; an express job of one receiver a second, two of 500 a minute.\n");
print(line(["", "", "peak in 60 s", "use", "calls", "a batch", "express, 1 receiver", "express, 500"]));
print(line(["limiter", "mix", "", "", "", "", "p50 / p99, s", "p50 / p99, s"]));

const worst = new Map(Object.entries(LIMITERS).map(([name, make]) => [name, worstOf(measureAll(name, make))]));
const { volley: ours, ...rivals } = Object.fromEntries(worst);
const crowded = measureAlone("150 express", { express500AtOnce: CROWD, express500EveryMs: Number.POSITIVE_INFINITY });
const [slow, slower] = [300, 1_000].map((answerMs) => measureAlone(`${answerMs} ms`, { answerMs }));
print("\nThree limits at once: 12,000 messages and 300 calls a minute, 1,500 messages a second.");
const together = measureTogether(MIXES, LOAD, SEED, (mix, uses) => print(line(["volley", mix]) + uses));
console.log(
  JSON.stringify({
    bench: "quota",
    ...ours,
    ...together,
    crowdedExpressP99Ms: percentile(crowded.express1Ms, 0.99),
    use300: roundedDown(slow?.use),
    use1000: roundedDown(slower?.use),
    peakOfSlow: Math.max(slow?.peak ?? 0, slower?.peak ?? 0),
    rivals,
  }),
);

/** One scenario of full batches that is not part of the mixes. */
function measureAlone(name: string, more: Partial<Scenario>): Measured {
  const measured = simulate(volley(policy), { ...LOAD, minutes: MINUTES.alone, size: () => 497, ...more }, SEED);
  print(line(["volley", name, ...cells(measured)]));
  return measured;
}

function measureAll(limiter: string, make: () => Limiter): Row[] {
  return Object.entries(MIXES).map(([mix, size]) => {
    const measured = simulate(
      make(),
      { ...LOAD, minutes: limiter === "volley" ? MINUTES.ours : MINUTES.rivals, size },
      SEED,
    );
    print(line([limiter, mix, ...cells(measured)]));
    return {
      peak: measured.peak,
      use: measured.use,
      callsABatch: callsABatch(measured),
      expressP99Ms: percentile(measured.express1Ms, 0.99),
      express500P99Ms: percentile(measured.express500Ms, 0.99),
    };
  });
}

/** The worst of each over all mixes. */
function worstOf(rows: readonly Row[]): Row {
  const most = (name: keyof Row) => Math.max(...rows.map((row) => row[name]));
  return {
    peak: most("peak"),
    use: roundedDown(Math.min(...rows.map(({ use }) => use))),
    callsABatch: rounded(most("callsABatch"), 2),
    expressP99Ms: most("expressP99Ms"),
    express500P99Ms: most("express500P99Ms"),
  };
}

function roundedDown(share = Number.NaN): number {
  return Math.floor(share * 10_000) / 10_000;
}

/** Calls for each batch of a bulk job: one, and another for each part that was split off. */
function callsABatch({ calls, splits, express1Ms, express500Ms }: Measured): number {
  const bulkCalls = calls - express1Ms.length - express500Ms.length;
  return bulkCalls / (bulkCalls - splits);
}

function cells(measured: Measured): string[] {
  const { peak, use, calls, express1Ms, express500Ms } = measured;
  const waits = (ms: readonly number[]) =>
    [0.5, 0.99].map((share) => (percentile(ms, share) / 1000).toFixed(1)).join(" / ");
  return [
    peak.toLocaleString("en"),
    `${(use * 100).toFixed(2)} %`,
    calls.toLocaleString("en"),
    callsABatch(measured).toFixed(2),
    waits(express1Ms),
    waits(express500Ms),
  ];
}

function line([limiter = "", mix = "", ...cells]: readonly string[]): string {
  const widths = [13, 10, 9, 8, 20, 17];
  return limiter.padEnd(22) + mix.padEnd(11) + cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("");
}
