import { type MemoryLedgers, memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { leaseMs } from "../../lib/domain/delivery-times.ts";
import type { Job } from "../../lib/domain/job.ts";
import { checkClock, type DatedAnswer } from "../../lib/domain/quota/clock-check.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import { onTime } from "../../lib/use-cases/on-time.ts";
import type { Checker } from "./checker.ts";
import { type FrailPorts, makeFrailPorts } from "./frail-ports.ts";
import type { Invocation } from "./invocations.ts";
import type { ModelUpstream } from "./model-upstream.ts";
import type { Ports, Role, Sabotage } from "./ports.ts";
import type { Queues } from "./queues.ts";
import { makeQuotaTable } from "./quota-table.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

export type World = FrailPorts &
  Readonly<{
    settings: Settings;
    store: Store;
    queues: Queues;
    upstream: ModelUpstream;
    checker: Checker;
    ledgers: MemoryLedgers;
    sabotage: ReturnType<Sabotage>;
    /** Hears of every write of a table, and of whoever made it. */
    afterWrite: (invocation: Invocation, run: string, job?: Job) => void;
    /** Hears of every call that was answered, before the worker does. */
    afterCall: (invocation: Invocation, run: string) => void;
    /** Watches claims, to bring their owners together. */
    meet: (invocation: Invocation, rows: BatchRowStore) => BatchRowStore;
  }>;

/** What one call of a function has of the world: everything may fail it, and everything is checked. */
export function makeFunctionPorts(world: World) {
  const { agenda, settings, store, queues, upstream, checker, ledgers, sabotage, afterWrite, tell } = world;
  const { policy, callTimeoutMs } = settings;
  const { frail, spread } = makeFrailPorts(world);
  const bucketOnTable = makeQuotaTable({ ...world, policy });
  let drawn = 0;
  const drawId = (): string => `x${(++drawn).toString(36).padStart(9, "0")}`;
  return { portsFor, drawId };

  function answerOfTheTable(nowMs: number): DatedAnswer {
    return { sentMs: nowMs, receivedMs: nowMs, dateMs: 1_000 * Math.floor(agenda.now() / 1_000) };
  }

  function portsFor(invocation: Invocation, role: Role, at?: ReturnType<Checker["worker"]>): Ports {
    const { now, process } = invocation;
    const wrote = (run: string, job?: Job): void => afterWrite(invocation, run, job);
    const on = checker.onWrite(invocation, role, wrote);
    const onTable = settings.bucket === "dynamo";
    const bucket = onTable ? bucketOnTable(invocation) : memoryTokenBucket({ policy, now, ledgers });
    const { messages, lists, lock, index } = store;
    const plain: Ports = {
      ...{ messages, lists, lock, index },
      jobs: store.jobs(on),
      rows: world.meet(invocation, store.rows(on, spread)),
      tallies: store.tallies(on),
      due: store.due(),
      failed: store.failed(),
      bucket,
      queue: {
        async enqueue(lane, tasks, { delaySeconds }) {
          checker.jobs.tasks(tasks);
          await queues[lane].put(tasks, delaySeconds);
        },
      },
      nudges: {
        dispatch: (nudge, delaySeconds) => queues.dispatch.put([nudge], delaySeconds),
        import: (job) => queues.imports.put([job], 0),
        publish: async () => {}, // what is told of a job changes nothing of it
      },
      rtc: {
        prepare: async () => undefined,
        async send(message, receivers, leaveByMs) {
          const sender = at?.sends(receivers);
          if (!sender) throw new Error("only deliver sends");
          tell(`${invocation.name} SENDS to ${receivers}`);
          const answer = await upstream.send(message, receivers, leaveByMs, sender);
          world.afterCall(invocation, sender.run);
          return answer;
        },
      },
      clock: { now, sleep: (ms) => world.invocations.pass(invocation, ms) },
      drawId,
      hash: (text, list) => `${text} ${Buffer.from(list).toString("hex")}`,
      leaseMs: leaseMs(callTimeoutMs),
      isClockOff: () => checkClock(answerOfTheTable(now())).kind === "off",
    };
    const {
      clock,
      drawId: draw,
      hash,
      leaseMs: lease,
      isClockOff,
      rtc,
      ...rest
    } = sabotage(plain, { role, agenda, store });
    const frailRest = Object.fromEntries(
      Object.entries(rest).map(([name, port]) => {
        return [name, name === "bucket" && onTable ? port : frail(invocation, port)]; // whose calls to its table are frail
      }),
    );
    tell(`${invocation.name} starts on process ${process.id}`);
    return {
      ...(frailRest as typeof rest),
      bucket: onTime((frailRest as typeof rest).bucket, { isClockOff, now, onRefused: () => {} }),
      ...{ clock, drawId: draw, hash, leaseMs: lease, isClockOff },
      rtc: {
        prepare: rtc.prepare,
        async send(...call) {
          const answer = await rtc.send(...call); // in the same tick as the worker's last check
          await world.invocations.pass(invocation, 0);
          tell(`${invocation.name} hears ${answer.kind} ${"code" in answer ? answer.code : ""}`);
          return answer;
        },
      },
    };
  }
}
