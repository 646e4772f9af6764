import { memoryNudges } from "../lib/adapters/memory-nudges.ts";
import { memoryReceiverLists } from "../lib/adapters/memory-receiver-lists.ts";
import { memoryResults } from "../lib/adapters/memory-results.ts";
import { type MemoryLedgers, memoryTokenBucket } from "../lib/adapters/memory-token-bucket.ts";
import { memoryUploads } from "../lib/adapters/memory-uploads.ts";
import { leaseMs } from "../lib/domain/delivery-times.ts";
import type { Lane } from "../lib/domain/job.ts";
import type { QuotaPolicy } from "../lib/domain/quota/ledger.ts";
import { alignedBatchSize } from "../lib/domain/quota/whole-or-part.ts";
import type { BatchRowStore } from "../lib/ports/batch-row-store.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { DispatchLock } from "../lib/ports/dispatch-lock.ts";
import type { DueJobs } from "../lib/ports/due-jobs.ts";
import type { JobStore } from "../lib/ports/job-store.ts";
import type { MessageStore } from "../lib/ports/message-store.ts";
import type { QuotaReader } from "../lib/ports/quota-reader.ts";
import type { ReceiverLists } from "../lib/ports/receiver-lists.ts";
import type { Rtc } from "../lib/ports/rtc.ts";
import type { Tallies } from "../lib/ports/tallies.ts";
import type { TokenBucket } from "../lib/ports/token-bucket.ts";
import { makeAccept } from "../lib/use-cases/accept-job.ts";
import { makeDeliver } from "../lib/use-cases/deliver.ts";
import { makeDispatch } from "../lib/use-cases/dispatch.ts";
import { makeReadList } from "../lib/use-cases/read-list.ts";
import { seeded } from "./quota-simulation.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { FLEETS, type Fleet, newWorked, wholeSeconds, workForEver } from "./simulated-fleet.ts";
import { simulatedQueue } from "./simulated-queue.ts";
import { simulatedUpstream } from "./simulated-upstream.ts";

export const POLICY: QuotaPolicy = {
  messages: 12_000,
  windowMs: 60_000,
  marginMs: 300,
  floor: 60,
  minGapMs: 250,
  callTimeoutMs: 10_000,
};
export const ACCOUNT = "account";
const CALL_TIMEOUT_MS = 10_000;
const SHARE_AGE_MS = 300_000;
const DAY_MS = 86_400_000;
/** A read of the table, ms. */
const TABLE_MS = 5;
/** The queue of nudges is looked at no more often than this, ms. */
const NUDGE_MS = 50;

/** What a process has of the tables and of the upstream. */
export type ProcessPorts = Readonly<{
  jobs: JobStore;
  due: DueJobs;
  rows: BatchRowStore;
  messages: MessageStore;
  tallies: Tallies;
  lock: DispatchLock;
  bucket: TokenBucket & QuotaReader;
  rtc: Rtc;
}>;

export type StackOptions = Readonly<{
  seed: number;
  startMs?: number;
  policy?: QuotaPolicy;
  /** When in the minute dispatch runs, ms. */
  phaseMs?: number;
  fleets?: Readonly<Record<Lane, Fleet>>;
  /** What the clock of a process is ahead by. */
  skewMs?: (lane: Lane, process: number) => number;
  lists?: ReceiverLists;
  /** Other ports than those in memory: of a real table, or with a mistake in them. */
  ports?: (memory: ProcessPorts, own: Clock) => ProcessPorts;
  settled?: () => Promise<void>;
}>;

export type SimulatedStack = ReturnType<typeof simulatedStack>;

