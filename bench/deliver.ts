import { unitsOfMillion } from "./cost-million.ts";
import { type Bill, measureBill } from "./deliver-bill.ts";
import { measureCancel } from "./deliver-cancel.ts";
import { measureCpu, TURNS } from "./deliver-cpu.ts";
import { startStage } from "./deliver-stage.ts";
import { measureWorkers } from "./deliver-workers.ts";
import { report, rounded } from "./measure.ts";
import { priced } from "./prices.ts";
import { receiverIds } from "./receiver-ids.ts";

/** What is sent to measure the bill of a million. */
const METERED = 120_000;

const stage = await startStage();
try {
  const at = (month: number) => Date.UTC(2026, month, 1);
  const { upstream, refusing } = stage;
  const usual = await measureCpu(stage, 10, at(0));
  const long = await measureCpu(stage, 19, at(1));
  const one = await measureBill(stage, receiverIds(1, 19), { upstream, startMs: at(2), seed: 1 });
  const bulk = await measureBill(stage, receiverIds(METERED, 19), { upstream, startMs: at(3), seed: 2 });
  const refused = await measureBill(stage, receiverIds(METERED, 19), { upstream: refusing, startMs: at(4), seed: 3 });
  const unitsCancel = await measureCancel(stage, 1_000_000, at(5));
  const { free, saturated } = await measureWorkers(stage);
  const workerPeakMb = Math.max(free.peakMb, saturated.peakMb);
  const million = unitsOfMillion(bulk);
  const cost = priced(million);
  const writeUnits = Math.ceil(million.writeUnit ?? 0);
  const units1 = unitsOf(one);
  const callsSaturated = rounded(bulk.delivery.calls / bulk.batches, 1);
  const unitsRefused = Math.ceil(unitsOfMillion(refused).writeUnit ?? 0);
  report(
    [
      `deliver one batch of 497 receivers: read, reserve, claim, sign, send, record, count, on ${stage.engine}`,
      `(CPU of this process, median of ${TURNS.rounds} rounds in turn; tables and upstream are other processes)`,
      "                    bare I/O      deliver",
      ...[usual, long].map(
        ({ digits, bareMs, oursMs, ratio }) =>
          `  ${digits} digits      ${bareMs.toFixed(2)} ms      ${oursMs.toFixed(2)} ms   ${ratio} × (goal: at most 1.3)`,
      ),
      "CPU of a process of two bulk workers, by its own counter, a call that the upstream took, polling included:",
      `  ${free.msPerCall} ms where quota is free (goal: at most 12), ${free.calls} calls in ${free.seconds} s`,
      `  ${saturated.msPerCall} ms where it is saturated (goal: at most 20), ${saturated.calls} calls in ${saturated.seconds} s`,
      `  it held ${workerPeakMb} MB at its peak; a function has one worker, not two`,
      `  ${usual.calls} DynamoDB calls where quota is free (goal: at most 5): ${usual.names.join(", ")}`,
      `  ${callsSaturated} where two workers of four tasks share a saturated quota (goal: at most 7): ${namesOf(bulk)}`,
      `  ${writeUnits.toLocaleString("en")} write units for 1,000,000 receivers with 19 digits (goal: at most 40,000)`,
      `  of which a batch: ${kindsOf(bulk)}`,
      `  ${unitsRefused.toLocaleString("en")} where one receiver in a hundred is refused, three times`,
      `  ${units1} write units for a job of one receiver, indexes included (goal: at most 12): ${kindsOf(one)}`,
      `  ${unitsCancel} write units for the cancel of a job of 1,000,000 receivers (goal: below 200)`,
      `  $${cost.total.toFixed(4)} for 1,000,000 receivers (goal: at most 0.07): ${dollarsOf(cost.dollars)}`,
    ],
    {
      bench: "deliver",
      ratioCpu: Math.max(usual.ratio, long.ratio),
      calls: Math.max(usual.calls, long.calls),
      writeUnitsPerMillion: writeUnits,
      ratioCpu10: usual.ratio,
      ratioCpu19: long.ratio,
      callsSaturated,
      workerMsFree: free.msPerCall,
      workerMsSaturated: saturated.msPerCall,
      workerPeakMb,
      units1,
      unitsRefused,
      unitsCancel,
      dollarsPerMillion: rounded(cost.total, 4),
      readUnitsPerMillion: Math.ceil(million.readUnit ?? 0),
      engine: stage.engine,
    },
  );
} finally {
  await stage.stop();
}

/** All but what dispatch spends on looking around. */
function unitsOf({ intake, delivery }: Bill): number {
  return intake.writeUnits + delivery.writeUnits;
}

function kindsOf({ intake, dispatch, delivery, batches }: Bill): string {
  const kinds = new Map<string, number>();
  for (const { writeUnitsByKind } of [intake, dispatch, delivery]) {
    for (const [kind, units] of Object.entries(writeUnitsByKind)) kinds.set(kind, (kinds.get(kind) ?? 0) + units);
  }
  return [...kinds].map(([kind, units]) => `${kind.toLowerCase()} ${(units / batches).toFixed(2)}`).join(", ");
}

function namesOf({ delivery, batches }: Bill): string {
  const names = Object.entries(delivery.callsByName);
  return names.map(([name, count]) => `${name.replace("Command", "")} ${(count / batches).toFixed(2)}`).join(", ");
}

function dollarsOf(dollars: Readonly<Record<string, number>>): string {
  return Object.entries(dollars)
    .map(([kind, sum]) => `${kind} ${sum.toFixed(4)}`)
    .join(", ");
}
