import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Line, lineChart } from "./line-chart.ts";
import { report, rounded } from "./measure.ts";
import type { ScaleResult, ScaleScenario } from "./scale-scenario.ts";
import { simulateScale } from "./scale-simulation.ts";
import { NEW_TABLE_UNITS, PARTITION_UNITS } from "./scale-table.ts";

/*
 * How far one quota item goes, and what stops before it. Simulated time; the real bucket, shares and remaining; DynamoDB, SQS
 * and Lambda as their documents say. `-- --full` adds workers of ten tasks; `-- --draw` writes the chart of docs/SCALE.md.
 */

const RECEIVERS = 100_000_000;
const SEED = 1;
/** Less of the quota than this is not used up: the goal of bench:quota. */
const GOAL = 0.985;
/** Write units a second of a table that was warmed for it, and the partitions that many jobs at once lie in. */
const WARM = { tableUnits: 40_000, partitions: 16 };
const NEW = { tableUnits: NEW_TABLE_UNITS, partitions: 1 };
/** Minutes of each point: two to come to rest, two to measure. */
const MINUTES = 4;

type Part = Omit<ScaleScenario, "receivers" | "tableUnits"> & { tableUnits?: number };

/** The whole job, with about the least workers that use the quota up. */
const WHOLE: readonly Part[] = [
  { quota: 12_000, workers: 2, tasks: 4, ...NEW },
  { quota: 1_200_000, workers: 10, tasks: 4, ...NEW },
  { quota: 12_000_000, workers: 30, tasks: 10, ...WARM },
];
const QUOTAS = [
  { quota: 12_000, colour: "#1a7f37" },
  { quota: 1_200_000, colour: "#0969da" },
  { quota: 12_000_000, colour: "#cf222e" },
] as const;
const WORKERS = [2, 10, 20, 50, 100, 200, 500] as const;
const TASKS = process.argv.includes("--full") ? [4, 10] : [4];
/** As it is; larger workers; these asking for all that wait in one write, which is a lease of ten batches; shards of the limit. */
const THEN: readonly Part[] = [{}, { tasks: 10 }, { tasks: 10, lease: 10 }, { shards: 2 }, { shards: 4 }].map(
  (part) => ({
    ...{ quota: 12_000_000, workers: 500, tasks: 4, minutes: MINUTES, ...WARM },
    ...part,
  }),
);

const short = (quota: number): string => (quota >= 1_000_000 ? `${quota / 1_000_000}M` : `${quota / 1_000}k`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const lines: string[] = [];
const endsOf = ({ name, points }: Line): string =>
  `${name} each, messages a minute: ${[points[0], points.at(-1)].map((point) => percent((point?.[1] ?? 0) / 100)).join(", ")}`;

/** Simulate it and say what came of it. */
function told(part: Part, more: (result: ScaleResult) => string = () => ""): ScaleResult {
  const result = simulateScale({ receivers: RECEIVERS, tableUnits: WARM.tableUnits, ...part }, SEED);
  const who = `${short(part.quota).padStart(5)} a minute, ${String(part.workers).padStart(3)} workers of ${part.tasks}`;
  const how = `${part.lease ? `, leases of ${part.lease}` : ""}${part.shards ? `, ${part.shards} items` : ""}`;
  lines.push(
    `${who}${how}: use ${percent(result.use)}, peak ${result.peak}; an item: ${result.writesASecond.toFixed(1)} writes, ` +
      `${result.unitsASecond.toFixed(0)} units a second, ${percent(result.lostShare)} lost, ${result.throttledQuota.toFixed(1)} throttled; ` +
      `results: ${result.resultsUnits.toFixed(0)} units, ${result.throttledResults.toFixed(1)} throttled${more(result)}`,
  );
  return result;
}

lines.push(`${RECEIVERS} receivers in one job:`);
const whole = WHOLE.map((part) => {
  const { minutes, use, peak, unitsASecond, resultsUnits } = told(
    part,
    (result) => `; ${result.minutes.toFixed(1)} minutes, shares ${result.sharesKB.toFixed(1)} KB`,
  );
  const rates = { unitsASecond: rounded(unitsASecond, 1), resultsUnits: rounded(resultsUnits, 0) };
  return { quota: part.quota, minutes: rounded(minutes, 1), use: rounded(use, 4), peak, ...rates };
});

lines.push("", `one job on one partition (${PARTITION_UNITS} write units a second), whatever the quota:`);
const alone = told({ quota: 12_000_000, workers: 100, tasks: 4, minutes: MINUTES, partitions: 1 });

lines.push("", `one quota item; rows in ${WARM.partitions} partitions of a warm table; the first ${MINUTES} minutes:`);
const drawn: Line[] = [];
const stops: { quota: number; tasks: number; workers: number; use: number }[] = [];
for (const { quota, colour } of QUOTAS) {
  for (const tasks of TASKS) {
    const results = WORKERS.map((workers) => ({
      workers,
      use: told({ quota, workers, tasks, minutes: MINUTES, ...WARM }).use,
    }));
    const points = results.map(({ workers, use }) => [workers, 100 * use] as const);
    drawn.push({
      name: `${short(quota)}, workers of ${tasks}`,
      colour,
      ...(tasks === 4 ? {} : { dash: "6 4" }),
      points,
    });
    const enough = results.findIndex(({ use }) => use >= GOAL);
    const stop = results.find(({ use }, i) => enough >= 0 && i > enough && use < GOAL);
    if (stop) stops.push({ quota, tasks, workers: stop.workers, use: rounded(stop.use, 3) });
  }
}

lines.push("", "and where it stops:");
const then = THEN.map((part) => {
  const { use, unitsASecond, throttledQuota } = told(part);
  const rates = { unitsASecond: rounded(unitsASecond, 0), throttledASecond: rounded(throttledQuota, 0) };
  return { tasks: part.tasks, lease: part.lease ?? 1, shards: part.shards ?? 1, use: rounded(use, 3), ...rates };
});

if (process.argv.includes("--draw")) {
  const chart = lineChart({
    title: "Share of the quota used, by workers that share one quota item",
    description: `What 2 workers use at the most, and 500: ${drawn.map(endsOf).join("; ")}.`,
    x: { title: "workers at most", from: 2, to: 500, ticks: WORKERS, log: true },
    y: { title: "% of the quota", from: 0, to: 100, ticks: [0, 25, 50, 75, 100] },
    lines: drawn,
  });
  writeFileSync(join(import.meta.dirname, "../docs/scale.svg"), chart);
}

report(lines, {
  bench: "scale",
  receivers: RECEIVERS,
  whole,
  oneJobPerMinute: Math.round(alone.use * 12_000_000),
  stops,
  // For fewer messages a minute than that no lease is needed: one item goes with every number of workers.
  leaseNeededBelow1200000: stops.some(({ quota }) => quota <= 1_200_000),
  then,
});
