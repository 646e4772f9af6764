import { fraction } from "../../local/rtc-simulator/seeded.ts";

/** Chance that can be played again: the same seed draws the same. */
export type Chance = Readonly<{
  /** Uniform in [0, 1). */
  share(): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  oneOf<T>(choices: readonly [T, ...T[]]): T;
}>;

export function makeChance(seed: number): Chance {
  let drawn = 0;
  const share = (): number => fraction(seed, `draw ${drawn++}`);
  const between = (low: number, high: number): number => low + Math.floor(share() * (high - low + 1));
  return {
    share,
    between,
    happens: (probability) => probability > 0 && share() < probability,
    oneOf: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
  };
}
