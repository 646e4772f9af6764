import type { Clock } from "../lib/use-cases/deliver.ts";

/** Time that stands still while anybody works, and leaps to the next thing to do once all of them sleep. */
export type SimulatedTime = Clock & {
  /** Let time pass while nobody sleeps. */
  pass(ms: number): void;
  /** Run workers side by side until the last of them ends. */
  run(workers: readonly (() => Promise<void>)[]): Promise<void>;
};

export function simulatedTime(startMs: number): SimulatedTime {
  let nowMs = startMs;
  let awake = 0;
  const sleepers: { atMs: number; wake: () => void }[] = [];

  const leap = (): void => {
    if (awake > 0) return;
    sleepers.sort((a, b) => a.atMs - b.atMs);
    const next = sleepers.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    awake++;
    next.wake();
  };

  return {
    now: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
        awake--;
        leap();
      }),
    pass(ms) {
      nowMs += ms;
    },
    async run(workers) {
      awake = workers.length;
      await Promise.all(
        workers.map(async (work) => {
          await work();
          awake--;
          leap();
        }),
      );
    },
  };
}
