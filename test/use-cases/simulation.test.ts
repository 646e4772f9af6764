import { describe, expect, it } from "vitest";
import { MESSAGE } from "../../bench/bulk-job.ts";
import { peakOf, percentile } from "../../bench/quota-simulation.ts";
import { FLEETS } from "../../bench/simulated-fleet.ts";
import {
  POLICY,
  type ProcessPorts,
  type SimulatedStack,
  type StackOptions,
  simulatedStack,
} from "../../bench/simulated-stack.ts";
import { roomOf } from "../../lib/domain/quota/usage.ts";
import { numbersIn } from "../../lib/domain/ranges.ts";
import { isQueued, receiversInBatch } from "../../lib/domain/shares.ts";
import { tallyOf } from "../../lib/domain/tally.ts";

const MINUTE_MS = 60_000;
const CALLER = { clientId: "client", scopes: new Set(["send"] as const) };
const BULK_ONLY = { ...FLEETS, express: { ...FLEETS.express, processes: 0 } };
const FIRST_BULK = 1n << 50n;
const FIRST_ONE = 1n << 40n;

type Planted = NonNullable<StackOptions["ports"]>;
const withBucket = (change: (bucket: ProcessPorts["bucket"]) => Partial<ProcessPorts["bucket"]>): Planted => {
  return (memory) => ({ ...memory, bucket: { ...memory.bucket, ...change(memory.bucket) } });
};

async function accept({ accept }: SimulatedStack, first: bigint, count: number): Promise<string> {
  const receivers = BigUint64Array.from({ length: count }, (_, i) => first + BigInt(i));
  const options = { delivery: "at-most-once", dryRun: false } as const;
  return (await accept({ message: MESSAGE, receivers, duplicatesDropped: 0, options }, { caller: CALLER })).job.id;
}

const pass = ({ clock }: SimulatedStack, ms: number) => clock.runUntil(clock.now() + ms);

/** Receivers whose tasks are valid and not counted yet. */
function openReceivers({ results: { table } }: SimulatedStack): number {
  let open = 0;
  for (const job of table.jobs.values()) {
    const isCounted = (n: number) => table.tallies.get(job.run)?.get(tallyOf(n))?.counted.has(n) ?? false;
    for (const { batches } of job.shares.filter(isQueued)) {
      for (const n of numbersIn(batches)) if (!isCounted(n)) open += receiversInBatch(job, n);
    }
  }
  return open;
}

/** Let minutes pass. @returns the most receivers that were open at the end of any of them */
async function mostOpen(stack: SimulatedStack, minutes: number): Promise<number> {
  let most = 0;
  for (let i = 0; i < minutes; i++) {
    await pass(stack, MINUTE_MS);
    most = Math.max(most, openReceivers(stack));
  }
  return most;
}

/** What was sent in the next five minutes, as a share of what could be. */
async function useNow(stack: SimulatedStack): Promise<number> {
  const fromMs = stack.clock.now();
  await pass(stack, 5 * MINUTE_MS);
  const sent = stack.upstream.calls.reduce((sum, { atMs, count }) => (atMs >= fromMs ? sum + count : sum), 0);
  return sent / ((5 * MINUTE_MS * POLICY.messages) / (POLICY.windowMs + POLICY.marginMs));
}

const peakIn = ({ upstream: { calls } }: SimulatedStack) =>
  peakOf(
    calls.toSorted((a, b) => a.atMs - b.atMs),
    POLICY.windowMs,
  );
const ROOM = roomOf(POLICY.messages, POLICY.windowMs);

describe("the upstream refuses for twenty minutes", () => {
  const refused = async (ports?: Planted) => {
    const stack = simulatedStack({ seed: 1, fleets: BULK_ONLY, ...(ports && { ports }) });
    await accept(stack, FIRST_BULK, 600_000);
    await pass(stack, 5 * MINUTE_MS);
    stack.upstream.refuses = "credentials";
    const most = await mostOpen(stack, 20);
    const requeued =
      stack.queue.put.tasks * 497 - ROOM - stack.upstream.calls.reduce((sum, { count }) => sum + count, 0);
    return { stack, most, requeued };
  };

  it("nothing is queued anew meanwhile, and the quota is used again after it", async () => {
    const { stack, most, requeued } = await refused();
    expect(most).toBeLessThanOrEqual(ROOM + 497);
    expect(requeued).toBeLessThanOrEqual(497);
    stack.upstream.refuses = undefined;
    await pass(stack, 17 * MINUTE_MS); // the longest hold is a quarter of an hour
    expect(await useNow(stack)).toBeGreaterThanOrEqual(0.98);
    expect(peakIn(stack)).toBeLessThanOrEqual(POLICY.messages);
    expect(stack.failures).toEqual([]);
  });

  it("that is so because shares do not age while the account is held", async () => {
    const blind = withBucket(({ usage }) => ({
      usage: async (account) => withoutHold(await usage(account)),
    }));
    expect((await refused(blind)).requeued).toBeGreaterThan(ROOM);
  });
});