/** Volley whole, in one process and in simulated time: the use cases as they are, everything around them in memory. */
export function simulatedStack(options: StackOptions) {
  const { seed, policy = POLICY, phaseMs = 0, fleets = FLEETS, skewMs = () => 0 } = options;
  const random = seeded(seed);
  const { startMs = Date.UTC(2026, 0, 31, 8) } = options;
  const clock = simulatedClock(startMs, options.settled);
  const results = memoryResults(clock.now);
  const ledgers: MemoryLedgers = new Map();
  const queue = simulatedQueue(clock.now, random, fleets);
  const nudges = memoryNudges(clock.now, 360_000);
  const lists = options.lists ?? memoryReceiverLists();
  const upstream = simulatedUpstream(clock, random);
  const failures: unknown[] = [];
  const worked = { express: newWorked(), bulk: newWorked() };
  const runs = { dispatch: 0 };
  let drawn = 0;
  const drawId = (): string => `${seed}x${++drawn}`;

  const portsOf = (own: Clock): ProcessPorts => {
    const bucket = memoryTokenBucket({ policy, now: own.now, ledgers });
    const memory = { ...results, bucket, rtc: upstream.rtc(own) };
    return options.ports?.(memory, own) ?? memory;
  };
  const common = { queue, nudges, clock, drawId, random };

  const front = portsOf(clock);
  const accept = makeAccept({
    uploads: memoryUploads(new Map(), clock.now),
    ...{ ...common, ...front, lists, quota: front.bucket },
    jobId: (client, key) => (key === undefined ? drawId() : `${client} ${key}`),
    hash: (text, list) => `${text} ${list.length}`,
    accountOf: () => ACCOUNT,
    checkCallback: () => [],
    report: ({ error }) => failures.push(error),
    settings: {
      cutOf: () => ({ quota: policy, bulkBatchSize: alignedBatchSize(policy, 500) }),
      ...{ maxBatch: 500, ttlMs: 30 * DAY_MS, shareAgeMs: SHARE_AGE_MS },
    },
  });

  const behind = portsOf(clock);
  const dispatch = makeDispatch({
    ...{ ...common, ...behind, quota: behind.bucket },
    readList: makeReadList({ messages: behind.messages, lists }),
    report(event) {
      if (event.event === "dispatch-run") runs.dispatch++;
      if (event.event === "job-failed") failures.push(event.error);
    },
    settings: { shareAgeMs: SHARE_AGE_MS, leaseMs: leaseMs(CALL_TIMEOUT_MS) },
  });

  for (const lane of ["express", "bulk"] as const) {
    for (let i = 0; i < fleets[lane].processes; i++) startProcess(lane, clock.skewed(skewMs(lane, i)));
  }
  void eachMinute();
  void eachNudge();
  const parts = { results, ledgers, queue, nudges, lists, upstream };
  return { clock, startMs, ...parts, failures, worked, runs, accept, dispatch, drawId, front };

  function startProcess(lane: Lane, own: Clock): void {
    const { rows, bucket, ...ports } = portsOf(own);
    const deliver = makeDeliver({
      ...{ ...common, ...ports, clock: own },
      rtcOf: () => ports.rtc,
      rows: { ...rows, look: async (key) => slow(() => rows.look(key)) },
      bucket: { ...bucket, reserve: async (account, ask) => slow(() => bucket.reserve(account, ask)) },
      report: () => {},
      ...{ marginMs: policy.marginMs, callTimeoutMs: CALL_TIMEOUT_MS },
    });
    const onFailure = (error: unknown) => failures.push(error);
    void workForEver({ lane, fleet: fleets[lane], queue, clock, own, random, deliver, onFailure }, worked[lane]);
  }

  async function slow<T>(call: () => Promise<T>): Promise<T> {
    await clock.sleep(1 + random() * TABLE_MS);
    return call();
  }

  async function eachMinute(): Promise<never> {
    await clock.sleep(phaseMs);
    for (;;) {
      await dispatch.eachMinute();
      await clock.sleep(60_000);
    }
  }

  async function eachNudge(): Promise<never> {
    for (;;) {
      const nextMs = (nudges.dispatches.nextAtMs() ?? Number.POSITIVE_INFINITY) - clock.now();
      await clock.sleep(Math.min(1_000, Math.max(NUDGE_MS, nextMs)));
      const nudge = nudges.dispatches.receive();
      if (!nudge) continue;
      const settled = await dispatch.nudged(nudge.body);
      if (settled.kind === "delete") nudges.dispatches.remove(nudge.id);
      else nudges.dispatches.hide(nudge.id, wholeSeconds(settled.atMs - clock.now()) / 1_000);
    }
  }
}
