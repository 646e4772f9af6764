import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  filter,
  includes,
  lengthOf,
  NO_RANGES,
  numbersIn,
  type Ranges,
  toRanges,
  union,
} from "../../lib/domain/ranges.ts";

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 })).map((all) => all.toSorted((a, b) => a - b));

/** Ascending, none empty, and none that touches the next. */
const isTidy = (ranges: Ranges): boolean =>
  ranges.every(([from, to], i) => from < to && from > (ranges[i - 1]?.[1] ?? -1));

describe("ranges", () => {
  it.each<{ when: string; numbers: number[]; want: Ranges }>([
    { when: "there are none", numbers: [], want: NO_RANGES },
    { when: "there is one", numbers: [4], want: [[4, 5]] },
    { when: "they follow each other", numbers: [4, 5, 6], want: [[4, 7]] },
    {
      when: "there is a gap",
      numbers: [0, 1, 3],
      want: [
        [0, 2],
        [3, 4],
      ],
    },
  ])("are as few as can be when $when", ({ numbers, want }) => {
    expect(toRanges(numbers)).toEqual(want);
  });

  it("hold exactly the numbers they are made of", () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const ranges = toRanges(all);
        expect(isTidy(ranges)).toBe(true);
        expect([...numbersIn(ranges)]).toEqual(all);
        expect(lengthOf(ranges)).toBe(all.length);
        for (let n = 0; n <= 61; n++) expect(includes(ranges, n)).toBe(all.includes(n));
      }),
    );
  });

  it("keep what a filter says yes to", () => {
    fc.assert(
      fc.property(numbers, fc.array(fc.boolean(), { minLength: 61, maxLength: 61 }), (all, yes) => {
        const keep = (n: number) => yes[n] ?? false;
        const kept = filter(toRanges(all), keep);
        expect(isTidy(kept)).toBe(true);
        expect([...numbersIn(kept)]).toEqual(all.filter((n) => keep(n)));
      }),
    );
  });

  it("are joined, whatever the order of the sets", () => {
    fc.assert(
      fc.property(numbers, fc.array(fc.nat(3), { minLength: 61, maxLength: 61 }), (all, places) => {
        const sets = [0, 1, 2, 3].map((place) => toRanges(all.filter((n) => places[n] === place)));
        expect(union(sets)).toEqual(toRanges(all));
      }),
    );
  });
});
