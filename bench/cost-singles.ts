import { MESSAGE } from "./bulk-job.ts";
import { idleWatch } from "./deliver-idle.ts";
import { dynamoPorts } from "./deliver-ports.ts";
import { slowed } from "./deliver-slowed.ts";
import type { Stage } from "./deliver-stage.ts";
import { attach, newMeter } from "./deliver-units.ts";
import { addUnits, figureMonths, logBytes, scaled, type Units } from "./prices.ts";
import { seeded } from "./quota-simulation.ts";
import { FLEETS } from "./simulated-fleet.ts";
import { simulatedStack } from "./simulated-stack.ts";
import { expressFleet, gbOf } from "./stage-function.ts";

/** Jobs of one receiver that are sent to measure, and how they come: at random, nearly as many as the default quota takes. */
const JOBS = 1_000;
const JOBS_A_SECOND = 190;
/** An idle worker finds a new message within this, ms. */
const POLL_MS = 20;
/** The upstream's answer, ms: nobody promises a time. */
const UPSTREAM_MS = { least: 30, most: 300 };
/** A function has one processor for each so many GB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const GB_A_PROCESSOR = 1_769 / 1_024;
const MILLION = 1_000_000;

export type Singles = Readonly<{
  units: Units;
  jobs: number;
  messagesAnInvocation: number;
  busyMs: number;
  cpuMs: number;
}>;

/**
 * A million jobs of one receiver, from the POST to the outcome: the use cases and the adapters of the table as they are, in
 * simulated time. A call to the table takes 5 ms. CPU is this process's own, for both functions.
 *
 * @param startMs later than anything on this stage before
 */
export async function measureSingles(stage: Stage, startMs: number): Promise<Singles> {
  const watch = idleWatch();
  const random = seeded(5);
  const closing: (() => Promise<void>)[] = [];
  const meter = newMeter();
  let intakeMs = 0;
  const stack = simulatedStack({
    ...{ seed: 5, startMs, settled: watch.settled },
    fleets: { ...FLEETS, express: expressFleet(POLL_MS), bulk: { ...FLEETS.bulk, processes: 0 } },
    ports(_memory, own) {
      const slow = slowed(stage.makeClient(), { clock: own, random, busy: watch.busy, counts: { calls: 0, lost: 0 } });
      const { ports, close } = dynamoPorts(attach(meter, slow, watch), stage.upstream, own, { random });
      closing.push(close);
      const half = () => own.sleep((UPSTREAM_MS.least + random() * (UPSTREAM_MS.most - UPSTREAM_MS.least)) / 2);
      const rtc = {
        prepare: () => watch.busy(ports.rtc.prepare),
        async send(...call: Parameters<typeof ports.rtc.send>) {
          await half();
          const answer = await watch.busy(() => ports.rtc.send(...call));
          await half();
          return answer;
        },
      };
      return { ...ports, rtc };
    },
  });
  const caller = { clientId: "bench", scopes: new Set(["send"] as const) };
  const options = { delivery: "at-most-once", dryRun: false } as const;
  const accept = async (atMs: number, receiver: bigint): Promise<void> => {
    await stack.clock.sleep(atMs);
    const receivers = BigUint64Array.of(receiver);
    await stack.accept({ message: MESSAGE, receivers, duplicatesDropped: 0, options }, { caller });
    intakeMs += stack.clock.now() - startMs - Math.ceil(atMs);
  };
  const before = process.cpuUsage();
  let atMs = 0;
  const accepted = Array.from({ length: JOBS }, (_, i) => {
    atMs += (-Math.log(1 - random()) * 1_000) / JOBS_A_SECOND;
    return accept(atMs, 1_000_000_000_000_000_000n + BigInt(i));
  });
  await stack.clock.runUntil(
    startMs + 600_000,
    () => stack.queue.count("express") === 0 && stack.clock.now() > startMs + atMs + 1_000,
  );
  await Promise.all(accepted);
  const { user, system } = process.cpuUsage(before);
  for (const close of closing) await close();
  if (stack.failures.length > 0) throw new AggregateError(stack.failures, "not everything went well");

  const { invocations, messages, returned, busyMs } = stack.worked.express;
  const cpuMs = (user + system) / 1_000;
  const expressGb = gbOf("deliverExpress");
  const waited = addUnits(
    { gbSecond: (intakeMs / 1_000) * gbOf("acceptJob") },
    { gbSecond: (busyMs / 1_000) * expressGb },
    { gbSecond: (cpuMs / 1_000) * GB_A_PROCESSOR },
  );
  const counted: Units = {
    ...{ apiRequest: JOBS, invocation: JOBS + invocations, logByte: logBytes(JOBS + invocations, JOBS) },
    ...{ writeUnit: meter.writeUnits, readUnit: meter.readUnits },
    customMetric: figureMonths(JOBS / JOBS_A_SECOND / 60),
    sqsRequest: stack.queue.put.tasks + 2 * invocations + returned, // each sent alone, received and deleted by the event
  };
  return {
    units: scaled(addUnits(waited, counted), MILLION / JOBS),
    jobs: JOBS,
    messagesAnInvocation: messages / invocations,
    busyMs: busyMs / invocations,
    cpuMs: cpuMs / JOBS,
  };
}
