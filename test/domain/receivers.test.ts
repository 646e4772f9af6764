import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinIds, sortOut } from "../../lib/domain/receivers.ts";

describe("sortOut", () => {
  it.each([
    { when: "nothing", ids: [], want: [], dropped: 0 },
    { when: "one id", ids: [7n], want: [7n], dropped: 0 },
    { when: "one id three times", ids: [7n, 7n, 7n], want: [7n], dropped: 2 },
    { when: "copies apart", ids: [2n ** 63n - 1n, 1n, 2n ** 63n - 1n], want: [1n, 2n ** 63n - 1n], dropped: 1 },
  ])("sorts $when, each id once", ({ ids, want, dropped }) => {
    expect(sortOut(BigUint64Array.from(ids))).toEqual({
      receivers: BigUint64Array.from(want),
      duplicatesDropped: dropped,
    });
  });

  it("agrees with a set", () => {
    const id = fc.oneof(fc.bigInt({ min: 1n, max: 20n }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        const want = [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
        const { receivers, duplicatesDropped } = sortOut(BigUint64Array.from(ids));
        expect([...receivers]).toEqual(want);
        expect(duplicatesDropped).toBe(ids.length - want.length);
      }),
    );
  });
});

it("ids in pieces are one list", () => {
  const pieces = [[1n, 2n], [], [2n ** 63n - 1n]].map((ids) => BigUint64Array.from(ids));
  expect(joinIds(pieces)).toEqual(BigUint64Array.from([1n, 2n, 2n ** 63n - 1n]));
  expect(joinIds([])).toHaveLength(0);
});
