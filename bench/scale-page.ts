import { type Line, lineChart } from "./line-chart.ts";
import { WORKERS } from "./scale-plan.ts";

type Whole = Readonly<{
  quota: number;
  workers: number;
  tasks: number;
  minutes: number;
  use: number;
  peak: number;
  unitsASecond: number;
  resultsUnits: number;
}>;
/** Of one quota, for each number of workers: the share that is used, the most in a minute, and of its item's writes the share that loses. */
type Curve = Readonly<{
  quota: number;
  tasks: number;
  use: readonly number[];
  peak: readonly number[];
  lost: readonly number[];
}>;
type Then = Readonly<{ tasks: number; lease: number; shards: number; use: number; unitsASecond: number }>;

/** What bench:scale prints, and keeps in docs/scale.json. docs/SCALE.md quotes it, docs/scale.svg draws it. */
export type ScaleReport = Readonly<{
  receivers: number;
  whole: readonly Whole[];
  /** What one job sends a minute, whatever the quota is. */
  oneJobPerMinute: number;
  curves: readonly Curve[];
  then: readonly Then[];
}>;

const COLOURS: Readonly<Record<number, string>> = {
  12000: "#1f883d",
  1200000: "#2f81f7",
  12000000: "#e5534b",
};

/** Lines of workers of ten tasks are dashed. */
export function drawScale({ curves }: ScaleReport): string {
  const lines = curves.map(
    ({ quota, tasks, use }): Line => ({
      name: `${short(quota)}, workers of ${tasks}`,
      colour: COLOURS[quota] ?? "#8957e5",
      ...(tasks === 4 ? {} : { dash: "6 4" }),
      points: WORKERS.map((workers, i) => [workers, 100 * (use[i] ?? 0)]),
    }),
  );
  const ends = curves.map(
    ({ quota, tasks, use }) =>
      `${short(quota)} messages a minute, workers of ${tasks} tasks: ${percent(use[0] ?? 0)}, ${percent(use.at(-1) ?? 0)}`,
  );
  return lineChart({
    title: "Share of the quota used, by workers that share one quota item",
    description: `With ${WORKERS[0]} workers and with ${WORKERS.at(-1)}: ${ends.join("; ")}.`,
    x: { title: "workers at most", from: 2, to: 500, ticks: WORKERS, log: true },
    y: { title: "% of the quota", from: 0, to: 100, ticks: [0, 25, 50, 75, 100] },
    lines,
  });
}

/** The rows of the page's first table, as they stand in it. */
export const wholeRows = ({ whole }: ScaleReport): string[] =>
  whole.map(({ quota, workers, tasks, minutes, use, peak, unitsASecond, resultsUnits }) =>
    row([
      ...[inDigits(quota), `${workers} of ${tasks} tasks`, `${inDigits(digits(minutes))} minutes`, percent(use)],
      ...[inDigits(peak), digits(unitsASecond), inDigits(resultsUnits)].map(String),
    ]),
  );

/** The last two cells of each row of the second table: what is used, and units a second of an item. */
export const thenCells = ({ then }: ScaleReport): string[] =>
  then.map(({ use, unitsASecond }) => `| ${percent(use)} | ${unitsASecond} |`);

export const short = (quota: number): string => (quota >= 1_000_000 ? `${quota / 1_000_000}M` : `${quota / 1_000}k`);

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** From ten on without what comes after the point. */
const digits = (value: number): number => (value < 10 ? Number(value.toFixed(1)) : Math.round(value));

const inDigits = (value: number): string => value.toLocaleString("en");
