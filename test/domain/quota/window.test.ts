import fc from "fast-check";
import { expect, it } from "vitest";
import { peakOf } from "../../../bench/quota-simulation.ts";
import { hold, lift } from "../../../lib/domain/quota/circuit-breaker.ts";
import { awayMs, EMPTY_LEDGER, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { limitsOf, spentAt } from "../../../lib/domain/quota/limits.ts";
import { moveLate, reserve } from "../../../lib/domain/quota/token-bucket.ts";

// A small bucket, so that a few dozen calls fill it many times over.
const policy = { messages: 100, windowMs: 600, marginMs: 30, floor: 10, minGapMs: 5, callTimeoutMs: 250 };
const LATEST_MS = policy.windowMs / 2;

const upTo = (max: number) => fc.integer({ min: 0, max });
const step = fc.record({
  passMs: fc.oneof(fc.constant(0), upTo(40), upTo(400)),
  lane: fc.constantFrom("express" as const, "bulk" as const),
  count: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 150 })),
  /** When the upstream counts the call, from its slot on; `late` calls are answered then and moved. */
  countedAfterMs: fc.oneof(fc.constantFrom(0, policy.marginMs), upTo(policy.marginMs)),
  fate: fc.constantFrom("answered", "answered", "late", "worker dies before sending", "worker dies after sending"),
  lateMs: fc.oneof(fc.constant(LATEST_MS), upTo(LATEST_MS)),
  clockBackMs: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: upTo(2_000) }),
  maxWaitMs: fc.oneof(fc.constantFrom(0, LATEST_MS), upTo(policy.windowMs)),
  refused: fc.constantFrom(false, false, false, false, false, false, false, false, false, true),
});

const anySteps = fc.array(step, { minLength: 20, maxLength: 60 });

/**
 * Any workers: one step is one ask by one of them, at a time of its own. The upstream lives in true time; the clock
 * the workers read may step back behind it.
 */
function run(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  const counted: { atMs: number; count: number }[] = [];
  const todo: { isDue(): boolean; run(): void }[] = [];
  let ledger: Ledger = EMPTY_LEDGER;
  let trueMs = 10_000;
  let behindMs = 0;
  const clock = () => trueMs - behindMs;

  const pass = (ms: number): void => {
    for (const endMs = trueMs + ms; ; trueMs += 1) {
      for (const due of todo.filter((one) => one.isDue())) {
        todo.splice(todo.indexOf(due), 1);
        due.run();
      }
      if (trueMs >= endMs) return;
    }
  };

  for (const { passMs, clockBackMs, lane, count, fate, countedAfterMs, lateMs, maxWaitMs, refused } of steps) {
    pass(passMs);
    behindMs += clockBackMs;
    if (refused) ledger = hold(ledger, policy, { nowMs: clock(), why: "flow" });
    const grant = reserve(ledger, policy, { nowMs: clock(), lane, count, maxWaitMs });
    if (grant.kind === "wait") {
      expect(grant.untilMs).toBeGreaterThan(clock());
      continue;
    }
    ledger = grant.probe ? lift(grant.ledger, clock()) : grant.ledger;
    const { slotMs, granted } = grant;
    expect(slotMs).toBeGreaterThanOrEqual(clock());
    expect(slotMs).toBeLessThanOrEqual(Math.max(clock(), ledger.seenMs) + Math.min(maxWaitMs, policy.windowMs / 2));
    expect(granted).toBeGreaterThanOrEqual(1);
    expect(granted).toBeLessThanOrEqual(count);
    if (fate === "worker dies before sending") continue;

    const send = (): void => {
      const late = fate === "late";
      const atMs = trueMs + (late ? lateMs : countedAfterMs);
      counted.push({ atMs, count: granted });
      const answer = () => {
        ledger = moveLate(ledger, policy, { slotMs, count: granted, answeredAtMs: clock() });
      };
      if (late) todo.push({ isDue: () => trueMs >= atMs, run: answer });
    };
    todo.push({ isDue: () => clock() >= slotMs, run: send });
  }
  pass(5_000);
  return { ledger, counted: counted.sort((a, b) => a.atMs - b.atMs) };
}

it("no window ever counts more than the quota: any workers, sizes, lanes, lateness, deaths, clocks that step back", () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      expect(peakOf(run(steps).counted, policy.windowMs)).toBeLessThanOrEqual(policy.messages);
    }),
    { numRuns: 500 },
  );
});

it("the ledger stays small, in order, each slot once", () => {
  const most = Math.ceil((1.5 * policy.windowMs + policy.marginMs) / policy.minGapMs) + 1;
  fc.assert(
    fc.property(anySteps, (steps) => {
      const { entries } = run(steps).ledger;
      expect(entries.length).toBeLessThanOrEqual(most);
      for (const [i, { slotMs, count }] of entries.entries()) {
        expect(count).toBeGreaterThan(0);
        expect(slotMs - (entries[i - 1]?.slotMs ?? 0)).toBeGreaterThan(0);
      }
    }),
    { numRuns: 50 },
  );
});

it("every grant leaves every window of slots within the quota, and bulk leaves the floor", () => {
  const asks = fc.array(
    fc.record({
      passMs: upTo(40),
      lane: fc.constantFrom("express" as const, "bulk" as const),
      count: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 80 },
  );
  const [messages] = limitsOf(policy, EMPTY_LEDGER, policy.messages);
  if (messages === undefined) throw new Error("there is always a limit of messages");
  fc.assert(
    fc.property(asks, (all) => {
      let ledger = EMPTY_LEDGER;
      let nowMs = 10_000;
      for (const { passMs, lane, count } of all) {
        nowMs += passMs;
        const grant = reserve(ledger, policy, { nowMs, lane, count, maxWaitMs: policy.windowMs });
        if (grant.kind === "wait") continue;
        ledger = grant.ledger;
        const touched = ledger.entries.filter(
          ({ slotMs }) => slotMs >= grant.slotMs && slotMs < grant.slotMs + awayMs(policy),
        );
        const most = Math.max(...touched.map(({ slotMs }) => spentAt(ledger.entries, messages, slotMs)));
        const usesFloor = lane === "express" && count <= policy.floor;
        expect(most).toBeLessThanOrEqual(usesFloor ? policy.messages : policy.messages - policy.floor);
      }
    }),
    { numRuns: 100 },
  );
});
