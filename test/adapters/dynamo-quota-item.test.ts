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
