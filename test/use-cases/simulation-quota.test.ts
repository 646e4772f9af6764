import { describe, expect, it } from "vitest";
import { MESSAGE } from "../../bench/bulk-job.ts";
import { peakOf, seeded } from "../../bench/quota-simulation.ts";
import { FLEETS } from "../../bench/simulated-fleet.ts";
import { POLICY, type SimulatedStack, type StackOptions, simulatedStack } from "../../bench/simulated-stack.ts";
import { checkClock } from "../../lib/domain/quota/clock-check.ts";
import { onTime } from "../../lib/use-cases/on-time.ts";

// The quota in the whole of Volley, counted at the upstream: every call that it took, whatever became of it.

const MINUTE_MS = 60_000;
const CALLER = { clientId: "client", scopes: new Set(["send"] as const) };
const BULK_ONLY = { ...FLEETS, express: { ...FLEETS.express, processes: 0 } };
type Ports = NonNullable<StackOptions["ports"]>;

async function accept({ accept }: SimulatedStack, first: bigint, count: number): Promise<void> {
  const receivers = BigUint64Array.from({ length: count }, (_, i) => first + BigInt(i));
  const options = { delivery: "at-most-once", dryRun: false } as const;
  await accept({ message: MESSAGE, receivers, duplicatesDropped: 0, options }, { caller: CALLER });
}

const pass = ({ clock }: SimulatedStack, ms: number) => clock.runUntil(clock.now() + ms);

const peakIn = ({ upstream: { calls } }: SimulatedStack): number =>
  peakOf(
    calls.toSorted((a, b) => a.atMs - b.atMs),
    POLICY.windowMs,
  );

describe("late calls, and writes that fail", { timeout: 120_000 }, () => {
  /** One call in five is counted up to 8 s late, and answered after that. Moving its tokens fails `fails` times. */
  const late = async (move: "fails three times" | "never holds") => {
    const random = seeded(5);
    const tries = new Map<number, number>();
    const ports: Ports = (memory, own) => ({
      ...memory,
      rtc: {
        prepare: memory.rtc.prepare,
        async send(message, receivers, leaveByMs) {
          if (random() >= 0.2) return memory.rtc.send(message, receivers, leaveByMs);
          await own.sleep(random() * 8_000);
          return memory.rtc.send(message, receivers, Number.POSITIVE_INFINITY); // it has left long ago
        },
      },
      bucket: {
        ...memory.bucket,
        async moveLate(account, spent) {
          if (move === "never holds") return;
          const before = tries.get(spent.slotMs) ?? 0;
          tries.set(spent.slotMs, before + 1);
          if (before % 4 < 3) throw new Error("the table is away");
          await memory.bucket.moveLate(account, spent);
        },
      },
    });
    const stack = simulatedStack({ seed: 6, ports, fleets: BULK_ONLY });
    await accept(stack, 1n << 50n, 70_000);
    await pass(stack, 5 * MINUTE_MS);
    return { peak: peakIn(stack), tries: tries.size, stack };
  };

  it("no window counts more than the quota: the tokens are moved until it holds, before the result is recorded", async () => {
    const { peak, tries, stack } = await late("fails three times");
    expect(tries).toBeGreaterThan(20);
    expect(peak).toBeLessThanOrEqual(POLICY.messages);
    expect(peak).toBeGreaterThan(0.95 * POLICY.messages);
    expect(stack.failures).toEqual([]);
  });

  it("that is so because they are moved", async () => {
    expect((await late("never holds")).peak).toBeGreaterThan(POLICY.messages);
  });
});

describe("a clock that is off", { timeout: 120_000 }, () => {
  /** Of the workers of the express lane the clock is ahead, or behind; bulk's is right. */
  const off = async (aheadMs: number, watched: boolean) => {
    const fleets = { bulk: FLEETS.bulk, express: { ...FLEETS.express, processes: 2 } };
    const ports: Ports = (memory, own) => {
      const skewMs = own.now() - stack.clock.now();
      const isClockOff = () => {
        const [ownMs, dateMs] = [own.now(), 1_000 * Math.floor((own.now() - skewMs) / 1_000)];
        return checkClock({ sentMs: ownMs - 5, receivedMs: ownMs, dateMs }).kind === "off";
      };
      const bucket = watched ? onTime(memory.bucket, { isClockOff, now: own.now, onRefused: () => {} }) : memory.bucket;
      return { ...memory, bucket };
    };
    const late: { clock?: SimulatedStack["clock"] } = {};
    const stack = { clock: { now: () => late.clock?.now() ?? Date.UTC(2026, 0, 31, 8) } };
    const made = simulatedStack({ seed: 3, fleets, ports, skewMs: (lane) => (lane === "express" ? aheadMs : 0) });
    late.clock = made.clock;
    await accept(made, 1n << 50n, 120_000);
    await pass(made, 150_000); // the quota is in full use before the first of the others asks
    for (let i = 0; i < (watched ? 500 : 800); i++) {
      await accept(made, (1n << 40n) + BigInt(i * 1_000), i % 50 === 49 ? 500 : 1);
      await pass(made, 300);
    }
    const express = made.upstream.calls.filter(({ first }) => BigInt(first) < 1n << 50n).length;
    return { peak: peakIn(made), express, bulk: made.upstream.calls.length - express };
  };

  it.each([2_000, 5_000])("by %d ms sends nothing, and the quota is kept; whose clock is right goes on", async (ms) => {
    const { peak, express, bulk } = await off(ms, true);
    expect(peak).toBeLessThanOrEqual(POLICY.messages);
    expect(express).toBe(0);
    expect(bulk).toBeGreaterThan(50);
  });

  it("that is so because it is watched", async () => {
    expect((await off(5_000, false)).peak).toBeGreaterThan(POLICY.messages);
  });

  it("by less than a second is none that is off: it sends", async () => {
    expect((await off(-500, true)).express).toBeGreaterThan(100);
  });
});
