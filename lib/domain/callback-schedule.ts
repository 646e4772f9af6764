const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after the first, second, … try. Their sum is 22 h 42 min: eleven tries within a day. */
const WAITS_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  9 * HOUR,
];

/** What was refused by many at once does not come back all at once: each wait is up to this much longer. */
const JITTER = 0.05;

/** Tries in all, the first included. */
export const MOST_ATTEMPTS = WAITS_MS.length + 1;

/**
 * How long to wait with the next try of a callback, ms. With all jitter the last one is 23 h 50 min after the first.
 *
 * @param attempts tries that were made, from 1
 * @param random from 0 to 1
 * @returns `undefined`: it is given up
 */
export function retryDelayMs(attempts: number, random: number): number | undefined {
  const waitMs = WAITS_MS[attempts - 1];
  return waitMs === undefined ? undefined : Math.round(waitMs * (1 + JITTER * random));
}
