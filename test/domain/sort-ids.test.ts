import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortIds } from "../../lib/domain/sort-ids.ts";

const MAX = 2n ** 64n - 1n;

describe("sortIds", () => {
  it.each([
    { when: "nothing", ids: [] },
    { when: "one id", ids: [7n] },
    { when: "all the same", ids: [7n, 7n, 7n] },
    { when: "ids that differ in the low word alone", ids: [3n, 1n, 2n, 1n] },
    { when: "ids that differ in the high word alone", ids: [3n << 32n, 1n << 32n, 2n << 32n] },
    { when: "the two ends", ids: [MAX, 0n, MAX - 1n, 1n] },
  ])("sorts $when", ({ ids }) => {
    expect(sortIds(BigUint64Array.from(ids))).toEqual(BigUint64Array.from(ids).sort());
  });

  it("sorts as the native sort does", () => {
    const id = fc.oneof(fc.bigInt({ min: 0n, max: MAX }), fc.bigInt({ min: 0n, max: 3000n }));
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        expect(sortIds(BigUint64Array.from(ids))).toEqual(BigUint64Array.from(ids).sort());
      }),
    );
  });

  it("sorts a part of a larger buffer", () => {
    const whole = BigUint64Array.of(9n, 5n, 4n, 6n, 1n);
    expect(sortIds(whole.subarray(1, 4))).toEqual(BigUint64Array.of(4n, 5n, 6n));
  });
});
