import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import type { Ended } from "./at-rest.ts";
import { type Examined, examine } from "./examine.ts";
import type { Finding } from "./findings.ts";
import { COSTS_TIME, PLANTED } from "./planted.ts";
import { runProcesses } from "./processes.ts";

// `npm run test:chaos`: nothing lost, nothing doubled, nothing contradicted, whatever fails.
//
//   -- --seed N          draw the same again: the model to the letter, the processes as far as the machine lets them
//   -- --schedules N     how many schedules of the model
//   -- --only model      or `processes`, or `controls`: mistakes planted on purpose, which the model has to find
//   -- --trace           tell every step of a schedule
//   -- --json            a JSON line at the end
//
// It ends with 0 if all is clean, 1 if a rule is broken or a planted mistake not found, 2 if it was cut off.

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(1, 1_000_000_000)) },
    schedules: { type: "string", default: "4000" },
    only: { type: "string" },
    trace: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const SEED = Number(options.seed);
/** A slow machine plays fewer schedules in this time: how many is told. */
const LONGEST_MODEL_MS = 50_000;
/** A mistake that so many schedules do not show is not found. Most are shown by one of the first twenty. */
const MOST_SCHEDULES = 1_000;
const SCHEDULES_WITHOUT_A_RULE = 30;
const SHOWN = 5;
/** Exit code of a run that found nothing and did not come to its end. */
const CUT_OFF = 2;

const say = (line: string): void => void (options.json || console.log(line));
const isWanted = (part: string): boolean => options.only === undefined || options.only === part;

const runs: Examined[] = [];
const unseen: string[] = [];
const broken = new Set<string>();
say(`seed ${SEED}`);
if (isWanted("controls")) await plant();
if (isWanted("model")) await model();
if (isWanted("processes")) await processes();
summarize();
// All is stopped and told. Node's own way out has been seen to turn for ever over a socket that a fault had cut off (24.21, `CleanupHandles`).
process.exit();

/** Mistakes on purpose: the suite is worth something only if it finds each of them, and none where a rule only saves time. */
async function plant(): Promise<void> {
  for (const [name, mistake] of Object.entries(PLANTED)) {
    let seed = 1;
    while (seed <= MOST_SCHEDULES && (await examine(seed, mistake)).findings.length === 0) seed += 1;
    if (seed <= MOST_SCHEDULES) say(`planted: ${name}: found by schedule ${seed}`);
    else unseen.push(name);
  }
  for (const [name, mistake] of Object.entries(COSTS_TIME)) {
    for (let seed = 1; seed <= SCHEDULES_WITHOUT_A_RULE; seed++) {
      const { findings } = await examine(seed, mistake);
      if (findings.length > 0) broken.add(name);
    }
  }
}

async function model(): Promise<void> {
  const endMs = Date.now() + LONGEST_MODEL_MS;
  const trace = options.trace ? { trace: console.log } : {};
  let seed = SEED;
  for (; seed < SEED + Number(options.schedules) && Date.now() < endMs; seed++) {
    const run = await examine(seed, trace);
    runs.push(run);
    show(run.findings, `--only model --seed ${seed} --schedules 1 --trace`);
  }
  say(`model: ${seed - SEED} schedules in ${((Date.now() - endMs + LONGEST_MODEL_MS) / 1_000).toFixed(1)} s`);
}

async function processes(): Promise<void> {
  const run = await runProcesses(SEED, say);
  runs.push(run);
  show(run.findings, `--only processes --seed ${SEED}`);
  say(`processes: ${run.ended}, ${run.receivers} receivers, at most ${run.peak} messages in a window of ${run.quota}`);
}

/** Findings are shown in any case, with the command that plays them again. */
function show(findings: readonly Finding[], replay: string): void {
  for (const { kind, rule, job, what } of findings.slice(0, SHOWN)) {
    console.error(`${kind}: ${rule}: job ${job}: ${what}`);
  }
  if (findings.length > SHOWN) console.error(`and ${findings.length - SHOWN} more`);
  if (findings.length > 0) console.error(`again: npm run test:chaos -- ${replay}`);
}

function summarize(): void {
  const faultsByKind: Record<string, number> = {};
  for (const run of runs) {
    for (const [kind, times] of Object.entries(run.faultsByKind))
      faultsByKind[kind] = (faultsByKind[kind] ?? 0) + times;
  }
  const found = runs.flatMap(({ findings }) => findings);
  const count = (kind: Finding["kind"]) => found.filter((one) => one.kind === kind).length;
  const { peak = 0, quota = 0 } = runs.at(-1) ?? {}; // the processes' own: each schedule of the model has a quota of its own
  const summary = {
    chaos: true,
    seed: SEED,
    runs: runs.length,
    faults: Object.values(faultsByKind).reduce((sum, times) => sum + times, 0),
    faultsByKind,
    receivers: runs.reduce((sum, { receivers }) => sum + receivers, 0),
    doubled: count("doubled"),
    lost: count("lost"),
    contradictions: count("contradiction"),
    peak,
    quota,
    uncounted: runs.reduce((sum, { uncounted }) => sum + uncounted, 0),
    ended: worst(runs.map(({ ended }) => ended)),
  };
  for (const mistake of unseen) console.error(`not found, though planted: ${mistake}`);
  for (const rule of broken) console.error(`breaks more than time: ${rule}`);
  const isClean = found.length === 0 && unseen.length === 0 && broken.size === 0;
  const { runs: times, faults, receivers, ended } = summary;
  const isWhole = ended === "at rest";
  const verdict = !isClean ? "NOT CLEAN" : isWhole ? "clean" : "CUT OFF: nothing is known of what had not ended";
  say(`${verdict}: ${times} runs, ${faults} faults, ${receivers} receivers; seed ${SEED}`);
  if (options.json) console.log(JSON.stringify(summary));
  process.exitCode = !isClean ? 1 : isWhole ? 0 : CUT_OFF;
}

function worst(endings: readonly Ended[]): Ended {
  return (["stuck", "cut off"] as const).find((one) => endings.includes(one)) ?? "at rest";
}
