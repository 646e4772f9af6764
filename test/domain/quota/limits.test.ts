import { describe, expect, it } from "vitest";
import { EMPTY_LEDGER, type Ledger, type QuotaPolicy } from "../../../lib/domain/quota/ledger.ts";
import { answered } from "../../../lib/domain/quota/open-calls.ts";
import { moveLate, reserve } from "../../../lib/domain/quota/token-bucket.ts";

const NOW = 1_700_000_000_000;
const minute: QuotaPolicy = {
  ...{ messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 },
};
const ledgerOf = (...entries: readonly [atMs: number, count: number, calls?: number][]): Ledger => ({
  ...EMPTY_LEDGER,
  entries: entries.map(([atMs, count, calls]) => ({
    slotMs: NOW + atMs,
    count,
    ...(calls !== undefined && { calls }),
  })),
});

describe("reserve under several limits", () => {
  it.each([
    {
      when: "no call is left until one comes back",
      policy: { calls: 2, callsWindowMs: 30_000 },
      ledger: ledgerOf([-20_000, 9, 2]),
      want: [10_300, 500],
    },
    {
      when: "the last call is left for express",
      policy: { calls: 3, callsWindowMs: 30_000 },
      ledger: ledgerOf([-20_000, 9, 2]),
      want: [10_300, 500],
    },
    {
      when: "express takes it",
      policy: { calls: 3, callsWindowMs: 30_000 },
      ledger: ledgerOf([-20_000, 9, 2]),
      ask: { lane: "express", count: 1 },
      want: [0, 1],
    },
    { when: "a second has room for a part", policy: { perSecond: 300 }, ledger: ledgerOf(), want: [0, 298] },
    {
      when: "a sliver of a second is left: the next second",
      policy: { perSecond: 600 },
      ledger: ledgerOf([-1_050, 500]),
      want: [250, 500],
    },
    {
      when: "after too fast all limits are lower",
      policy: { perSecond: 300 },
      ledger: { ...ledgerOf(), shrunk: { sinceMs: NOW, capacity: 6_000 } },
      want: [0, 149],
    },
  ] as const)("$when", ({ policy, ledger, want, ...rest }) => {
    const ask = {
      nowMs: NOW,
      count: 500,
      lane: "bulk",
      maxWaitMs: 60_000,
      ...("ask" in rest ? rest.ask : {}),
    } as const;
    const all = { ...minute, ...policy };
    const first = reserve(ledger, all, ask);
    const grant = first.kind === "wait" ? reserve(ledger, all, { ...ask, nowMs: first.untilMs }) : first;
    expect(grant.kind === "granted" && [grant.slotMs - NOW, grant.granted]).toEqual(want);
  });

  it("plans no further ahead than a share of the shortest window, express further than bulk", () => {
    const full = { ...ledgerOf([-100, 300]), seenMs: NOW };
    const until = (lane: "bulk" | "express") => {
      const grant = reserve(full, { ...minute, perSecond: 300 }, { nowMs: NOW, count: 70, lane, maxWaitMs: 5_000 });
      return grant.kind === "wait" ? grant.untilMs - NOW : 0;
    };
    expect([until("bulk"), until("express")]).toEqual([1_200 - 250, 1_200 - 500]);
  });

  describe("where messages of a second are limited", () => {
    const policy = { ...minute, perSecond: 300 };
    const ask = { nowMs: NOW, count: 200, lane: "bulk", maxWaitMs: 0 } as const;
    /** All that bulk may have of a second. */
    const first = (count = 298) => {
      const grant = reserve(EMPTY_LEDGER, policy, { ...ask, count });
      if (grant.kind !== "granted" || grant.call === undefined) throw new Error("not granted with an id");
      return { ...grant, call: grant.call };
    };
    const later = (ledger: Ledger, ms: number) => reserve(ledger, policy, { ...ask, nowMs: NOW + ms });

    it("tokens of a call that is not answered stay away until it is given up", () => {
      const { ledger } = first();
      expect(later(ledger, 1_300)).toEqual({ kind: "wait", untilMs: NOW + 1_550, why: "quota" });
      expect(later(ledger, 11_299)).toMatchObject({ kind: "wait", untilMs: NOW + 11_300 });
      expect(later(ledger, 11_300)).toMatchObject({ kind: "granted", granted: 200 });
    });

    it("of one that is answered in time they return with its slot, told once or twice", () => {
      const { ledger, call } = first();
      const told = answered(ledger, call);
      expect(answered(told, call)).toBe(told);
      expect(later(told, 1_300)).toMatchObject({ kind: "granted", slotMs: NOW + 1_300 });
    });

    it("of one that is answered late they return a second after the answer", () => {
      const { ledger, call, slotMs } = first();
      const moved = moveLate(ledger, policy, { slotMs, count: 298, answeredAtMs: NOW + 4_000, call });
      expect(later(moved, 4_999)).toMatchObject({ kind: "wait", untilMs: NOW + 5_000 });
      expect(later(moved, 5_000)).toMatchObject({ kind: "granted", slotMs: NOW + 5_000 });
    });

    it("whoever waits for answers asks when the tokens would be back, and does not plan on them", () => {
      const { ledger } = first();
      expect(later(ledger, 100)).toEqual({ kind: "wait", untilMs: NOW + 1_300, why: "quota" });
    });

    it("no id is drawn twice, also where none is open any more", () => {
      const { ledger, call } = first(100);
      const again = reserve(answered(ledger, call), policy, { ...ask, count: 50 });
      expect(again.kind === "granted" && again.call).toBe(call + 1);
    });

    it("whoever sends outside tells nothing: his call is taken to keep the margin", () => {
      const grant = reserve(EMPTY_LEDGER, policy, { ...ask, isOutside: true });
      expect(grant).toEqual(expect.not.objectContaining({ call: expect.anything() }));
      expect(grant.kind === "granted" && later(grant.ledger, 1_300)).toMatchObject({ kind: "granted" });
    });

    it("so many are open at the most: the item stays small", () => {
      const many = { ...minute, perSecond: 5_000 };
      let ledger = EMPTY_LEDGER;
      for (let n = 0; n < 600; n++) {
        const grant = reserve(ledger, many, { nowMs: NOW, count: 1, lane: "express", maxWaitMs: 0 });
        if (grant.kind === "granted") ledger = grant.ledger;
        else expect(grant).toEqual({ kind: "wait", untilMs: NOW + 250, why: "quota" });
      }
      expect(ledger.open?.calls).toHaveLength(500);
    });
  });

  it("no call is told of where no second is limited", () => {
    const grant = reserve(EMPTY_LEDGER, minute, { nowMs: NOW, count: 1, lane: "express", maxWaitMs: 0 });
    expect(grant.kind === "granted" && [grant.call, grant.ledger.open]).toEqual([undefined, undefined]);
  });

  it("counts calls that share a slot, and moves one of them", () => {
    const policy = { ...minute, calls: 100 };
    const ask = { nowMs: NOW, count: 10, lane: "express", maxWaitMs: 0 } as const;
    let ledger = EMPTY_LEDGER;
    for (let i = 0; i < 3; i++) {
      const grant = reserve(ledger, policy, ask);
      if (grant.kind === "granted") ledger = grant.ledger;
    }
    expect(ledger.entries).toEqual([{ slotMs: NOW, count: 30, calls: 3 }]);
    const moved = moveLate(ledger, policy, { slotMs: NOW, count: 10, answeredAtMs: NOW + 2_300 });
    expect(moved.entries).toEqual([
      { slotMs: NOW, count: 20, calls: 2 },
      { slotMs: NOW + 2_000, count: 10 },
    ]);
  });

  it("whoever sends outside is no probe after a hold", () => {
    const held = {
      ...EMPTY_LEDGER,
      hold: { why: "flow", sinceMs: NOW - 9, untilMs: NOW, backoffMs: 9, probing: false },
    } as const;
    const ask = { nowMs: NOW, count: 1, lane: "express", maxWaitMs: 0 } as const;
    expect(reserve(held, minute, { ...ask, isOutside: true })).toEqual({
      kind: "wait",
      untilMs: NOW + 1_000,
      why: "held",
    });
    expect(reserve(held, minute, ask)).toMatchObject({ kind: "granted", probe: true });
  });
});
