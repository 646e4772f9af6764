import { memoryReceiverLists } from "../lib/adapters/memory-receiver-lists.ts";
import type { Job } from "../lib/domain/job.ts";
import type { ReceiverLists } from "../lib/ports/receiver-lists.ts";
import { bulkJob, MESSAGE } from "./bulk-job.ts";
import { report, rounded } from "./measure.ts";
import { FLEETS } from "./simulated-fleet.ts";
import { type SimulatedStack, simulatedStack } from "./simulated-stack.ts";

// A job of 5,000 receivers: alone on a bucket that is spent already, and accepted in the middle of jobs of ten million. The
// use cases, the quota and dispatch as they are; time, tables and queues are simulated, the workers as serverless.yml has them.

const SMALL = 5_000;
const LARGE = 10_000_000;
/** From here on everything is steady. */
const WARM_UP_MS = 10 * 60_000;
/** The small job comes at so many moments of dispatch's minute. */
const PHASES = 24;
const LARGE_JOBS = { one: 1, five: 5, many: 24 };
/** Its receivers come after those of every large one. */
const SMALL_FIRST = 1n << 40n;
const CALLER = { clientId: "small", scopes: new Set(["send"] as const) };

type Took = Readonly<{ firstS: number; spanS: number }>;

const alone = await atEachPhase(0);
const beside = await atEachPhase(LARGE_JOBS.one);
const beside5 = await atEachPhase(LARGE_JOBS.five);
const beside24 = await atEachPhase(LARGE_JOBS.many);

const aloneS = mean(alone.map(({ spanS }) => spanS));
const lines = [
  { name: "alone", took: alone },
  { name: "beside one of 10,000,000", took: beside },
  { name: "beside five", took: beside5 },
  { name: "beside 24", took: beside24 },
];
report(
  [
    `a job of ${SMALL.toLocaleString("en")} receivers, simulated, at ${PHASES} moments of dispatch's minute`,
    "                            s to first batch     s, first to last     last to alone (mean and worst each)",
    ...lines.map(({ name, took }) => {
      const pair = (values: readonly number[], digits: number) =>
        [mean(values), most(values)].map((value) => value.toFixed(digits).padStart(7)).join("");
      const [first, span, ratio] = [took.map(({ firstS }) => firstS), took.map(({ spanS }) => spanS), ratiosOf(took)];
      return `  ${name.padEnd(24)} ${pair(first, 1)}       ${pair(span, 1)}       ${pair(ratio, 2)}`;
    }),
    "goals: first batch within 150 s, last to alone at most 2.2 on average beside one, 7 beside five",
  ],
  {
    bench: "fair",
    aloneS: rounded(aloneS, 1),
    besideS: rounded(mean(beside.map(({ spanS }) => spanS)), 1),
    ratio: rounded(mean(ratiosOf(beside)), 2),
    firstS: worstFirstS(beside),
    ratio5: rounded(mean(ratiosOf(beside5)), 2),
    firstS24: worstFirstS(beside24),
    ratioP90: rounded(p90(ratiosOf(beside)), 2),
    ratioWorst: rounded(most(ratiosOf(beside)), 2),
    ratio5Worst: rounded(most(ratiosOf(beside5)), 2),
  },
);

function ratiosOf(took: readonly Took[]): number[] {
  return took.map(({ spanS }) => spanS / aloneS);
}

function worstFirstS(took: readonly Took[]): number {
  return rounded(most(took.map(({ firstS }) => firstS)), 1);
}

async function atEachPhase(largeJobs: number): Promise<Took[]> {
  const took: Took[] = [];
  for (let i = 0; i < PHASES; i++) took.push(await measure(largeJobs, Math.round((i * 60_000) / PHASES), i + 1));
  return took;
}

/** @param largeJobs 0: a large job has spent the bucket, and ends the moment the small one comes */
async function measure(largeJobs: number, phaseMs: number, seed: number): Promise<Took> {
  const fleets = { ...FLEETS, express: { ...FLEETS.express, processes: 0 } };
  const stack = simulatedStack({ seed, phaseMs, fleets, lists: computedLists() });
  const { clock, startMs, upstream, failures, results } = stack;
  const jobs: Job[] = [];
  for (let i = 0; i < Math.max(1, largeJobs); i++) {
    jobs.push(await acceptLarge(stack));
    await clock.runUntil(clock.now() + 7_000);
  }
  await clock.runUntil(startMs + WARM_UP_MS);
  if (largeJobs === 0) await endAll(stack, jobs);

  const acceptedMs = clock.now();
  const id = await acceptSmall(stack);
  const isOurs = ({ first }: { first: string }) => BigInt(first) >= SMALL_FIRST;
  const isDone = () => results.table.jobs.get(id)?.state === "done";
  await clock.runUntil(acceptedMs + 40 * 60_000, isDone);
  const ours = upstream.calls.filter(isOurs);
  const sent = ours.reduce((sum, { count }) => sum + count, 0);
  if (sent !== SMALL || failures.length > 0) {
    throw new Error(`${sent} of ${SMALL} were sent; ${failures.map(String).join("; ")}`);
  }
  const [firstMs = 0, lastMs = 0] = [ours[0]?.atMs, ours.at(-1)?.atMs];
  return { firstS: (firstMs - acceptedMs) / 1_000, spanS: (lastMs - firstMs) / 1_000 };
}

/** The real way in. @returns the job's id */
async function acceptSmall({ accept }: SimulatedStack): Promise<string> {
  const receivers = BigUint64Array.from({ length: SMALL }, (_, i) => SMALL_FIRST + BigInt(i));
  const options = { delivery: "at-most-once", dryRun: false } as const;
  const { job } = await accept({ message: MESSAGE, receivers, duplicatesDropped: 0, options }, { caller: CALLER });
  return job.id;
}

/** As the way in leaves it, without ten million ids in memory. */
async function acceptLarge({ results, nudges, clock, drawId }: SimulatedStack): Promise<Job> {
  const nowMs = clock.now();
  const [id, run] = [drawId(), drawId()];
  const job = bulkJob({ id, run, receivers: LARGE, nowMs });
  await results.messages.write(run, { message: MESSAGE }, job.goneAtMs);
  await results.jobs.create(job, nowMs);
  await nudges.dispatch({ account: job.account, atMs: nowMs }, 1);
  return job;
}

/** Its tasks are void from here on. */
async function endAll({ results }: SimulatedStack, jobs: readonly Job[]): Promise<void> {
  for (const { id } of jobs) {
    const job = await results.jobs.find(id);
    if (job) await results.jobs.write(job, { state: "canceled", shares: [], dueAtMs: undefined });
  }
}

/** Receivers 1 to ten million of every large job; other lists as they are written. */
function computedLists(): ReceiverLists {
  const lists = memoryReceiverLists();
  return {
    ...lists,
    async read(stored, from, to) {
      if (stored.list.key !== "computed") return lists.read(stored, from, to);
      const [first, end] = [from, to].map((batch) => Math.min(batch * stored.batchSize, stored.receivers)) as [
        number,
        number,
      ];
      return BigUint64Array.from({ length: end - first }, (_, i) => BigInt(first + i + 1));
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function p90(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.9) - 1] ?? Number.NaN;
}

function most(values: readonly number[]): number {
  return Math.max(...values);
}
