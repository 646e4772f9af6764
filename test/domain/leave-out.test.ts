import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readsFor, without } from "../../lib/domain/leave-out.ts";
import { includes, lengthOf } from "../../lib/domain/ranges.ts";

const ids = (...all: (number | bigint)[]): BigUint64Array => BigUint64Array.from(all, BigInt);
const sorted = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: 60n }), { maxLength: 40 })
  .map((all) => BigUint64Array.from(all).sort());

describe("without", () => {
  it("is the difference of two sets", () => {
    fc.assert(
      fc.property(sorted, sorted, (all, taken) => {
        const gone = new Set(taken);
        expect([...without(all, taken)]).toEqual([...all].filter((id) => !gone.has(id)));
      }),
    );
  });

  it("tells ids apart that are one and the same as doubles", () => {
    expect([...without(ids(9007199254740992n, 9007199254740993n), ids(9007199254740993n))]).toEqual([
      9007199254740992n,
    ]);
  });
});

describe("readsFor", () => {
  const manifest = ids(...Array.from({ length: 2_000 }, (_, i) => 10 * i + 10));

  it.each([
    { when: "nobody is asked for", of: ids(), want: [] },
    { when: "all are below the list", of: ids(1, 9), want: [] },
    { when: "one is in the first batch", of: ids(10), want: [[0, 1]] },
    { when: "several are in one batch", of: ids(20, 21, 29), want: [[1, 2]] },
    { when: "one is behind the list's last batch", of: ids(10_000_000), want: [[1_999, 2_000]] },
    {
      when: "two are far apart",
      of: ids(10, 19_999),
      want: [
        [0, 1],
        [1_998, 1_999],
      ],
    },
    { when: "two are near each other", of: ids(10, 200), want: [[0, 20]] },
  ])("reads little where $when", ({ of, want }) => {
    expect(readsFor(manifest, of)).toEqual(want);
  });

  it("reads a bounded amount at a time", () => {
    const reads = readsFor(manifest, manifest);
    expect(lengthOf(reads)).toBe(2_000);
    for (const [from, to] of reads) expect(to - from).toBeLessThanOrEqual(512);
  });

  it("reads every batch that may hold one of the ids, and none twice", () => {
    fc.assert(
      fc.property(sorted, sorted, fc.integer({ min: 1, max: 7 }), (list, wanted, batchSize) => {
        const firsts = list.filter((_, i) => i % batchSize === 0);
        const reads = readsFor(firsts, wanted);
        for (const id of wanted) {
          const at = list.indexOf(id);
          if (at >= 0) expect(includes(reads, Math.floor(at / batchSize))).toBe(true);
        }
        for (const [i, [from, to]] of reads.entries()) {
          expect(from).toBeLessThan(to);
          expect(from).toBeGreaterThanOrEqual(reads[i - 1]?.[1] ?? 0);
        }
      }),
    );
  });
});
