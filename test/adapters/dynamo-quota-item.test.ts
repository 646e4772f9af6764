import { describe, expect, it } from "vitest";
import { fromQuotaItem, toQuotaItem } from "../../lib/adapters/dynamo-quota-item.ts";
import { EMPTY_LEDGER, type Ledger } from "../../lib/domain/quota/ledger.ts";
import { assertPolicy } from "../../lib/domain/quota/policy-rules.ts";

const NOW = 1_700_000_000_000;

describe("an account's ledger as an item", () => {
  it("comes back as it was written", () => {
    const ledger: Ledger = {
      ...{ seenMs: NOW, pacedUntilMs: NOW + 1, lateness: 640 },
      entries: [
        { slotMs: NOW - 9, count: 2 },
        { slotMs: NOW, count: 3 },
      ],
      hold: { why: "flow", sinceMs: NOW, untilMs: NOW + 9, backoffMs: 9, probing: true },
      lastHold: { fromMs: NOW - 9, toMs: NOW - 8 },
      shrunk: { sinceMs: NOW - 7, capacity: 9_600 },
    };
    expect(fromQuotaItem(toQuotaItem("account", { version: 7, ledger }))).toEqual({ version: 7, ledger });
  });

  it("comes back with its calls, in a byte or two each", () => {
    const calls = [1, 2, 127, 128, 300, 1, 20_000];
    const entries = calls.map((n, i) => ({ slotMs: NOW + i, count: 20_000, ...(n > 1 && { calls: n }) }));
    const ledger = { ...EMPTY_LEDGER, entries };
    const item = toQuotaItem("account", { version: 1, ledger });
    expect(fromQuotaItem(item).ledger).toEqual(ledger);
    expect(item["calls"]?.B).toHaveLength(4 + 2 + 2 + 3);
    expect(
      toQuotaItem("account", { version: 1, ledger: { ...ledger, entries: entries.slice(0, 1) } }),
    ).not.toHaveProperty("calls");
  });

  it("comes back with what operators have set", () => {
    const ledger: Ledger = {
      ...EMPTY_LEDGER,
      standing: {
        limits: { messages: 4_000, perSecond: 100 },
        pausedAtMs: NOW,
        lastPause: { fromMs: NOW - 9, toMs: NOW - 8 },
        before: { slotMs: NOW - 5, windowMs: 30_000, callsWindowMs: 0 },
        last: { n: 7, atMs: NOW, by: "ops", event: "limits", limits: { messages: 4_000, calls: null } },
      },
    };
    expect(fromQuotaItem(toQuotaItem("account", { version: 7, ledger })).ledger).toEqual(ledger);
  });

  it("comes back with the calls that are open, in five bytes each", () => {
    const calls = Array.from({ length: 500 }, (_, i) => ({ id: NOW + i, slotMs: NOW - 300 + i, count: 1 + (i % 500) }));
    for (const open of [
      { lastId: NOW + 499, calls },
      { lastId: NOW, calls: [] },
    ]) {
      const item = toQuotaItem("account", { version: 1, ledger: { ...EMPTY_LEDGER, open } });
      expect(fromQuotaItem(item).ledger.open).toEqual(open);
      expect(item["open"]?.M?.["calls"]?.B?.length).toBeLessThanOrEqual(500 * 6);
    }
  });

  it("of the most slots that a policy may have takes 9 KB", () => {
    const policy = {
      messages: 12_000,
      windowMs: 60_000,
      marginMs: 300,
      floor: 60,
      minGapMs: 91,
      callTimeoutMs: 10_000,
    };
    expect(() => assertPolicy(policy)).not.toThrow();
    const entries = Array.from({ length: 1_000 }, (_, i) => ({ slotMs: NOW + i * 5_999, count: 10_999 }));
    const { gaps, counts } = toQuotaItem("account", { version: 1, ledger: { ...EMPTY_LEDGER, entries } });
    const bytes = [gaps, counts].flatMap((list) => list?.L ?? []).map(({ N = "" }) => Math.ceil(N.length / 2) + 2);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(9 * 1_024);
  });
});
