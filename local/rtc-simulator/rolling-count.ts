/**
 * How much came in any window of `windowMs`, exactly: an entry at `t` counts in every half-open window (now − windowMs,
 * now] that holds `t`, so two entries exactly one window apart are never in one sum.
 *
 * Time is an argument, in ms of any origin; fractions are welcome. A clock that steps back is held at the latest time
 * seen: it can only make the count too high, never too low.
 */
export type RollingCount = Readonly<{
  /** The sum over (nowMs − windowMs, nowMs]. */
  at(nowMs: number): number;
  add(nowMs: number, count: number): void;
  /** The highest sum any window has held so far. */
  peak(): number;
}>;

export function rollingCount(windowMs: number): RollingCount {
  let entries: { atMs: number; count: number }[] = [];
  let first = 0; // entries before it have left the window
  let sum = 0;
  let peak = 0;
  let latestMs = Number.NEGATIVE_INFINITY;

  function at(nowMs: number): number {
    latestMs = Math.max(latestMs, nowMs);
    for (let entry = entries[first]; entry !== undefined && latestMs - entry.atMs >= windowMs; entry = entries[first]) {
      sum -= entry.count;
      first++;
    }
    if (first > 1_024 && first * 2 > entries.length) {
      entries = entries.slice(first);
      first = 0;
    }
    return sum;
  }

  return {
    at,
    add(nowMs, count) {
      sum = at(nowMs) + count;
      entries.push({ atMs: latestMs, count });
      peak = Math.max(peak, sum); // every fullest window ends at an entry
    },
    peak: () => peak,
  };
}
