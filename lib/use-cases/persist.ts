import type { Clock } from "../ports/clock.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Repeat a write until it succeeds, as long as it is of use: what it records is known nowhere else.
 *
 * @param untilMs no further try after this, epoch ms
 * @throws whatever the last try threw
 */
export async function persist<T>(clock: Clock, untilMs: number, write: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    try {
      return await write();
    } catch (error) {
      if (clock.now() + pauseMs > untilMs) throw error;
    }
    await clock.sleep(pauseMs);
  }
}
