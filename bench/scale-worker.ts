import { makeResult } from "../lib/domain/attempt-result.ts";
import { NO_ROWS, rowForNextClaim, withResult } from "../lib/domain/batch-rows.ts";
import { moveLate } from "../lib/domain/quota/token-bucket.ts";
import { remaining } from "../lib/domain/remaining.ts";
import { type LineSettings, line } from "./scale-line.ts";
import { between, type Surroundings, type Throughput, write } from "./scale-table.ts";

/** A batch on the queue: its number, and what of it is not sent yet. */
export type Piece = { readonly batch: number; left: number };

export type Worker = Surroundings &
  Omit<LineSettings, "lastMs"> &
  Readonly<{
    /** What a write of a batch needs units of. */
    results: readonly Throughput[];
    /** Takes the next pieces from the queue. */
    take: () => Piece[];
    giveBack: (piece: Piece, delayMs: number) => void;
    counted: (piece: Piece) => void;
    /** A call as the upstream counts it. */
    arrived: (atMs: number, count: number) => void;
    tally: { late: number; calls: number; again: number };
  }>;

/** A bulk worker's time, and what is kept free at its end: the call's timeout and the room to record. */
const WORKER_MS = 120_000;
const KEPT_FREE_MS = 15_000;
/** From the socket to the upstream's counter, and until the answer is there, ms. */
const ARRIVAL_MS = { least: 5, most: 40 };
const ANSWER_MS = { least: 30, most: 250 };
/** Write units of a batch: the claim; the record of 497 ids of 19 digits; its part of the tally. */
const CLAIM_UNITS = 1;
const RECORD_UNITS = 16;
const TALLY_UNITS = 1;
/** What could not be written is tried again; a task that failed comes back after this, ms. */
const PERSIST_MS = 1_000;
const AFTER_FAILURE_MS = 15_000;
/** From an event's end to the next, ms. */
const BETWEEN_MS = { least: 5, most: 50 };

/**
 * One event of the function: it takes tasks, waits for quota in its line, sends each at its slot, and is over once all are
 * settled.
 *
 * @param onIdle it found nothing on the queue
 */
export function startWorker(worker: Worker, onIdle: () => void): void {
  const { clock, random, policy, item, lease, results, tally } = worker;
  const pieces = worker.take();
  if (pieces.length === 0) return void onIdle();
  let open = pieces.length;
  const lastMs = clock.now() + WORKER_MS - KEPT_FREE_MS;
  const waiting = line<Piece>(
    worker,
    { policy, item, lastMs, lease },
    {
      granted: sendAtSlot,
      goBack: (piece, atMs) => settleLater(piece, atMs - clock.now()),
      failed: (piece) => settleLater(piece, AFTER_FAILURE_MS),
    },
  );
  waiting.enter(pieces);

  function settleLater(piece: Piece, delayMs: number): void {
    worker.giveBack(piece, delayMs);
    settle();
  }

  function sendAtSlot(piece: Piece, slotMs: number, count: number): void {
    const isLate = (): boolean => clock.now() > slotMs + policy.marginMs;
    const again = (): void => {
      tally.again += 1;
      waiting.enter([piece]);
    };
    const claimed = (): void => {
      if (isLate()) return void again();
      tally.calls += 1;
      worker.arrived(clock.now() + between(ARRIVAL_MS, random), count);
      clock.after(between(ANSWER_MS, random), () => answered(piece, slotMs, count));
    };
    clock.after(slotMs - clock.now(), () => {
      if (isLate()) return void again();
      write(worker, results, CLAIM_UNITS, { done: claimed, failed: () => settleLater(piece, AFTER_FAILURE_MS) });
    });
  }

  function answered(piece: Piece, slotMs: number, count: number): void {
    const answeredAtMs = Math.floor(clock.now());
    const done = (): void => record(piece, count);
    if (answeredAtMs <= slotMs + policy.marginMs) return void done();
    tally.late += 1;
    const soon = (): void => clock.after(random() * PERSIST_MS, move);
    const move = (): void =>
      item.read((copy) => {
        const moved = moveLate(copy.ledger, policy, { slotMs, count, answeredAtMs });
        item.write(copy.version, moved, (winner) => (winner ? move() : done()), soon);
      }, soon);
    move();
  }

  function record(piece: Piece, count: number): void {
    persist(RECORD_UNITS, () => {
      piece.left = leftOf(piece.left, count);
      if (piece.left > 0) return void waiting.enter([piece]);
      persist(TALLY_UNITS, () => {
        worker.counted(piece);
        settle();
      });
    });
  }

  function persist(units: number, done: () => void): void {
    write(worker, results, units, { done, failed: () => clock.after(PERSIST_MS, () => persist(units, done)) });
  }

  function settle(): void {
    open -= 1;
    if (open === 0) clock.after(between(BETWEEN_MS, random), () => startWorker(worker, onIdle));
  }
}

/** What the quota split off is found as the worker finds it: the batch's list less its rows. */
function leftOf(left: number, count: number): number {
  if (count >= left) return 0;
  const list = Array.from({ length: left }, (_, i) => String(1_000_000_000_000_000_000n + BigInt(i)));
  const sent = Object.fromEntries(list.slice(0, count).map((userId) => [userId, "1"]));
  return remaining(list, withResult(NO_ROWS, rowForNextClaim(NO_ROWS), makeResult({ atMs: 0, sent }))).length;
}
