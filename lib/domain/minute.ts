const MINUTE_MS = 60_000;

/** The minute of the clock that a time is in, counted from the epoch. */
export const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS);

/** When a minute ends, epoch ms. */
export const endOfMinuteMs = (minute: number): number => (minute + 1) * MINUTE_MS;
