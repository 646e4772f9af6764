import type { Clock } from "../ports/clock.ts";

/**
 * Waiting inside a worker, for as long as the worker has something else to do. A worker ends with the last of its tasks:
 * one that only waited for a later attempt would keep the worker from all other batches.
 */
export function makeWaitTogether(clock: Clock) {
  let busy = 0;
  const waiting = new Set<() => void>();
  return { during, until };

  /** Do a task's work. */
  async function during<T>(work: () => Promise<T>): Promise<T> {
    busy++;
    try {
      return await work();
    } finally {
      rest();
    }
  }

  /** Wait, inside {@link during}. @returns false: every other task has ended or waits too, and there is no use in staying */
  async function until(atMs: number): Promise<boolean> {
    let stop = (): void => {};
    const alone = new Promise<boolean>((resolve) => {
      stop = () => resolve(false);
    });
    waiting.add(stop);
    rest();
    const came = await Promise.race([clock.sleep(Math.max(0, atMs - clock.now())).then(() => true), alone]);
    waiting.delete(stop);
    busy++;
    return came;
  }

  function rest(): void {
    busy--;
    if (busy === 0) for (const stop of waiting) stop();
  }
}
