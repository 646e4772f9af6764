import { describe, expect, it } from "vitest";
import { capacityAt, hold, lift } from "../../../lib/domain/quota/circuit-breaker.ts";
import { EMPTY_LEDGER, type Hold, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { reserve } from "../../../lib/domain/quota/token-bucket.ts";

const policy = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const NOW = 1_700_000_000_000;
const ask = (ledger: Ledger, nowMs: number) =>
  reserve(ledger, policy, { nowMs, count: 500, lane: "bulk", maxWaitMs: 60_000 });
const refuse = (ledger: Ledger, nowMs: number, why: Hold["why"] = "flow") => hold(ledger, policy, { nowMs, why });

/** The one call that goes out once a hold is over. */
function probed(ledger: Ledger, nowMs: number): Ledger {
  const grant = ask(ledger, nowMs);
  if (grant.kind !== "granted" || !grant.probe) throw new Error("no probe");
  return grant.ledger;
}

describe("a hold", () => {
  it.each([
    { why: "flow", first: 1_000 },
    { why: "unclear", first: 1_000 },
    { why: "not-sent", first: 1_000 },
    { why: "credentials", first: 30_000 },
  ] as const)(
    "for $why grants nothing for $first ms, then one probe, then nothing until it reports",
    ({ why, first }) => {
      const held = refuse(EMPTY_LEDGER, NOW, why);
      expect(ask(held, NOW)).toEqual({ kind: "wait", untilMs: NOW + first, why: "held" });
      expect(ask(held, NOW + first - 1)).toEqual({ kind: "wait", untilMs: NOW + first, why: "held" });

      const probe = ask(held, NOW + first);
      expect(probe).toMatchObject({ kind: "granted", probe: true });
      if (probe.kind !== "granted") return;
      expect(ask(probe.ledger, NOW + first + 1)).toEqual({ kind: "wait", untilMs: NOW + first + 1_001, why: "held" });
      const lostMs = probe.slotMs + 15_300; // a margin, the call and its lease
      expect(ask(probe.ledger, lostMs - 1)).toEqual({ kind: "wait", untilMs: lostMs, why: "held" });
      expect(ask(probe.ledger, lostMs)).toMatchObject({ kind: "granted", probe: true });
    },
  );

  it.each([
    { why: "flow", want: [1, 2, 4, 8, 16, 32, 64, 120, 120] },
    { why: "unclear", want: [1, 2, 4, 8, 16, 32, 64, 120, 120] },
    { why: "credentials", want: [30, 60, 120, 240, 480, 900, 900] },
  ] as const)("for $why doubles when its probe fails: $want s", ({ why, want }) => {
    let ledger = refuse(EMPTY_LEDGER, NOW, why);
    let nowMs = NOW;
    const seconds: number[] = [];
    for (const _ of want) {
      const untilMs = ledger.hold?.untilMs ?? 0;
      seconds.push((untilMs - nowMs) / 1000);
      nowMs = untilMs + 100;
      ledger = refuse(probed(ledger, untilMs), nowMs, why);
    }
    expect(seconds).toEqual(want);
  });

  it("lasts at least as long as the upstream asks, and is prolonged by a later refusal that asks for more", () => {
    const held = hold(EMPTY_LEDGER, policy, { nowMs: NOW, why: "flow", forMs: 20_000 });
    expect(held.hold).toMatchObject({ untilMs: NOW + 20_000, backoffMs: 1_000 });
    expect(hold(held, policy, { nowMs: NOW + 500, why: "flow", forMs: 20_000 })).toBe(held); // a second more is not worth a write
    const longer = hold(held, policy, { nowMs: NOW + 500, why: "flow", forMs: 60_000 });
    expect(longer.hold).toMatchObject({ untilMs: NOW + 60_500 });
    expect(longer.shrunk).toEqual(held.shrunk);
    expect(hold(EMPTY_LEDGER, policy, { nowMs: NOW, why: "flow", forMs: 1 }).hold?.untilMs).toBe(NOW + 1_000);
  });

  it("in a shorter window is shorter: a sixtieth of it first, two windows at most", () => {
    const short = { ...policy, windowMs: 6_000 };
    const first = hold(EMPTY_LEDGER, short, { nowMs: NOW, why: "flow" });
    expect(first.hold?.untilMs).toBe(NOW + 100);
    const long: Ledger = {
      ...first,
      hold: { why: "flow", sinceMs: NOW, untilMs: NOW, backoffMs: 11_000, probing: true },
    };
    expect(hold(long, short, { nowMs: NOW, why: "flow" }).hold?.untilMs).toBe(NOW + 12_000);
  });

  it.each([1_000, 20_000])(
    "waits for a probe as long as its call may take and be recorded: %d ms of call",
    (callTimeoutMs) => {
      const own = { ...policy, callTimeoutMs };
      const held = hold(EMPTY_LEDGER, own, { nowMs: NOW, why: "flow" });
      const asked = { count: 1, lane: "bulk", maxWaitMs: 0 } as const;
      const probe = reserve(held, own, { ...asked, nowMs: NOW + 1_000 });
      if (probe.kind !== "granted") return expect.unreachable();
      const leftMs = probe.slotMs + policy.marginMs; // at the latest
      expect(reserve(probe.ledger, own, { ...asked, nowMs: leftMs + callTimeoutMs })).toMatchObject({ why: "held" });
      expect(reserve(probe.ledger, own, { ...asked, nowMs: leftMs + callTimeoutMs + 4_999 })).toMatchObject({
        why: "held",
      });
      expect(reserve(probe.ledger, own, { ...asked, nowMs: leftMs + callTimeoutMs + 5_000 })).toMatchObject({
        probe: true,
      });
    },
  );

  it("is not made longer by calls that left before it", () => {
    const held = refuse(EMPTY_LEDGER, NOW);
    expect(refuse(held, NOW + 999)).toBe(held);
  });

  it("is renewed, not doubled, by a call that left before it and came back after it", () => {
    const renewed = refuse(refuse(EMPTY_LEDGER, NOW), NOW + 1_000);
    expect(renewed.hold).toEqual({
      why: "flow",
      sinceMs: expect.any(Number),
      untilMs: NOW + 2_000,
      backoffMs: 1_000,
      probing: false,
    });
    expect(capacityAt(renewed, policy, NOW + 1_000)).toBeGreaterThanOrEqual(9_600);
  });

  it("for credentials outweighs one for flow, never the other way round", () => {
    const both = refuse(refuse(EMPTY_LEDGER, NOW), NOW + 10, "credentials");
    expect(both.hold).toMatchObject({ why: "credentials", untilMs: NOW + 30_010 });
    expect(refuse(both, NOW + 20)).toBe(both);
  });

  it("for an unclear answer takes nothing from the capacity: nobody said too fast", () => {
    expect(capacityAt(refuse(EMPTY_LEDGER, NOW, "unclear"), policy, NOW)).toBe(12_000);
  });

  it("starts anew for another reason", () => {
    const probing = probed(refuse(EMPTY_LEDGER, NOW, "credentials"), NOW + 30_000);
    expect(refuse(probing, NOW + 30_100).hold).toMatchObject({ why: "flow", backoffMs: 1_000 });
  });

  it("ends when the probe comes through, and the next one is short again", () => {
    const twice = refuse(probed(refuse(EMPTY_LEDGER, NOW), NOW + 1_000), NOW + 1_100);
    const lifted = lift(probed(twice, NOW + 3_100), NOW + 3_200);
    expect(ask(lifted, NOW + 4_000)).toMatchObject({ kind: "granted", probe: false });
    expect(refuse(lifted, NOW + 4_000).hold?.backoffMs).toBe(1_000);
    expect(lifted.lastHold).toMatchObject({ toMs: NOW + 3_200 });
  });

  it("cannot be lifted where there is none", () => {
    expect(lift(EMPTY_LEDGER, NOW)).toBe(EMPTY_LEDGER);
  });

  it("waits for tokens too: a probe spends quota like any call", () => {
    const full = { ...refuse(EMPTY_LEDGER, NOW), entries: [{ slotMs: NOW - 1_000, count: 11_990 }] };
    expect(ask(full, NOW + 1_000)).toMatchObject({ kind: "wait", why: "quota" });
  });
});

describe("the capacity", () => {
  const fallen = refuse(EMPTY_LEDGER, NOW);
  it.each([
    { when: "at once", ledger: fallen, after: 0, want: 9_600 },
    { when: "for a clock that stepped back", ledger: fallen, after: -60_000, want: 9_600 },
    { when: "one window later", ledger: fallen, after: 60_000, want: 9_840 },
    { when: "five windows later", ledger: fallen, after: 300_000, want: 10_800 },
    { when: "ten windows later", ledger: fallen, after: 600_000, want: 12_000 },
    { when: "long after", ledger: fallen, after: 6_000_000, want: 12_000 },
    { when: "where nothing happened", ledger: EMPTY_LEDGER, after: 0, want: 12_000 },
    { when: "after a credentials hold", ledger: refuse(EMPTY_LEDGER, NOW, "credentials"), after: 0, want: 12_000 },
    {
      when: "after a second fall",
      ledger: refuse(probed(fallen, NOW + 1_000), NOW + 60_000),
      after: 60_000,
      want: 7_872,
    },
  ])("is $want $when", ({ ledger, after, want }) => {
    expect(capacityAt(ledger, policy, NOW + after)).toBe(want);
  });

  it("never falls below a tenth", () => {
    let ledger = EMPTY_LEDGER;
    for (let i = 0; i < 30; i += 1) ledger = refuse({ ...ledger, hold: undefined }, NOW);
    expect(capacityAt(ledger, policy, NOW)).toBe(1_200);
  });

  it("is never more than the quota, if that was set lower since", () => {
    expect(capacityAt(fallen, { ...policy, messages: 1_000 }, NOW)).toBe(1_000);
  });

  it("is what bulk and express keep to, the floor in proportion", () => {
    const spent = (count: number): Ledger => ({ ...lift(fallen, NOW), entries: [{ slotMs: NOW - 1_000, count }] });
    expect(ask(spent(9_400), NOW)).toMatchObject({ kind: "granted", granted: 9_600 - 48 - 9_400 });
    const one = (count: number) =>
      reserve(spent(count), policy, { nowMs: NOW, count: 1, lane: "express", maxWaitMs: 0 });
    expect(one(9_599)).toMatchObject({ kind: "granted", slotMs: NOW });
    expect(one(9_600)).toMatchObject({ kind: "wait" });
  });
});
