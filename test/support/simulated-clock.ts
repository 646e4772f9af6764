import type { Clock } from "../../lib/ports/clock.ts";

export type SimulatedClock = Clock &
  Readonly<{
    /** When the next sleeper wakes. `undefined`: nobody sleeps. */
    nextAtMs(): number | undefined;
    /** Move on and wake who is due, in order. */
    advanceTo(atMs: number): void;
  }>;

export function simulatedClock(startMs: number): SimulatedClock {
  let nowMs = startMs;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    sleep: (ms) =>
      ms <= 0 ? Promise.resolve() : new Promise((wake) => sleepers.push({ atMs: nowMs + ms, wake: () => wake() })),
    nextAtMs: () => (sleepers.length === 0 ? undefined : Math.min(...sleepers.map(({ atMs }) => atMs))),
    advanceTo(atMs) {
      nowMs = Math.max(nowMs, atMs);
      const due = sleepers.filter((one) => one.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      sleepers = sleepers.filter((one) => one.atMs > nowMs);
      for (const { wake } of due) wake();
    },
  };
}

/** Everything that can go on without time passing has gone on. */
export const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Let simulated time pass until `work` is over. @throws {Error} if it waits for something that no time brings */
export async function until<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  ended.catch(() => {}); // the caller hears of it below
  for (await idle(); !over; await idle()) {
    const next = clock.nextAtMs();
    if (next === undefined) throw new Error("this waits for ever");
    clock.advanceTo(next);
  }
  return ended;
}
