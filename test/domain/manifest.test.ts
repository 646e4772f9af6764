import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchOf } from "../../lib/domain/manifest.ts";

const MAX = 2n ** 63n - 1n;

describe("batchOf", () => {
  it.each([
    { when: "below every receiver", id: 9n, want: undefined },
    { when: "the first of the first batch", id: 10n, want: 0 },
    { when: "inside the first", id: 19n, want: 0 },
    { when: "the first of the second", id: 20n, want: 1 },
    { when: "the first of the last", id: 30n, want: 2 },
    { when: "above", id: MAX, want: 2 },
  ])("$when: $want", ({ id, want }) => {
    expect(batchOf(BigUint64Array.of(10n, 20n, 30n), id)).toBe(want);
  });

  it.each([
    { when: "at it", id: MAX, want: 0 },
    { when: "below it", id: MAX - 1n, want: undefined },
  ])("a manifest of one, $when: $want", ({ id, want }) => {
    expect(batchOf(BigUint64Array.of(MAX), id)).toBe(want);
  });

  it("finds no batch in an empty manifest", () => {
    expect(batchOf(new BigUint64Array(), 1n)).toBeUndefined();
  });

  it("is the last batch that begins at or below the id", () => {
    const id = fc.bigInt({ min: 1n, max: 40n });
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 20 }), id, (firsts, wanted) => {
        const manifest = BigUint64Array.from(firsts).sort();
        const want = manifest.findLastIndex((first) => first <= wanted);
        expect(batchOf(manifest, wanted)).toBe(want === -1 ? undefined : want);
      }),
    );
  });
});
