import type { Job } from "../lib/domain/job.ts";
import type { Task } from "../lib/domain/task.ts";
import { makeDeliver } from "../lib/use-cases/deliver.ts";
import { bulkJob, MESSAGE } from "./bulk-job.ts";
import { idleWatch } from "./deliver-idle.ts";
import { dynamoPorts, quota, rtc } from "./deliver-ports.ts";
import { slowed, TABLE_MS } from "./deliver-slowed.ts";
import { type Stage, startStage } from "./deliver-stage.ts";
import { report, rounded } from "./measure.ts";
import { seeded } from "./quota-simulation.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { FLEETS, newWorked, workForEver } from "./simulated-fleet.ts";
import { type SimulatedQueue, simulatedQueue } from "./simulated-queue.ts";
import { expressFleet } from "./stage-function.ts";

/*
 * How many jobs of one receiver the express lane delivers a second, for one account whose limit is raised.
 *
 * Real: the use case, its adapters, each worker's own client, every call to the tables (Amazon's DynamoDB Local, or dynalite
 * where there is no Java), its conditions, who wins a write and who loses it, and the POST to an upstream.
 *
 * Modelled: time. A call to the table takes 5 ms (from 3 to 7; it takes effect in the middle), one to the upstream 30 ms, an
 * idle worker finds new messages within 20 ms, whatever they take on this machine: 1,000 jobs a second are 5,000 calls to the
 * table, more than an engine on two cores answers. So the result is what the protocol allows, above all the one item that
 * every reservation writes; it does not depend on how busy the machine is. The CPU of a job is measured beside it: on AWS
 * each of the workers has its own.
 *
 * Workers as serverless.yml has them: `batchSize` messages each, `maximumConcurrency` of them.
 */

/** Ten seconds of work: a worker that loses again and again, and the last of them all, weigh as much as they would in an hour. */
const JOBS = 10_000;
/** A window in which the quota plays no part. */
const POLICY = { ...quota, messages: 10_000_000 };
const UPSTREAM_MS = 30;
const POLL_MS = 20;

const stage = await startStage();
try {
  const { perSecond, jobs, seconds, calls, lost, cpuMs, workers, messages } = await measureExpress(stage);
  const callsPerJob = rounded(calls / jobs, 2);
  const cpuMsPerJob = rounded(cpuMs / jobs, 2);
  report(
    [
      `deliver ${jobs} jobs of one receiver: ${workers} express workers of ${messages} messages, on ${stage.engine}`,
      `(time is modelled: ${(TABLE_MS.least + TABLE_MS.most) / 2} ms a call to the table, ${UPSTREAM_MS} ms a call to the upstream)`,
      `  ${perSecond} jobs a second (goal: at least 1,000): all of them in ${seconds} s`,
      `  ${callsPerJob} calls to the table a job; ${lost} writes lost against another worker`,
      `  ${cpuMsPerJob} ms of CPU a job, of this process`,
    ],
    { bench: "express", perSecond, callsPerJob, lostWrites: lost, cpuMsPerJob, engine: stage.engine },
  );
} finally {
  await stage.stop();
}

async function measureExpress(stage: Stage) {
  const startMs = Date.UTC(2026, 6, 1);
  const watch = idleWatch();
  const random = seeded(11);
  const clock = simulatedClock(startMs, watch.settled);
  const fleet = expressFleet(POLL_MS);
  const queue = simulatedQueue(clock.now, random, { ...FLEETS, express: fleet });
  await queueJobs(stage, queue, startMs);

  const counts = { calls: 0, lost: 0 };
  const failures: unknown[] = [];
  const closing: (() => Promise<void>)[] = [];
  const worked = newWorked();
  for (let process = 0; process < fleet.processes; process++) {
    const client = slowed(stage.makeClient(), { clock, random, busy: watch.busy, counts });
    const { ports, close } = dynamoPorts(client, stage.upstream, clock, { policy: POLICY, random });
    closing.push(close);
    const deliver = makeDeliver({
      ...{ ...ports, clock, random, queue, nudges: { dispatch: async () => {} } },
      rtcOf: () => ({
        prepare: async () => undefined,
        async send(...call) {
          await clock.sleep(UPSTREAM_MS / 2);
          const answer = await watch.busy(() => ports.rtc.send(...call));
          await clock.sleep(UPSTREAM_MS / 2);
          return answer;
        },
      }),
      drawId: () => Math.floor(random() * 1e15).toString(36),
      report: (event) => {
        if (event.event !== "called") failures.push(event);
      },
      ...{ marginMs: POLICY.marginMs, callTimeoutMs: rtc.callTimeoutMs },
    });
    const onFailure = (error: unknown) => failures.push(error);
    void workForEver({ lane: "express", fleet, queue, clock, own: clock, random, deliver, onFailure }, worked);
  }

  const before = process.cpuUsage();
  const isOver = () => queue.count("express") === 0;
  await clock.runUntil(startMs + 600_000, isOver);
  const { user, system } = process.cpuUsage(before);
  for (const close of closing) await close();
  if (failures.length > 0) throw new AggregateError(failures, "not everything went well");
  const seconds = (clock.now() - startMs) / 1_000;
  return {
    ...{ jobs: JOBS, seconds: rounded(seconds, 2), perSecond: Math.floor(JOBS / seconds) },
    ...{ ...counts, cpuMs: (user + system) / 1_000, workers: fleet.processes, messages: fleet.messages },
  };
}

/** Jobs of one receiver as accept leaves them. */
async function queueJobs(stage: Stage, queue: SimulatedQueue, nowMs: number): Promise<void> {
  const { ports, close } = dynamoPorts(stage.makeClient(), stage.upstream, { now: () => nowMs, sleep: async () => {} });
  const AT_ONCE = 50;
  for (let from = 0; from < JOBS; from += AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, JOBS - from) }, async (_, i) => {
        const number = String(from + i);
        const [id, run] = [number.padStart(25, "j"), number.padStart(16, "r")];
        const receivers = String(1_000_000_000_000_000_000n + BigInt(number));
        const share = { id: number.padStart(16, "s"), batches: [[0, 1]] as const, queuedAtMs: nowMs };
        const { list: _list, ...rest } = bulkJob({ id, run, receivers: 1, nowMs });
        const job: Job = { ...rest, lane: "express", batchSize: 500, batches: 1, cursor: 1, shares: [share] };
        await ports.messages.write(run, { message: MESSAGE, receivers }, job.goneAtMs);
        await ports.jobs.create(job, nowMs);
        const task: Task = { v: 1, job: id, run, share: share.id, batch: 0, receivers };
        await queue.enqueue("express", [task], { group: job.clientId, delaySeconds: 0 });
      }),
    );
  }
  await close();
}
