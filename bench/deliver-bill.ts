import { memoryReceiverLists } from "../lib/adapters/memory-receiver-lists.ts";
import { MESSAGE } from "./bulk-job.ts";
import { idleWatch } from "./deliver-idle.ts";
import { dynamoPorts } from "./deliver-ports.ts";
import type { Stage } from "./deliver-stage.ts";
import { attach, type Meter, newMeter } from "./deliver-units.ts";
import { FLEETS, type Worked } from "./simulated-fleet.ts";
import { simulatedStack } from "./simulated-stack.ts";

/** What a job took, by who did it. `lists`: requests to the bucket. */
export type Bill = Readonly<{
  receivers: number;
  batches: number;
  intake: Meter;
  dispatch: Meter;
  delivery: Meter;
  lists: Readonly<{ puts: number; gets: number }>;
  dispatchRuns: number;
  /** From accept to done, of simulated time. */
  minutes: number;
  worked: Readonly<Worked>;
  tasks: number;
  taskBytes: number;
}>;

/**
 * Accept, dispatch and deliver one job whole: the use cases and the adapters of the table as they are, two bulk workers of
 * four tasks, in simulated time with the real quota. Only queue and bucket are in memory.
 *
 * @param startMs later than anything on this stage before
 */
export async function measureBill(
  stage: Stage,
  ids: readonly string[],
  { upstream, startMs, seed }: Readonly<{ upstream: string; startMs: number; seed: number }>,
): Promise<Bill> {
  const watch = idleWatch();
  const closing: (() => Promise<void>)[] = [];
  const [intake, dispatch, delivery] = [newMeter(), newMeter(), newMeter()];
  const meters = [intake, dispatch]; // the stack makes its processes in this order
  const counted = countedLists();
  const stack = simulatedStack({
    ...{ seed, startMs, lists: counted.lists, settled: watch.settled },
    fleets: { ...FLEETS, express: { ...FLEETS.express, processes: ids.length > 1 ? 0 : 1 } },
    ports(_memory, own) {
      const client = attach(meters.shift() ?? delivery, stage.makeClient(), watch);
      const { ports, close } = dynamoPorts(client, upstream, own);
      closing.push(close);
      const { prepare, send } = ports.rtc;
      return {
        ...ports,
        rtc: { prepare: () => watch.busy(prepare), send: (...call) => watch.busy(() => send(...call)) },
      };
    },
  });
  const receivers = BigUint64Array.from([...new Set(ids)], BigInt).sort();
  const options = { delivery: "at-most-once", dryRun: false } as const;
  const caller = { clientId: "bench", scopes: new Set(["send"] as const) };
  const { job } = await stack.accept({ message: MESSAGE, receivers, duplicatesDropped: 0, options }, { caller });

  const { jobs } = dynamoPorts(stage.makeClient(), upstream, stack.clock).ports;
  const stepMs = receivers.length > 1 ? 20_000 : 500;
  while ((await jobs.find(job.id))?.state !== "done") await stack.clock.runUntil(stack.clock.now() + stepMs);
  for (const close of closing) await close();
  if (stack.failures.length > 0) throw new AggregateError(stack.failures, "not everything went well");
  const { tasks, bytes } = stack.queue.put;
  return {
    ...{ receivers: receivers.length, batches: job.batches, intake, dispatch, delivery, lists: counted.counts },
    ...{
      dispatchRuns: stack.runs.dispatch,
      minutes: (stack.clock.now() - startMs) / 60_000,
      worked: stack.worked[job.lane],
      tasks,
      taskBytes: bytes,
    },
  };
}

function countedLists() {
  const lists = memoryReceiverLists();
  const counts = { puts: 0, gets: 0 };
  const read: typeof lists.read = (...args) => {
    counts.gets++;
    return lists.read(...args);
  };
  const write: typeof lists.write = (...args) => {
    counts.puts++;
    return lists.write(...args);
  };
  return { lists: { ...lists, read, write }, counts };
}
