import TinyQueue from "tinyqueue";

type Due = Readonly<{ atMs: number; order: number; run: () => void }>;

/** Discrete events: time leaps from one to the next; those of one moment run in the order in which they were put. */
export type Agenda = Readonly<{
  now(): number;
  /** @param delayMs from now; a fraction counts */
  after(delayMs: number, run: () => void): void;
  /** Run what is due, until `isOver` or until nothing is left before `endMs`. */
  run(endMs: number, isOver: () => boolean): void;
}>;

export function agenda(): Agenda {
  const due = new TinyQueue<Due>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  let nowMs = 0;
  let order = 0;
  return {
    now: () => nowMs,
    after(delayMs, run) {
      due.push({ atMs: nowMs + Math.max(0, delayMs), order: order++, run });
    },
    run(endMs, isOver) {
      for (let next = due.pop(); next !== undefined && next.atMs <= endMs && !isOver(); next = due.pop()) {
        nowMs = next.atMs;
        next.run();
      }
    },
  };
}
