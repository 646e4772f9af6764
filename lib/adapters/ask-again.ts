import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../domain/errors.ts";

/** How long and how often to ask again. */
export type Patience = Readonly<{
  /** Before the first repetition wait at most this long, before each later one at most twice as long as before. @default 50 */
  firstMs: number;
  /** But never longer than this. @default 1000 */
  longestMs: number;
  /** No repetition begins later than this after the first try. @default 5000 */
  deadlineMs: number;
  /** A clock in ms; only differences count. */
  now: () => number;
  sleep: (ms: number) => Promise<unknown>;
  /** From 0 to 1. */
  random: () => number;
}>;

const DEFAULTS: Patience = {
  firstMs: 50,
  longestMs: 1_000,
  deadlineMs: 5_000,
  now: () => performance.now(),
  sleep: (ms) => sleep(ms),
  random: Math.random,
};

/** Returns the part that the service left undone. */
export type Ask<T> = (left: readonly T[]) => Promise<readonly T[]>;

/**
 * Ask for all of `items`, then again for what was left undone, until nothing is. Exponential backoff with full jitter:
 * with the defaults the waits are on average 25 ms, then 50, 100, 200, 400 and from there on 500: some 13 of them in 5 s.
 *
 * @param what is asked, for the message: "DynamoDB keys"
 * @throws {Unavailable} if something is still undone at the deadline
 * @throws whatever `ask` throws: a call that failed as a whole is the client's to repeat
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function askAgain<T>(
  what: string,
  items: readonly T[],
  ask: Ask<T>,
  patience: Partial<Patience> = {},
): Promise<void> {
  let left = items;
  await repeat(
    async () => {
      if (left.length > 0) left = await ask(left);
      return left.length === 0 ? true : undefined;
    },
    () => new Unavailable(`${left.length} of ${items.length} ${what} were left undone`, RETRY_AFTER_S),
    patience,
  );
}

/** What a client is told when a service stayed throttled to the end. */
const RETRY_AFTER_S = 2;

/**
 * Try until there is a result, with the same waits as {@link askAgain}.
 *
 * @param attempt `undefined`: try again
 * @param giveUp what to throw at the deadline
 * @throws what `giveUp` makes
 */
export async function repeat<T>(
  attempt: () => Promise<T | undefined>,
  giveUp: () => Error,
  patience: Partial<Patience> = {},
): Promise<T> {
  const { firstMs, longestMs, deadlineMs, now, sleep, random } = { ...DEFAULTS, ...patience };
  const endMs = now() + deadlineMs;
  for (let longest = firstMs; ; longest = Math.min(longestMs, 2 * longest)) {
    const result = await attempt();
    if (result !== undefined) return result;
    const waitMs = random() * longest;
    if (now() + waitMs > endMs) throw giveUp();
    await sleep(waitMs);
  }
}
