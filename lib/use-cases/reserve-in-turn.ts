import { EXPRESS_WAIT_MS, LONGEST_LOOK_MS } from "../domain/delivery-times.ts";
import type { Lane } from "../domain/job.ts";
import type { Pace } from "../domain/quota/token-bucket.ts";
import type { Clock } from "../ports/clock.ts";
import type { Reservation, TokenBucket } from "../ports/token-bucket.ts";

export type ReserveInTurn = Readonly<{
  bucket: Pick<TokenBucket, "reserve">;
  clock: Clock;
  /** Uniform in [0, 1): spreads workers that wait for the same thing. */
  random: () => number;
  /** Those who are told to wait come back up to this much later. */
  spreadMs: number;
}>;

/** Somebody who waits for quota. */
export type Turn = Readonly<{
  count: number;
  lane: Lane;
  /** After this the caller can use no slot. */
  lastMs: number;
  /**
   * Read again, after a wait and right before the next ask, what the claim rests on: the quota's item rides along, so that it
   * need not be read for itself. False: there is no use any more.
   */
  look: () => Promise<boolean>;
}>;

/** An express task that would have to wait longer than this for its next ask goes back to its queue: it keeps a worker from others. */
const EXPRESS_PATIENCE_MS = 500;

/**
 * Reserve quota, and wait for it if there is none: of all bulk tasks in this process that wait for one account, only the
 * first in line asks. All at once would read the same item and get the same answer. Express stands in no line: who asks for
 * one receiver does not wait behind who asks for five hundred.
 *
 * Processes take turns. One that was granted, and finds that another one was granted since its grant before, leaves the next
 * slot to the other: both would wake for it, each with a read, and one in vain. Where the other is gone by then, one slot
 * is asked for late.
 *
 * @returns a function of the account and the {@link Turn}. Its `wait` is final: nothing was reserved, and there is no use in
 *   asking before `untilMs`. `undefined`: `look` said no
 */
export function makeReserveInTurn({ bucket, clock, random, spreadMs }: ReserveInTurn) {
  const lines = new Map<string, Promise<unknown>>(); // by account
  /** By account: the pace as our last grant left it, and how much later than told the next that waits asks. */
  const grants = new Map<string, Readonly<{ leftMs: number; yieldMs: number }>>();

  return function reserveInTurn(account: string, turn: Turn): Promise<Reservation | undefined> {
    if (turn.lane === "express") return ask(account, turn);
    const ahead = lines.get(account);
    if (!ahead) return stand(account, turn);
    return enqueue(
      account,
      ahead.then(() => ask(account, turn)),
    );
  };

  /** Nobody waits in line: ask, and wait as the first only if there is nothing. */
  async function stand(account: string, turn: Turn): Promise<Reservation | undefined> {
    const answer = await reserve(account, turn);
    if (answer.kind === "granted" || isFinal(answer, turn)) return answer;
    const ahead = lines.get(account);
    return enqueue(account, ahead ? ahead.then(() => ask(account, turn)) : askLater(account, turn, answer.untilMs));
  }

  function enqueue(account: string, answer: Promise<Reservation | undefined>): Promise<Reservation | undefined> {
    const ended = answer.catch(() => {}); // the failure is the caller's, not that of the next in line
    lines.set(account, ended);
    void ended.then(() => {
      if (lines.get(account) === ended) lines.delete(account);
    });
    return answer;
  }

  async function ask(account: string, turn: Turn): Promise<Reservation | undefined> {
    const answer = await reserve(account, turn);
    return answer.kind === "granted" || isFinal(answer, turn) ? answer : askLater(account, turn, answer.untilMs);
  }

  async function askLater(account: string, turn: Turn, untilMs: number): Promise<Reservation | undefined> {
    const waitMs = Math.min(LONGEST_LOOK_MS, Math.max(0, untilMs + takeYield(account, turn) - clock.now()));
    await clock.sleep(waitMs + Math.floor(random() * spreadMs));
    return (await turn.look()) ? ask(account, turn) : undefined;
  }

  async function reserve(account: string, { count, lane, lastMs }: Turn): Promise<Reservation> {
    const remainingMs = Math.max(0, lastMs - clock.now());
    const maxWaitMs = lane === "express" ? Math.min(EXPRESS_WAIT_MS, remainingMs) : remainingMs;
    const answer = await bucket.reserve(account, { count, lane, maxWaitMs });
    if (answer.kind === "granted" && answer.pace) keepPace(account, answer.slotMs, answer.pace);
    return answer;
  }

  function keepPace(account: string, slotMs: number, { foundMs, leftMs }: Pace): void {
    const last = grants.get(account);
    const othersTakeTurns = last !== undefined && last.leftMs !== foundMs;
    grants.set(account, { leftMs, yieldMs: othersTakeTurns ? leftMs - Math.max(foundMs, slotMs) : 0 });
  }

  /** Once a grant: who asked in vain all the same is not to miss the next slot too. */
  function takeYield(account: string, { lane }: Turn): number {
    const last = grants.get(account);
    if (lane === "express" || last === undefined) return 0;
    grants.set(account, { ...last, yieldMs: 0 });
    return last.yieldMs;
  }

  function isFinal({ untilMs, why }: Reservation & { kind: "wait" }, { lane, lastMs }: Turn): boolean {
    const patienceMs = lane === "express" ? EXPRESS_PATIENCE_MS : Number.POSITIVE_INFINITY;
    return why !== "quota" || untilMs + spreadMs > lastMs || untilMs - clock.now() > patienceMs;
  }
}
