import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { report, rounded } from "./measure.ts";
import { drawScale, percent, type ScaleReport, short } from "./scale-page.ts";
import {
  ALONE,
  MINUTES,
  type Part,
  pointOf,
  QUOTAS,
  RECEIVERS,
  SEED,
  THEN,
  WARM,
  WHOLE,
  WORKERS,
} from "./scale-plan.ts";
import type { ScaleResult } from "./scale-scenario.ts";
import { simulateScale } from "./scale-simulation.ts";
import { PARTITION_UNITS } from "./scale-table.ts";

/*
 * How far one quota item goes, and what stops before it. Simulated time; the real bucket, shares and remaining; DynamoDB, SQS
 * and Lambda as their documents say. `-- --full` adds workers of ten tasks; `-- --draw` writes docs/scale.json, which
 * docs/SCALE.md quotes, and its chart.
 */

/** Less of the quota than this is not used up: the goal of bench:quota. */
const GOAL = 0.985;
const TASKS = process.argv.includes("--full") ? [4, 10] : [4];

const lines: string[] = [];

/** Simulate it and say what came of it. */
function told(part: Part, more: (result: ScaleResult) => string = () => ""): ScaleResult {
  const result = simulateScale({ receivers: RECEIVERS, ...part }, SEED);
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
  const { quota, workers, tasks } = part;
  const rates = { unitsASecond: rounded(unitsASecond, 1), resultsUnits: rounded(resultsUnits, 0) };
  return { quota, workers, tasks, minutes: rounded(minutes, 1), use: rounded(use, 4), peak, ...rates };
});

lines.push("", `one job on one partition (${PARTITION_UNITS} write units a second), whatever the quota:`);
const alone = told(ALONE);

lines.push("", `one quota item; rows in ${WARM.partitions} partitions of a warm table; the first ${MINUTES} minutes:`);
const curves = QUOTAS.flatMap((quota) =>
  TASKS.map((tasks) => {
    const results = WORKERS.map((workers) => told(pointOf(quota, workers, tasks)));
    return {
      ...{ quota, tasks, use: results.map(({ use }) => rounded(use, 5)), peak: results.map(({ peak }) => peak) },
      ...{ lost: results.map(({ lostShare }) => rounded(lostShare, 3)) },
    };
  }),
);
const stops = curves.flatMap(({ quota, tasks, use }) => {
  const enough = use.findIndex((share) => share >= GOAL);
  const stop = use.findIndex((share, i) => enough >= 0 && i > enough && share < GOAL);
  return stop < 0 ? [] : [{ quota, tasks, workers: WORKERS[stop], use: rounded(use[stop] ?? 0, 3) }];
});

lines.push("", "and where it stops:");
const then = THEN.map((part) => {
  const { use, unitsASecond, throttledQuota } = told(part);
  const rates = { unitsASecond: rounded(unitsASecond, 0), throttledASecond: rounded(throttledQuota, 0) };
  return { tasks: part.tasks, lease: part.lease ?? 1, shards: part.shards ?? 1, use: rounded(use, 3), ...rates };
});

const measured = {
  bench: "scale",
  receivers: RECEIVERS,
  whole,
  oneJobPerMinute: Math.round(alone.use * ALONE.quota),
  curves,
  stops,
  // For fewer messages a minute than that no lease is needed: one item goes with every number of workers.
  leaseNeededBelow1200000: stops.some(({ quota }) => quota <= 1_200_000),
  then,
} satisfies ScaleReport & Record<string, unknown>;

if (process.argv.includes("--draw")) {
  const docs = join(import.meta.dirname, "../docs");
  writeFileSync(join(docs, "scale.json"), `${JSON.stringify(measured, null, 1)}\n`);
  writeFileSync(join(docs, "scale.svg"), drawScale(measured));
}
report(lines, measured);