const withoutHold = <T extends { heldUntilMs?: number }>({ heldUntilMs: _, ...usage }: T) => usage;

describe("the limit falls from 12,000 to 600, and rises again", () => {
  const fallen = async (ports?: Planted) => {
    const policy = { ...POLICY };
    const stack = simulatedStack({ seed: 2, policy, fleets: BULK_ONLY, ...(ports && { ports }) });
    await accept(stack, FIRST_BULK, 600_000);
    await pass(stack, 5 * MINUTE_MS);
    policy.messages = 600;
    await pass(stack, 7 * MINUTE_MS); // what was queued before is owed by then
    return { stack, policy, most: await mostOpen(stack, 10) };
  };

  it("valid tasks stay within the room, and the quota is used again after it", async () => {
    const { stack, policy, most } = await fallen();
    expect(most).toBeLessThanOrEqual(roomOf(600, POLICY.windowMs) + 497);
    policy.messages = POLICY.messages;
    await pass(stack, 2 * MINUTE_MS);
    expect(await useNow(stack)).toBeGreaterThanOrEqual(0.98);
    expect(peakIn(stack)).toBeLessThanOrEqual(POLICY.messages);
    expect(stack.failures).toEqual([]);
  });

  it("that is so because the room follows the limit", async () => {
    const blind = withBucket(({ usage }) => ({
      usage: async (account) => ({ ...(await usage(account)), room: ROOM }),
    }));
    expect((await fallen(blind)).most).toBeGreaterThan(roomOf(600, POLICY.windowMs) + 497);
  });
});

describe("clocks that differ", () => {
  /** Bulk workers are slow, express is fast and asks all the time. */
  const skewed = async (apartMs: number, ports?: Planted) => {
    const fleets = { bulk: FLEETS.bulk, express: { ...FLEETS.express, processes: 2 } };
    const skewMs: StackOptions["skewMs"] = (lane) => (lane === "bulk" ? -apartMs / 2 : apartMs / 2);
    const stack = simulatedStack({ seed: 3, fleets, skewMs, ...(ports && { ports }) });
    await accept(stack, FIRST_BULK, 120_000);
    for (let i = 0; i < 1_000; i++) {
      await accept(stack, FIRST_ONE + BigInt(i * 1_000), i % 100 === 99 ? 500 : 1);
      await pass(stack, 250);
    }
    return peakIn(stack);
  };

  it.each([
    { when: "a margin apart", apartMs: 300 },
    { when: "two margins apart", apartMs: 600 },
  ])("$when: no window counts more than the quota", async ({ apartMs }) => {
    expect(await skewed(apartMs)).toBeLessThanOrEqual(POLICY.messages);
  });

  it("that is so because a slow clock takes the account's time for its own", async () => {
    const deaf = withBucket(({ reserve }) => ({
      reserve: async (account, ask) => {
        const answer = await reserve(account, ask);
        return answer.kind === "granted" ? { ...answer, aheadMs: 0 } : answer;
      },
    }));
    expect(await skewed(600, deaf)).toBeGreaterThan(POLICY.messages);
  });
});

describe("150 express jobs of 500 wait, beside bulk that saturates", () => {
  /** How long jobs of one receiver take from accept until they are sent, ms, ascending. */
  const crowded = async (ports?: Planted) => {
    const stack = simulatedStack({ seed: 4, ...(ports && { ports }) });
    await accept(stack, FIRST_BULK, 100_000);
    await pass(stack, 2 * MINUTE_MS);
    for (let i = 0; i < 150; i++) await accept(stack, BigInt((i + 1) * 1_000), 500);
    await pass(stack, 5_000);
    const bornMs = new Map<string, number>();
    for (let i = 0n; i < 60n; i++) {
      bornMs.set(String(FIRST_ONE + i), stack.clock.now());
      await accept(stack, FIRST_ONE + i, 1);
      await pass(stack, 1_000);
    }
    await pass(stack, MINUTE_MS);
    const sentMs = new Map(stack.upstream.calls.map(({ first, atMs }) => [first, atMs]));
    return [...bornMs]
      .map(([first, atMs]) => (sentMs.get(first) ?? Number.POSITIVE_INFINITY) - atMs)
      .sort((a, b) => a - b);
  };

  it("one of one receiver is sent within about a second", async () => {
    const waits = await crowded();
    expect(percentile(waits, 0.9)).toBeLessThan(500);
    expect(percentile(waits, 1)).toBeLessThan(1_200);
  });

  it("that is so because nobody reserves further ahead than it waits", async () => {
    const greedy = withBucket(({ reserve }) => ({
      reserve: (account, ask) => reserve(account, { ...ask, maxWaitMs: 60_000 }),
    }));
    expect(percentile(await crowded(greedy), 0.9)).toBeGreaterThan(2_000);
  });
});
