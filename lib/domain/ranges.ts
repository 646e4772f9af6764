/** A set of batch numbers as ascending, disjoint ranges: `[from, to)` each. A million batches in a row are one pair. */
export type Ranges = readonly Range[];
export type Range = readonly [from: number, to: number];

export const NO_RANGES: Ranges = [];

export const lengthOf = (ranges: Ranges): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0);

export const includes = (ranges: Ranges, n: number): boolean => ranges.some(([from, to]) => n >= from && n < to);

/** Every number, ascending. */
export function* numbersIn(ranges: Ranges): Generator<number> {
  for (const [from, to] of ranges) for (let n = from; n < to; n++) yield n;
}

/** Ascending numbers as ranges. */
export function toRanges(numbers: Iterable<number>): Ranges {
  const ranges: [number, number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === n) last[1] = n + 1;
    else ranges.push([n, n + 1]);
  }
  return ranges;
}

/** The numbers of several sets that have none in common. */
export function union(sets: readonly Ranges[]): Ranges {
  const all = sets.flat().toSorted(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const [from, to] of all) {
    const last = joined.at(-1);
    if (last?.[1] === from) last[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

/** Only the numbers that `keep` says yes to. */
export function filter(ranges: Ranges, keep: (n: number) => boolean): Ranges {
  return toRanges([...numbersIn(ranges)].filter(keep));
}
