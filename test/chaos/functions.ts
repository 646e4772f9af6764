import type { memoryResults } from "../../lib/adapters/memory-results.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import { alignedBatchSize } from "../../lib/domain/quota/token-bucket.ts";
import { MAX_ATTEMPTS } from "../../lib/domain/read-answer.ts";
import { makeAccept } from "../../lib/use-cases/accept-job.ts";
import { makeSteer } from "../../lib/use-cases/control-job.ts";
import { makeDeliver, type Rtc, type TokenBucket } from "../../lib/use-cases/deliver.ts";
import { makeSweep } from "../../lib/use-cases/sweep.ts";
import type { Agenda } from "./agenda.ts";
import type { Life, Lives } from "./lives.ts";
import type { ModelQueue } from "./model-queue.ts";
import type { ModelUpstream, Taken } from "./model-upstream.ts";

/** What of the world a planted mistake may change. */
export type Ports = ReturnType<typeof memoryResults> & Readonly<{ bucket: TokenBucket; now: () => number }>;

export type World = Readonly<{
  agenda: Agenda;
  lives: Lives;
  ports: Ports;
  queue: ModelQueue;
  upstream: ModelUpstream;
  policy: QuotaPolicy;
  callTimeoutMs: number;
  random: () => number;
  tell: (line: string) => void;
}>;

/** What happened on the way that the outcomes alone do not show. */
export type Notes = ReturnType<typeof makeNotes>;

export const makeNotes = () => ({
  /** Ids of all jobs that were ever written down or meant to be. */
  jobs: [] as string[],
  /** `job receiver` of every claim that was written. */
  claimed: new Set<string>(),
  /** Likewise, of those for the last attempt. */
  lastAttempts: new Set<string>(),
  /** By Content: since when a job is stopped. */
  stoppedAtMs: new Map<string, number>(),
  /** Contents that were sent though their job had been stopped for longer than a worker may trust what it saw. */
  disobedient: new Set<string>(),
  /** What the sweeper reported. */
  swept: [] as string[],
});

/** A worker trusts what it saw for half a second, then claims and sends. */
const OBEYED_MS = 700;
/** Small enough that a job of a few hundred has many batches. */
const MOST_IN_A_BATCH = 60;

/** The real stories as one call of a Lambda function has them: each over ports that fail it, until it dies. */
export function makeFunctions(world: World, notes: Notes) {
  const { agenda, lives, ports, queue, upstream, policy, callTimeoutMs, random, tell } = world;
  const { jobs, batches, tallies, parked, results, bucket, now } = ports;
  return { accept, steer, sweep, deliver };

  function accept(life: Life) {
    return makeAccept({
      ...frailPorts(life, { jobs, queue, parked }),
      now,
      quota: policy,
      bulkBatchSize: Math.min(alignedBatchSize(policy), MOST_IN_A_BATCH),
      jobId(_, key = `nokey${notes.jobs.length}`) {
        const id = idOf(key);
        if (!notes.jobs.includes(id)) notes.jobs.push(id);
        return id;
      },
      hash: (text) => text,
    }).accept;
  }

  function steer(life: Life) {
    const move: typeof jobs.move = async (id, from, to) => {
      const moved = await jobs.move(id, from, to);
      const { message } = (await results.job(id)) ?? {};
      if (moved && message && to !== "running") notes.stoppedAtMs.set(message.Content, now());
      else if (moved && message) notes.stoppedAtMs.delete(message.Content);
      return moved;
    };
    return makeSteer(frailPorts(life, { jobs: { ...jobs, move, job: results.job }, parked, queue }));
  }

  /** @param life none: nothing fails it */
  function sweep(life?: Life) {
    const all = { jobs: { ...jobs, job: results.job }, results, tallies, parked, queue };
    return makeSweep({
      ...(life ? frailPorts(life, all) : all),
      now,
      report(event) {
        notes.swept.push(event.event);
        tell(`sweeper: ${JSON.stringify(event)}`);
      },
    });
  }

  function deliver(life: Life) {
    const claim: typeof batches.claim = async (task, batch, asked) => {
      const made = await batches.claim(task, batch, asked);
      for (const id of made ? asked.receivers : []) {
        notes.claimed.add(`${task.job} ${id}`);
        if (task.attempt >= MAX_ATTEMPTS) notes.lastAttempts.add(`${task.job} ${id}`);
      }
      return made;
    };
    return makeDeliver({
      ...frailPorts(life, { batches: { ...batches, claim }, tallies, parked, queue, ...bookCalls() }),
      clock: { now, sleep: lives.frail(life, agenda).sleep },
      random,
      accountOf: () => "account",
      report: (event) => tell(`deliver: ${JSON.stringify(event)}`),
      marginMs: policy.marginMs,
      callTimeoutMs,
    });
  }

  function frailPorts<P extends Record<string, object>>(life: Life, all: P): P {
    return Object.fromEntries(Object.entries(all).map(([name, port]) => [name, lives.frail(life, port)])) as P;
  }

  /** Quota and upstream of one delivery: knows of each request taken whether the quota's promise covers it. */
  function bookCalls(): { bucket: TokenBucket; rtc: Rtc } {
    let slotMs = 0;
    let last: Taken | undefined;
    return {
      bucket: {
        ...bucket,
        async reserve(account, ask) {
          const reservation = await bucket.reserve(account, ask);
          if (reservation.kind === "granted") slotMs = reservation.slotMs;
          return reservation;
        },
        async moveLate(account, spent) {
          await bucket.moveLate(account, spent);
          if (last && now() - spent.slotMs <= policy.windowMs / 2) last.isAccountedFor = true;
        },
      },
      rtc: {
        send(message, receivers) {
          const stoppedAtMs = notes.stoppedAtMs.get(message.Content) ?? now();
          if (now() - stoppedAtMs > OBEYED_MS) notes.disobedient.add(message.Content);
          return upstream.send(message, receivers, (taken) => {
            last = taken;
            taken.isAccountedFor = taken.atMs <= slotMs + policy.marginMs;
          });
        },
      },
    };
  }
}

/** The same for the same key, as `wire` has it. */
export const idOf = (key: string): string => key.replaceAll(" ", "").padStart(20, "0");
