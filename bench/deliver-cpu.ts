import type { Task } from "../lib/domain/task.ts";
import type { Clock } from "../lib/ports/clock.ts";
import { makeDeliver } from "../lib/use-cases/deliver.ts";
import { writeRequest } from "../lib/volcengine/envelope.ts";
import { bulkJob, MESSAGE } from "./bulk-job.ts";
import { makeBare, tap } from "./deliver-bare.ts";
import { dynamoPorts, quota, rtc } from "./deliver-ports.ts";
import type { Stage } from "./deliver-stage.ts";
import { median, ratioOf, rounded, takeTurns } from "./measure.ts";
import { receiverIds } from "./receiver-ids.ts";

export const TURNS = { warmUp: 6, rounds: 25 };
/** Batches a round. */
const BATCHES = 6;
/** A batch each time the whole quota has one: the ledger is as long as in life, and no call waits. */
const PER_BATCH_MS = 2_600;
/** Tapped once the ledger is that long. */
const SETTLE_BATCHES = 30;
const WORKER_MS = 120_000;

/** CPU of delivering one batch of a bulk job, against the bare I/O of it. @param startMs later than anything on this stage */
export async function measureCpu(stage: Stage, digits: number, startMs: number) {
  const clock = steppedClock(startMs);
  const batches = SETTLE_BATCHES + 2 + (TURNS.warmUp + TURNS.rounds) * BATCHES;
  const [id, run] = [`cpu${digits}`.padStart(25, "0"), `run${digits}`.padStart(16, "0")];
  const ids = [...new Set(receiverIds(batches * 500, digits))].slice(0, batches * 497).sort();
  const share = { id: "share".padStart(16, "0"), batches: [[0, batches]] as const, queuedAtMs: startMs };
  const job = {
    ...bulkJob({ id, run, receivers: ids.length, nowMs: startMs }),
    cursor: batches,
    shares: [share],
    dueAtMs: 9e15,
  };
  const { ports } = dynamoPorts(stage.makeClient(), stage.upstream, clock);
  await ports.messages.write(run, { message: MESSAGE }, job.goneAtMs);
  await ports.jobs.create(job, startMs);
  const tasks = Array.from({ length: batches }, (_, batch): Task => {
    const receivers = ids.slice(batch * 497, (batch + 1) * 497).join(",");
    return { v: 1, job: id, run, share: share.id, batch, receivers };
  });

  const makeWorker = (client = stage.makeClient()) => {
    const made = dynamoPorts(client, stage.upstream, clock);
    const unused = async () => {};
    const deliver = makeDeliver({
      ...{ ...made.ports, clock, random: Math.random, drawId: () => `claim${++claims}`.padEnd(16, "0") },
      rtcOf: () => made.ports.rtc,
      ...{ queue: { enqueue: unused }, nudges: { dispatch: unused } },
      report: (event) => {
        if (event.event !== "called") throw new Error(`unexpected: ${JSON.stringify(event)}`);
      },
      ...{ marginMs: quota.marginMs, callTimeoutMs: rtc.callTimeoutMs },
    });
    const next = async (): Promise<void> => {
      const task = tasks.shift();
      if (!task) throw new Error("too few batches");
      clock.pass(PER_BATCH_MS);
      await deliver(task, clock.now() + WORKER_MS);
    };
    return { next, close: made.close };
  };

  const worker = makeWorker();
  for (let i = 0; i < SETTLE_BATCHES; i++) await worker.next();
  const client = stage.makeClient();
  const calls = tap(client);
  const tapped = makeWorker(client);
  await tapped.next(); // reads the message too, as each process does once a job
  calls.length = 0;
  const body = Buffer.from(writeRequest(MESSAGE, tasks[0]?.receivers.split(",") ?? []));
  await tapped.next();
  const bare = await makeBare(stage, stage.makeBareClient(), { calls, job, body });
  const repeat = (work: () => Promise<void>) => async () => {
    for (let i = 0; i < BATCHES; i++) await work();
  };
  const cpu = await takeTurns({ bare: repeat(bare.deliver), ours: repeat(worker.next) }, TURNS);
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

let claims = 0;

/** For one worker: who sleeps wakes at once, later. */
function steppedClock(startMs: number): Clock & Readonly<{ pass(ms: number): void }> {
  let nowMs = startMs;
  const pass = (ms: number): void => {
    nowMs += Math.max(0, ms);
  };
  return { now: () => nowMs, pass, sleep: async (ms) => pass(ms) };
}
