import { measureIdle } from "./cost-idle.ts";
import { unitsOfMillion } from "./cost-million.ts";
import { measureSingles } from "./cost-singles.ts";
import { measureBill } from "./deliver-bill.ts";
import { startStage } from "./deliver-stage.ts";
import { report, rounded } from "./measure.ts";
import { PRICES, priced, type Unit, type Units } from "./prices.ts";
import { receiverIds } from "./receiver-ids.ts";

/*
 * What it costs: a million receivers in one job at the default quota, a million jobs of one receiver, a month at rest.
 *
 * Counted, by running the use cases and the adapters of the table on a sample, in simulated time: write and read units as the
 * engine reports them, invocations and how long each is busy, messages, requests to the bucket, runs of dispatch, CPU.
 * Computed, from serverless.yml and what AWS documents: requests of SQS by the message, empty polls, log lines, alarms, metrics,
 * secrets, the time of a run of dispatch.
 */

/** What is sent to measure the bill of a million. */
const METERED = 120_000;
const GOALS = { million: 0.05, singles: 12, idle: 5 };

const stage = await startStage();
try {
  const at = (month: number) => Date.UTC(2026, month, 1);
  const idle = await measureIdle(stage, at(0));
  const singles = await measureSingles(stage, at(1));
  const bill = await measureBill(stage, receiverIds(METERED, 19), {
    upstream: stage.upstream,
    startMs: at(2),
    seed: 2,
  });
  const million = unitsOfMillion(bill);
  const [ofMillion, ofSingles, ofIdle] = [million, singles.units, idle].map(priced);
  const workerSeconds = (bill.worked.busyMs / 1_000) * (1_000_000 / bill.receivers);
  report(
    [
      `prices: ${PRICES.region}, ${PRICES.asOf}, without any free tier; tables: ${stage.engine}`,
      `1,000,000 receivers in one job (goal: at most $${GOALS.million}):`,
      ...table(million),
      `  workers busy for ${workerSeconds.toFixed(0)} s of them all, most of it waiting for quota`,
      `1,000,000 jobs of one receiver (goal: at most $${GOALS.singles}):`,
      ...table(singles.units),
      `  ${singles.messagesAnInvocation.toFixed(2)} messages and ${singles.busyMs.toFixed(0)} ms an invocation, ${singles.cpuMs.toFixed(1)} ms of CPU a job`,
      `a month at rest (goal: at most $${GOALS.idle}):`,
      ...table(idle),
    ],
    {
      bench: "cost",
      dollarsPerMillion: rounded(ofMillion?.total ?? Number.NaN, 4),
      dollarsPerMillionSingles: rounded(ofSingles?.total ?? Number.NaN, 2),
      dollarsIdleMonth: rounded(ofIdle?.total ?? Number.NaN, 2),
      prices: { asOf: PRICES.asOf, region: PRICES.region },
      perMillion: sums(million),
      perMillionSingles: sums(singles.units),
      idleMonth: sums(idle),
      engine: stage.engine,
    },
  );
} finally {
  await stage.stop();
}

function table(units: Units): string[] {
  const { dollars, total } = priced(units);
  const rows = (Object.entries(units) as [Unit, number][])
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => {
      const [quantity, sum] = [Math.round(count).toLocaleString("en"), (dollars[unit] ?? 0).toFixed(4)];
      return `  ${unit.padEnd(14)} ${quantity.padStart(14)}   $${sum}`;
    });
  return [...rows, `  ${"together".padEnd(14)} ${"".padStart(14)}   $${total.toFixed(4)}`];
}

/** How many and what they cost, by unit. */
function sums(units: Units): Readonly<Record<string, readonly [count: number, dollars: number]>> {
  const { dollars } = priced(units);
  return Object.fromEntries(
    (Object.entries(units) as [Unit, number][]).map(([unit, count]) => [
      unit,
      [rounded(count, count < 10 ? 3 : 0), rounded(dollars[unit] ?? 0, 4)] as const,
    ]),
  );
}
