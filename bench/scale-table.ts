import type { Agenda } from "./scale-agenda.ts";

/** Write units that one partition takes in a second. An item never spans two. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const PARTITION_UNITS = 1_000;
/** Write units a second of a new on-demand table. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html */
export const NEW_TABLE_UNITS = 4_000;
/** Read units of one partition in a second; a strongly consistent read takes one for each 4 KB. Same page. */
export const PARTITION_READ_UNITS = 3_000;
/** A read and a write of one item, there and back, ms: "single-digit milliseconds". */
export const READ_MS = { least: 2, most: 6 };
export const WRITE_MS = { least: 4, most: 9 };

/** What the SDK does where a call is throttled: so many calls in all, and up to so long before the next, twice as long each time, ms. */
const CALLS = 4;
const BACKOFF_MS = 500;

/** What takes so many units a second, a second's worth at once; more than that it refuses. */
export type Throughput = { readonly unitsASecond: number; left: number; atMs: number; units: number; refused: number };

export const throughput = (unitsASecond: number): Throughput => ({
  ...{ unitsASecond, left: unitsASecond },
  ...{ atMs: 0, units: 0, refused: 0 },
});

/** @returns whether the units are there on all of them; only then they are spent. Whoever lacks them counts a refusal. */
export function takeUnits(on: readonly Throughput[], units: number, nowMs: number): boolean {
  for (const one of on) {
    one.left = Math.min(one.unitsASecond, one.left + ((nowMs - one.atMs) * one.unitsASecond) / 1_000);
    one.atMs = nowMs;
  }
  const lacking = on.filter(({ left }) => left < units);
  for (const one of lacking) one.refused += 1;
  if (lacking.length > 0) return false;
  for (const one of on) {
    one.left -= units;
    one.units += units;
  }
  return true;
}

/** Where calls go: time, chance, and what is thrown when the SDK gives up. */
export type Surroundings = Readonly<{ clock: Agenda; random: () => number }>;

/** One call as the SDK makes it: again where it is throttled. `tookMs`: there and back. */
export function call(
  { clock, random }: Surroundings,
  on: readonly Throughput[],
  units: number,
  times: Readonly<{ least: number; most: number }>,
  then: Readonly<{ done: (backMs: number) => void; failed: () => void }>,
): void {
  attempt(1);

  function attempt(number: number): void {
    const halfMs = between(times, random) / 2;
    clock.after(halfMs, () => {
      if (takeUnits(on, units, clock.now())) return void then.done(halfMs);
      if (number === CALLS) return void clock.after(halfMs, then.failed);
      clock.after(halfMs + random() * BACKOFF_MS * 2 ** (number - 1), () => attempt(number + 1));
    });
  }
}

export const between = ({ least, most }: Readonly<{ least: number; most: number }>, random: () => number): number =>
  least + random() * (most - least);

/** A write on the results table; done once its answer is there. */
export function write(around: Surroundings, on: readonly Throughput[], units: number, then: WriteEnd): void {
  const done = (backMs: number): void => around.clock.after(backMs, then.done);
  call(around, on, units, WRITE_MS, { done, failed: then.failed });
}

export type WriteEnd = Readonly<{ done: () => void; failed: () => void }>;
