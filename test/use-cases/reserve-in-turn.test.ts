import { expect, test } from "vitest";
import { seeded } from "../../bench/quota-simulation.ts";
import { type SimulatedClock, simulatedClock } from "../../bench/simulated-clock.ts";
import { type MemoryLedgers, memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { LONGEST_LOOK_MS } from "../../lib/domain/delivery-times.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import { makeReserveInTurn } from "../../lib/use-cases/reserve-in-turn.ts";

const POLICY: QuotaPolicy = {
  ...{ messages: 12_000, windowMs: 60_000, marginMs: 300 },
  ...{ floor: 60, minGapMs: 250, callTimeoutMs: 10_000 },
};
/** Of full batches, once the burst of the beginning has come round. */
const GRANTS_A_MINUTE = 24;
const START = Date.UTC(2026, 0, 31, 8);
const MINUTE_MS = 60_000;

type Process = { grants: number[]; looks: number; longestMs: number };

/** One account, and what all processes of a test share. */
function makeWorld(policy = POLICY) {
  const clock = simulatedClock(START);
  const ledgers: MemoryLedgers = new Map();
  const random = seeded(1);
  return { clock, startProcess, sendSingles };

  /** Four tasks that always want a full batch, until it is told to stop. */
  function startProcess(isOver = () => false): Process {
    const seen: Process = { grants: [], looks: 0, longestMs: 0 };
    const bucket = memoryTokenBucket({ policy, now: clock.now, ledgers });
    const sleep: SimulatedClock["sleep"] = (ms) => {
      seen.longestMs = Math.max(seen.longestMs, ms);
      return clock.sleep(ms);
    };
    const own = { now: clock.now, sleep };
    const reserveInTurn = makeReserveInTurn({ bucket, clock: own, random, spreadMs: policy.marginMs });
    const look = async (): Promise<boolean> => {
      seen.looks++;
      return true;
    };
    const work = async (): Promise<void> => {
      while (!isOver()) {
        const turn = { count: Math.min(497, policy.messages / 2), lane: "bulk" as const, look };
        const slot = await reserveInTurn("a", { ...turn, lastMs: Number.MAX_SAFE_INTEGER });
        if (slot?.kind !== "granted") throw new Error(`got ${slot?.kind}`);
        seen.grants.push(slot.slotMs);
        await clock.sleep(Math.max(0, slot.slotMs - clock.now()) + 30);
      }
    };
    for (let task = 0; task < 4; task++) void work();
    return seen;
  }

  /** One receiver a second, each as a process of its own. */
  async function sendSingles(): Promise<void> {
    const bucket = memoryTokenBucket({ policy, now: clock.now, ledgers });
    for (;;) {
      await clock.sleep(1_000);
      await bucket.reserve("a", { count: 1, lane: "express", maxWaitMs: 5_000 });
    }
  }
}

/** What came between two times. */
const between = (grants: readonly number[], fromMs: number, toMs: number) =>
  grants.filter((atMs) => atMs >= START + fromMs && atMs < START + toMs);

test("two processes take turns: each slot costs one look, not one of each", async () => {
  const { clock, startProcess } = makeWorld();
  const both = [startProcess(), startProcess()];
  await clock.runUntil(START + 5 * MINUTE_MS);
  const before = both.reduce((sum, { looks }) => sum + looks, 0);
  await clock.runUntil(START + 65 * MINUTE_MS);

  const grants = both.map((one) => between(one.grants, 5 * MINUTE_MS, 65 * MINUTE_MS).length);
  const looks = both.reduce((sum, one) => sum + one.looks, 0) - before;
  expect(grants.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(0.99 * 60 * GRANTS_A_MINUTE);
  expect(looks).toBeLessThan(1.1 * 60 * GRANTS_A_MINUTE);
  for (const some of grants) expect(some).toBeGreaterThan(0.45 * 60 * GRANTS_A_MINUTE);
});

test("one alone leaves no slot to others, also where single messages go between", async () => {
  const { clock, startProcess, sendSingles } = makeWorld();
  const alone = startProcess();
  void sendSingles();
  await clock.runUntil(START + 65 * MINUTE_MS);

  const slots = between(alone.grants, 5 * MINUTE_MS, 65 * MINUTE_MS);
  const longestGapMs = Math.max(...slots.slice(1).map((atMs, i) => atMs - (slots[i] ?? atMs)));
  expect(slots.length).toBeGreaterThanOrEqual(60 * (GRANTS_A_MINUTE - 1));
  expect(longestGapMs).toBeLessThan(2 * (MINUTE_MS / GRANTS_A_MINUTE));
});

test("where the other one is gone a slot is asked for late once, and then no more", async () => {
  const { clock, startProcess } = makeWorld();
  const goneMs = 10 * MINUTE_MS;
  const stays = startProcess();
  startProcess(() => clock.now() >= START + goneMs);
  await clock.runUntil(START + 70 * MINUTE_MS);

  const slots = between(stays.grants, goneMs + MINUTE_MS / 4, 70 * MINUTE_MS);
  const gaps = slots.slice(1).map((atMs, i) => atMs - (slots[i] ?? atMs));
  expect(slots.length).toBeGreaterThanOrEqual(59 * GRANTS_A_MINUTE);
  expect(Math.max(...gaps)).toBeLessThan(2 * (MINUTE_MS / GRANTS_A_MINUTE));
});

test("a small quota is looked at as often as ever: nobody sleeps through two slots that are far apart", async () => {
  const { clock, startProcess } = makeWorld({ ...POLICY, messages: 100, floor: 1 });
  const both = [startProcess(), startProcess()];
  await clock.runUntil(START + 30 * MINUTE_MS);

  for (const { longestMs, grants } of both) {
    expect(grants.length).toBeGreaterThan(0);
    expect(longestMs).toBeLessThanOrEqual(LONGEST_LOOK_MS + POLICY.marginMs);
  }
});
