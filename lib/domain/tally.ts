import { type Counts, type LateAnswers, NO_COUNTS, plus } from "./outcome.ts";

/** Batches that share one tally: few enough that its set of counted batches stays below 1 KB. */
export const BATCHES_PER_TALLY = 100;

export const tallyOf = (batch: number): number => Math.floor(batch / BATCHES_PER_TALLY);

/** Running counts of a hundred batches: each batch is counted once, when it is finished. */
export type Tally = Readonly<{
  counts: Counts;
  counted: ReadonlySet<number>;
  /** Answers that came after their worker was given up. */
  late: LateAnswers;
  /** Counts the changes of `late`: a batch is counted on condition that none came since they were read. */
  lateVersion: number;
}>;

/**
 * Late answers that a tally takes. Each may name 500 receivers, 15 KB, and an item has room for 400 KB. Whoever is named by
 * more of them stays `unknown`, which is true.
 */
export const MOST_LATE_ANSWERS = 20;

export const NO_TALLY: Tally = { counts: NO_COUNTS, counted: new Set(), late: {}, lateVersion: 0 };

/** How many batches tally `n` of a job has once everything is counted. */
export const batchesInTally = (batches: number, n: number): number =>
  Math.max(0, Math.min(BATCHES_PER_TALLY, batches - n * BATCHES_PER_TALLY));

export const isFull = (tally: Tally, batches: number, n: number): boolean =>
  tally.counted.size === batchesInTally(batches, n);

/** The counts of several tallies together. */
export const totalOf = (tallies: Iterable<Tally>): Counts =>
  [...tallies].reduce((sum, { counts }) => plus(sum, counts), NO_COUNTS);
