import type { Clock } from "../lib/ports/clock.ts";

/** Simulated time for any number of processes: it stands still while anything can go on, then leaps to the next sleeper. */
export type SimulatedClock = Clock &
  Readonly<{
    /** The same time as a process sees it whose clock is fast by this much (slow: below 0), ms. */
    skewed(skewMs: number): Clock;
    /** Let time pass until then, or until `isOver`. @param untilMs true time, epoch ms */
    runUntil(untilMs: number, isOver?: () => boolean): Promise<void>;
  }>;

/** @param settled comes back once everything that can go on without time passing has gone on */
export function simulatedClock(startMs: number, settled = microtasksDone): SimulatedClock {
  let nowMs = startMs;
  const sleepers = new Map<number, (() => void)[]>();
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const atMs = nowMs + Math.max(0, Math.ceil(ms));
      const due = sleepers.get(atMs);
      if (due) due.push(resolve);
      else sleepers.set(atMs, [resolve]);
    });

  return {
    now: () => nowMs,
    sleep,
    skewed: (skewMs) => ({ now: () => nowMs + skewMs, sleep }),
    async runUntil(untilMs, isOver = () => false) {
      for (;;) {
        await settled();
        const nextMs = Math.min(...sleepers.keys());
        if (isOver() || nextMs > untilMs) break;
        nowMs = nextMs;
        const due = sleepers.get(nextMs) ?? [];
        sleepers.delete(nextMs);
        for (const wake of due) wake();
      }
      if (!isOver()) nowMs = Math.max(nowMs, untilMs);
    },
  };
}

/** For whatever does no I/O. */
const microtasksDone = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
