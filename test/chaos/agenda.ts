import { setImmediate as settled } from "node:timers/promises";

/** Simulated time: what is due happens in order, and only that moves the clock. */
export type Agenda = Readonly<{
  /** Simulated epoch ms. */
  now(): number;
  at(atMs: number, run: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Do what is due until `ended`, nothing is left or it is `endMs`. */
  run(endMs: number, ended: () => boolean): Promise<void>;
}>;

type Due = Readonly<{ atMs: number; run: () => void }>;

export function makeAgenda(startMs: number): Agenda {
  /** The last one is due first; those of one millisecond in the order they came. */
  const due: Due[] = [];
  let nowMs = startMs;

  function at(atMs: number, run: () => void): void {
    const one = { atMs: Math.max(nowMs, Math.ceil(atMs)), run };
    let [low, high] = [0, due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((due[middle]?.atMs ?? 0) > one.atMs) low = middle + 1;
      else high = middle;
    }
    due.splice(low, 0, one);
  }

  return {
    at,
    now: () => nowMs,
    sleep: (ms) => new Promise((resolve) => at(nowMs + ms, resolve)),
    async run(endMs, ended) {
      for (let next = due.pop(); next && next.atMs <= endMs && !ended(); next = due.pop()) {
        nowMs = next.atMs;
        next.run();
        await settled(); // everything that follows from it without waiting has happened
      }
    },
  };
}
