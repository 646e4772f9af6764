import { describe, expect, it } from "vitest";
import { hold } from "../../../lib/domain/quota/circuit-breaker.ts";
import { EMPTY_LEDGER, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { reserveAll } from "../../../lib/domain/quota/reserve-all.ts";

const policy = { messages: 1_000, windowMs: 60_000, marginMs: 300, floor: 10, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;
const express = (count: number, maxWaitMs = 5_000) => ({ count, lane: "express" as const, maxWaitMs });
const spentAt = (atMs: number, count: number): Ledger => ({
  ...EMPTY_LEDGER,
  entries: [{ slotMs: NOW + atMs, count }],
});

describe("reserveAll", () => {
  it("decides one ask after the other: what the first takes the second does not get", () => {
    const { ledger, answers } = reserveAll(EMPTY_LEDGER, policy, [express(500), express(500), express(490)], NOW);
    expect(answers).toEqual([
      { kind: "granted", slotMs: NOW, granted: 500, probe: false, aheadMs: 0 },
      { kind: "wait", untilMs: NOW + 55_300, why: "quota" },
      { kind: "granted", slotMs: NOW, granted: 490, probe: false, aheadMs: 0 },
    ]);
    expect(ledger.entries).toEqual([{ slotMs: NOW, count: 990, calls: 2 }]);
  });

  it("changes nothing where everybody waits: nothing is to be written", () => {
    const full = spentAt(-1_000, 1_000);
    expect(reserveAll(full, policy, [express(1), express(2)], NOW).ledger).toBe(full);
  });

  it("lets one of them be the probe after a hold, the others wait for it", () => {
    const held = hold(EMPTY_LEDGER, policy, { nowMs: NOW - 1_000, why: "flow" });
    const { answers } = reserveAll(held, policy, [express(1), express(1)], NOW);
    expect(answers).toMatchObject([
      { kind: "granted", probe: true },
      { kind: "wait", why: "held" },
    ]);
  });

  it.each([
    { when: "behind: adds what it is behind", seenMs: NOW + 700, want: { slotMs: NOW + 700, aheadMs: 700 } },
    { when: "ahead: its time is the account's", seenMs: NOW - 700, want: { slotMs: NOW, aheadMs: 0 } },
  ])("a clock that is $when", ({ seenMs, want }) => {
    const { answers } = reserveAll({ ...EMPTY_LEDGER, seenMs }, policy, [express(1)], NOW);
    expect(answers).toEqual([{ kind: "granted", granted: 1, probe: false, ...want }]);
  });

  it("a clock that is behind is told by its own time when to ask again", () => {
    const full = { ...spentAt(-1_000, 1_000), seenMs: NOW + 700 };
    const { answers } = reserveAll(full, policy, [express(1)], NOW);
    expect(answers).toEqual([{ kind: "wait", untilMs: NOW + 59_300 - 5_000 - 700, why: "quota" }]);
  });
});
