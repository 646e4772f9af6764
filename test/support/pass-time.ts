import { setImmediate as nextTurn } from "node:timers/promises";
import { vi } from "vitest";

const STEP_MS = 50;

/** Timers are simulated from here on, sockets stay real. Undo it with `vi.useRealTimers()`. */
export const simulateTimers = (): void => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });

/**
 * Let simulated time pass until `work` has come to its end, one way or the other.
 *
 * @returns how long it took, to 50 ms, and what came of it
 * @throws if it is not at its end after `mostMs`
 */
export async function passTime<T>(
  work: Promise<T>,
  mostMs: number,
): Promise<{ ms: number; result: PromiseSettledResult<T> }> {
  let result: PromiseSettledResult<T> | undefined;
  void Promise.allSettled([work]).then(([settled]) => {
    result = settled;
  });
  for (let ms = 0; ms <= mostMs; ms += STEP_MS) {
    for (let turn = 0; turn < 20; turn++) await nextTurn(); // what came over sockets
    if (result) return { ms, result };
    await vi.advanceTimersByTimeAsync(STEP_MS);
  }
  throw new Error(`it hangs: nothing came of it in ${mostMs} ms`);
}
