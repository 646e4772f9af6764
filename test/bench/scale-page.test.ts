import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drawScale, type ScaleReport, thenCells, wholeRows } from "../../bench/scale-page.ts";
import { pointOf, RECEIVERS, SEED, THEN, WHOLE, WORKERS } from "../../bench/scale-plan.ts";
import { simulateScale } from "../../bench/scale-simulation.ts";

// docs/SCALE.md and its chart say what bench:scale printed last, and that is what the code of today does.

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../../docs", path), "utf8");
const page = read("SCALE.md");
const measured: ScaleReport = JSON.parse(read("scale.json"));
const draws = "npm run bench:scale -- --draw writes scale.json and scale.svg";

it("docs/scale.svg is drawn of docs/scale.json", () => {
  expect(drawScale(measured) === read("scale.svg"), draws).toBe(true);
});

describe("docs/SCALE.md", () => {
  const rowsOf = (heading: string): string[] => {
    const table = page.slice(page.indexOf(heading)).split("\n\n")[0] ?? "";
    return table.trimEnd().split("\n").slice(2);
  };
  const inThousands = (count: number): string => (Math.round(count / 1_000) * 1_000).toLocaleString("en");

  it("has the rows of whole jobs", () => expect(rowsOf("| quota a minute |")).toEqual(wholeRows(measured)));

  it("has what comes then", () => {
    const cells = rowsOf("| | quota used |").map((row) => `|${row.split("|").slice(2).join("|")}`);
    expect(cells).toEqual(thenCells(measured));
  });

  it("says how much few workers send, and one job", () => {
    const { peak = [] } = measured.curves.find(({ quota }) => quota === 12_000_000) ?? {};
    const [two, ten] = [2, 10].map((workers) => peak[WORKERS.indexOf(workers as 2 | 10)] ?? 0);
    expect(page).toContain(`send ${inThousands(two ?? 0)} a minute at the most, ten ${inThousands(ten ?? 0)}`);
    expect(page).toContain(`**one job sends ${inThousands(measured.oneJobPerMinute)} a minute**`);
  });

  it("says where one item stops", () => {
    const { use = [] } = measured.curves.find(({ quota }) => quota === 12_000_000) ?? {};
    const percentOf = (workers: 50 | 200 | 500) => `${(100 * (use[WORKERS.indexOf(workers)] ?? 0)).toFixed(1)} %`;
    expect(page).toContain(
      `50 workers of four tasks use ${percentOf(50)}, 200 use ${percentOf(200)}, **500 use ${percentOf(500)}**`,
    );
  });
});

describe("docs/scale.json is what the code of today does", () => {
  it.each(measured.curves)("$quota a minute, the fewest workers", ({ quota, tasks, use, peak }) => {
    const now = simulateScale({ receivers: RECEIVERS, ...pointOf(quota, WORKERS[0], tasks) }, SEED);
    expect([now.use.toFixed(4), now.peak], draws).toEqual([use[0]?.toFixed(4), peak[0]]);
  });

  it("has what the bench simulates", () => {
    expect(measured.receivers).toBe(RECEIVERS);
    expect(measured.whole.map(({ quota, workers, tasks }) => [quota, workers, tasks])).toEqual(
      WHOLE.map(({ quota, workers, tasks }) => [quota, workers, tasks]),
    );
    expect(measured.then.map(({ tasks, lease, shards }) => [tasks, lease, shards])).toEqual(
      THEN.map(({ tasks, lease = 1, shards = 1 }) => [tasks, lease, shards]),
    );
  });
});
