import { writeRequest } from "../lib/volcengine/envelope.ts";
import { makeBare, tap } from "./deliver-bare.ts";
import { type Stage, startStage } from "./deliver-stage.ts";
import { simulatedTime } from "./deliver-time.ts";
import { attach, newMeter } from "./deliver-units.ts";
import { acceptJob, makeWorker, queueInMemory } from "./deliver-worker.ts";
import { median, ratioOf, report, rounded, takeTurns } from "./measure.ts";
import { receiverIds } from "./receiver-ids.ts";

const TURNS = { warmUp: 6, rounds: 25 };
/** Batches a round. */
const BATCHES = 6;
/** A batch each time the whole quota has one: the ledger is as long as in life, and no call waits. */
const PER_BATCH_MS = 2_600;
/** Tapped once the ledger is that long. */
const SETTLE_BATCHES = 30;

/** What is sent to measure the bill, by as many workers as serverless.yml allows for bulk. */
const METERED = { receivers: 60_000, workers: 8 };

const stage = await startStage();
try {
  const usual = await measureCpu(stage, 10);
  const long = await measureCpu(stage, 19);
  const bill = await measureBill(stage);
  report(
    [
      `deliver one batch of 500 receivers: look, reserve, claim, sign, send, record, tally, on ${stage.engine}`,
      `(CPU of this process, median of ${TURNS.rounds} rounds in turn; tables and upstream are other processes)`,
      "                    bare I/O      deliver",
      ...[usual, long].map(
        ({ digits, bareMs, oursMs, ratio }) =>
          `  ${digits} digits      ${bareMs.toFixed(2)} ms      ${oursMs.toFixed(2)} ms   ${ratio} × (goal: at most 1.5)`,
      ),
      `  ${usual.calls} DynamoDB calls where quota is free (goal: at most 5): ${usual.names.join(", ")}`,
      `  ${bill.calls} where ${METERED.workers} workers compete for a saturated quota`,
      `  ${bill.perMillion.toLocaleString("en")} write units for 1,000,000 receivers with 19 digits (goal: at most 40,000)`,
      `  of which a batch of ${bill.batchSize}: ${bill.lines.join(", ")}`,
    ],
    {
      bench: "deliver",
      ratioCpu: Math.max(usual.ratio, long.ratio),
      calls: Math.max(usual.calls, long.calls),
      writeUnitsPerMillion: bill.perMillion,
      ratioCpu10: usual.ratio,
      ratioCpu19: long.ratio,
      callsSaturated: bill.calls,
      engine: stage.engine,
    },
  );
} finally {
  await stage.stop();
}

async function measureCpu(stage: Stage, digits: number) {
  const clock = simulatedTime(Date.UTC(2026, 0, digits));
  const queue = queueInMemory(clock);
  const batches = SETTLE_BATCHES + 1 + (TURNS.warmUp + TURNS.rounds) * BATCHES;
  const job = await acceptJob(stage.makeClient(), queue, clock, receiverIds(batches * 500, digits));
  const worker = makeWorker(stage, stage.makeClient(), queue, clock);
  const deliver = async ({ work } = worker) => {
    clock.pass(PER_BATCH_MS);
    await clock.run([async () => void (await work())]);
  };
  for (let i = 0; i < SETTLE_BATCHES; i++) await deliver();

  const client = stage.makeClient();
  const calls = tap(client);
  const tapped = makeWorker(stage, client, queue, clock);
  await deliver(tapped);
  const ids = receiverIds(job.batchSize, digits).join(",");
  const body = Buffer.from(writeRequest(job.message, ids));
  const bare = await makeBare(stage, stage.makeClient(), { calls, jobId: job.id, body });
  const repeat = (work: () => Promise<void>) => async () => {
    for (let i = 0; i < BATCHES; i++) await work();
  };
  const cpu = await takeTurns({ bare: repeat(bare.deliver), ours: repeat(() => deliver()) }, TURNS);
  await Promise.all([bare.close(), worker.close(), tapped.close()]);
  return {
    digits,
    names: calls.map(({ name }) => name.replace("Command", "")),
    calls: calls.length,
    bareMs: median(cpu.bare) / BATCHES,
    oursMs: median(cpu.ours) / BATCHES,
    ratio: rounded(ratioOf(cpu.ours, cpu.bare), 2),
  };
}

/** Accept and deliver a job whole, in simulated time with the real quota, and extrapolate to a million receivers. */
async function measureBill(stage: Stage) {
  const clock = simulatedTime(Date.UTC(2026, 1, 1));
  const queue = queueInMemory(clock);
  const [intake, delivery] = [newMeter(), newMeter()];
  const job = await acceptJob(attach(intake, stage.makeClient()), queue, clock, receiverIds(METERED.receivers, 19));
  const workers = Array.from({ length: METERED.workers }, () =>
    makeWorker(stage, attach(delivery, stage.makeClient()), queue, clock),
  );
  await clock.run(
    workers.map(({ work }) => async () => {
      while (await work());
    }),
  );
  for (const worker of workers) await worker.close();

  const { JOB = 0, MANIFEST = 0 } = intake.writeUnitsByKind;
  const { JOB: finish = 0, ...byBatch } = delivery.writeUnitsByKind;
  const units = Object.entries(byBatch).map(([kind, sum]) => ({ kind, perBatch: sum / job.batches }));
  const perBatch = units.reduce((sum, unit) => sum + unit.perBatch, MANIFEST / job.batches);
  return {
    batchSize: job.batchSize,
    calls: rounded(delivery.calls / job.batches, 1),
    perMillion: Math.ceil(JOB + finish + (perBatch * 1_000_000) / job.batchSize),
    lines: units.map(({ kind, perBatch }) => `${kind.toLowerCase()} ${perBatch.toFixed(2)}`),
  };
}
