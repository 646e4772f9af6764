import { leaseMs } from "../lib/domain/delivery-times.ts";
import { makeControl } from "../lib/use-cases/control-job.ts";
import { MESSAGE } from "./bulk-job.ts";
import { idleWatch } from "./deliver-idle.ts";
import { dynamoPorts, rtc } from "./deliver-ports.ts";
import type { Stage } from "./deliver-stage.ts";
import { attach, newMeter } from "./deliver-units.ts";
import { FLEETS } from "./simulated-fleet.ts";
import { simulatedStack } from "./simulated-stack.ts";

/** How long the job runs before it is canceled: some batches are sent by then, and two minutes' worth are queued. */
const RUNS_MS = 30_000;

/** Write units from the cancel of a running bulk job to its end, whoever writes them. @param startMs as {@link measureBill} */
export async function measureCancel(stage: Stage, receivers: number, startMs: number): Promise<number> {
  const watch = idleWatch();
  const closing: (() => Promise<void>)[] = [];
  const meter = newMeter();
  const metered = () => attach(meter, stage.makeClient(), watch);
  const stack = simulatedStack({
    ...{ seed: 4, startMs, settled: watch.settled },
    fleets: { ...FLEETS, express: { ...FLEETS.express, processes: 0 } },
    ports(_memory, own) {
      const { ports, close } = dynamoPorts(metered(), stage.upstream, own);
      closing.push(close);
      const { prepare, send } = ports.rtc;
      return {
        ...ports,
        rtc: { prepare: () => watch.busy(prepare), send: (...call) => watch.busy(() => send(...call)) },
      };
    },
  });
  const caller = { clientId: "bench", scopes: new Set(["send", "control"] as const) };
  const list = BigUint64Array.from({ length: receivers }, (_, i) => 1_000_000_000_000_000_000n + BigInt(i));
  const options = { delivery: "at-most-once", dryRun: false } as const;
  const { job } = await stack.accept({ message: MESSAGE, receivers: list, duplicatesDropped: 0, options }, { caller });
  await stack.clock.runUntil(startMs + RUNS_MS);

  const before = meter.writeUnits;
  const { jobs } = dynamoPorts(metered(), stage.upstream, stack.clock).ports;
  const nudges = { dispatch: async () => {} };
  const drawId = () => "0".repeat(16);
  const control = makeControl({ jobs, nudges, clock: stack.clock, drawId, leaseMs: leaseMs(rtc.callTimeoutMs) });
  await control(caller, job.id, "cancel");
  while ((await jobs.find(job.id))?.state !== "canceled") await stack.clock.runUntil(stack.clock.now() + 5_000);
  for (const close of closing) await close();
  return meter.writeUnits - before;
}
