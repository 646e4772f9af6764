import type { QuotaPolicy } from "../lib/domain/quota/ledger.ts";
import { type Answer, reserveAll } from "../lib/domain/quota/reserve-all.ts";
import type { Copy, QuotaItem } from "./scale-quota-item.ts";
import type { Surroundings } from "./scale-table.ts";

/** Who waits for quota: so many receivers. */
export type Waiting = { left: number };

export type Line<W extends Waiting> = Readonly<{
  /** Ask for these: in one write where nobody stands in line, else behind those who do. */
  enter(who: readonly W[]): void;
}>;

export type LineEnds<W extends Waiting> = Readonly<{
  granted: (who: W, slotMs: number, count: number) => void;
  /** There is no use in waiting here until then, ms of the simulation. */
  goBack: (who: W, atMs: number) => void;
  failed: (who: W) => void;
}>;

export type LineSettings = Readonly<{
  policy: QuotaPolicy;
  item: QuotaItem;
  /** After this a slot is of no use to this worker, ms of the simulation. */
  lastMs: number;
  /** So many of those who wait ask in one write: a lease. @default 1 */
  lease: number;
}>;

/** As the table's adapter has them: writes lost in a row, the pauses between, and how long who lost them all waits, ms. */
const MAX_WRITES = 20;
const PAUSE_MS = 10;
const LONGEST_PAUSES = 3;
const CONTENDED_MS = 1_000;

/** Those of one worker that wait for quota, as `reserve-in-turn` and the token bucket's adapter have them: only the first asks. */
export function line<W extends Waiting>(
  { clock, random }: Surroundings,
  { policy, item, lastMs, lease }: LineSettings,
  ends: LineEnds<W>,
): Line<W> {
  const waiting: W[] = [];
  let asking = false;

  return {
    enter(who) {
      const isFirst = waiting.length === 0 && !asking;
      waiting.push(...who);
      if (isFirst) ask(who.length);
    },
  };

  function ask(count: number): void {
    if (waiting.length === 0) return;
    asking = true;
    const asks = waiting.slice(0, count);
    item.read((copy) => decide(asks, copy, 0), failed(asks));
  }

  function decide(asks: readonly W[], copy: Copy, lost: number): void {
    const nowMs = Math.floor(clock.now());
    const maxWaitMs = Math.max(0, lastMs - nowMs);
    const wants = asks.map(({ left }) => ({ count: left, lane: "bulk" as const, maxWaitMs }));
    const { ledger, answers } = reserveAll(copy.ledger, policy, wants, nowMs);
    const done = (): void => told(asks, answers);
    if (ledger === copy.ledger) done();
    else item.write(copy.version, ledger, (winner) => (winner ? lose(asks, winner, lost) : done()), failed(asks));
  }

  function lose(asks: readonly W[], winner: Copy, lost: number): void {
    if (lost === 0) return void decide(asks, winner, 1);
    if (lost + 1 === MAX_WRITES) return void later(CONTENDED_MS);
    const pauseMs = random() * PAUSE_MS * Math.min(lost, LONGEST_PAUSES);
    clock.after(pauseMs, () => item.read((fresh) => decide(asks, fresh, lost + 1), failed(asks)));
  }

  function told(asks: readonly W[], answers: readonly Answer[]): void {
    let untilMs: number | undefined;
    for (const [i, who] of asks.entries()) {
      const answer = answers[i];
      if (answer?.kind === "granted") {
        waiting.splice(waiting.indexOf(who), 1);
        ends.granted(who, answer.slotMs, answer.granted);
      } else if (answer) untilMs = Math.min(untilMs ?? answer.untilMs, answer.untilMs);
    }
    if (untilMs === undefined) next();
    else if (untilMs + policy.marginMs <= lastMs) later(untilMs - clock.now() + random() * policy.marginMs);
    else goBack(untilMs);
  }

  function next(): void {
    asking = false;
    ask(lease);
  }

  function later(delayMs: number): void {
    asking = true;
    clock.after(delayMs, next);
  }

  /** This worker's time is over before there is quota again, for all of them. */
  function goBack(atMs: number): void {
    asking = false;
    for (const who of waiting.splice(0)) ends.goBack(who, atMs);
  }

  function failed(asks: readonly W[]): () => void {
    return () => {
      for (const who of asks) {
        waiting.splice(waiting.indexOf(who), 1);
        ends.failed(who);
      }
      next();
    };
  }
}
