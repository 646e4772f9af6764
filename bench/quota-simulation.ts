import { EXPRESS_WAIT_MS } from "../lib/domain/delivery-times.ts";

/** What the simulation asks of a limiter. Times are simulated ms. */
export interface Limiter {
  reserve(ask: Readonly<{ nowMs: number; count: number; lane: Lane; maxWaitMs: number }>): Verdict;
  /** A call that was answered late; limiters that keep no ledger have no use for it. */
  moveLate?(spent: Readonly<{ slotMs: number; count: number; answeredAtMs: number; call?: number | undefined }>): void;
  /** A call that was answered in time. */
  answered?(call: number | undefined): void;
}
export type Lane = "express" | "bulk";
export type Verdict =
  | Readonly<{ kind: "granted"; slotMs: number; granted: number; call?: number | undefined }>
  | Readonly<{ kind: "wait"; untilMs: number }>;

export type Scenario = Readonly<{
  quota: number;
  windowMs: number;
  /** A call is counted up to this much after its slot, unless it is late. */
  marginMs: number;
  minutes: number;
  /** Bulk workers, each with the next batch in hand at once: the queue never runs dry. */
  workers: number;
  /** From when the upstream counts a call until its answer is here, ms. */
  answerMs?: number;
  /** So many of the calls are counted late: up to so long after their slot, ms. */
  late?: Readonly<{ share: number; mostMs: number }>;
  /** The next bulk batch's receivers. */
  size(random: () => number): number;
  /** Mean time between express jobs of one receiver and of 500, ms; none where absent. */
  express1EveryMs?: number;
  express500EveryMs?: number;
  /** So many express jobs of 500 wait at once, from the end of the warm-up on. */
  express500AtOnce?: number;
}>;

export type Measured = Readonly<{
  /** Most messages the upstream counted in any window. */
  peak: number;
  /** Share of the quota used once the first windows are over. */
  use: number;
  calls: number;
  /** What the upstream counted, by time. */
  counted: readonly Counted[];
  /** Calls that carried only a part of their batch. */
  splits: number;
  /** From an express job's arrival until the last of it leaves, ms, ascending; until the end if it never leaves. */
  express1Ms: readonly number[];
  express500Ms: readonly number[];
}>;

/** One call in a hundred is late, by up to 5 s, unless the scenario says otherwise. */
const LATE = { share: 0.01, mostMs: 5_000 };
/** Asking the table takes a worker this long; unless the scenario says otherwise, the answer comes this long after the call was counted. */
const ASK_MS = 10;
const ANSWER_MS = 30;
/** Those told to wait come back up to this much later, so that they do not all come at once. */
const WAKE_SPREAD_MS = 300;
/** A bulk worker waits for its slot as long as its time lasts. */
const BULK_WAIT_MS = 100_000;
/** Express that would have to wait longer for its next ask goes back to its queue, which counts in whole seconds. */
const EXPRESS_PATIENCE_MS = 500;
/** And comes back spread over this time. */
const EXPRESS_SPREAD_MS = EXPRESS_WAIT_MS / 2;
/** Use is measured after so many windows: the start is a burst by design. */
const WARM_UP_WINDOWS = 3;

type Job = { count: number; total: number; lane: Lane; bornMs: number; onDone: (atMs: number) => void };

/** Run workers against a limiter in simulated time, and measure at the upstream. Same seed, same result. */
export function simulate(limiter: Limiter, scenario: Scenario, seed: number): Measured {
  const random = seeded(seed);
  const { windowMs, marginMs, answerMs = ANSWER_MS, late = LATE } = scenario;
  const endMs = scenario.minutes * 60_000;
  const clock = agenda();
  const counted: { atMs: number; count: number }[] = [];
  const waiting = new Set<Job>();
  const waits = { express1: [] as number[], express500: [] as number[] };
  let splits = 0;

  const ask = (job: Job) => (nowMs: number) => {
    const maxWaitMs = job.lane === "bulk" ? BULK_WAIT_MS : EXPRESS_WAIT_MS;
    const verdict = limiter.reserve({ nowMs, count: job.count, lane: job.lane, maxWaitMs });
    if (verdict.kind === "wait") return clock.at(askAgainMs(job, verdict.untilMs, nowMs), ask(job));
    if (verdict.granted < job.count) splits += 1;
    clock.at(Math.max(verdict.slotMs, nowMs + ASK_MS), send(job, verdict));
  };

  /** As a worker does it: it waits itself, or puts an express task back on its queue. */
  const askAgainMs = ({ lane }: Job, untilMs: number, nowMs: number): number => {
    if (lane === "bulk" || untilMs - nowMs <= EXPRESS_PATIENCE_MS) {
      return untilMs + Math.floor(random() * WAKE_SPREAD_MS);
    }
    const waitMs = untilMs + Math.floor(random() * EXPRESS_SPREAD_MS) - nowMs;
    return nowMs + 1_000 * Math.max(1, Math.floor(waitMs / 1_000));
  };

  const send =
    (job: Job, { slotMs, granted: count, call }: Verdict & { kind: "granted" }) =>
    (nowMs: number) => {
      const atMs =
        random() < late.share
          ? slotMs + marginMs + Math.floor(random() * (late.mostMs - marginMs))
          : Math.max(nowMs, slotMs + Math.floor(random() * (marginMs + 1)));
      counted.push({ atMs, count });
      const answeredAtMs = atMs + answerMs;
      job.count -= count;
      clock.at(answeredAtMs, () => {
        if (answeredAtMs > slotMs + marginMs) limiter.moveLate?.({ slotMs, count, answeredAtMs, call });
        else limiter.answered?.(call);
        if (job.count > 0) ask(job)(answeredAtMs);
        else job.onDone(answeredAtMs);
      });
      if (job.count > 0 || job.lane === "bulk") return;
      leave(job, nowMs);
    };

  const leave = (job: Job, nowMs: number): void => {
    waiting.delete(job);
    waits[job.total === 1 ? "express1" : "express500"].push(nowMs - job.bornMs);
  };

  const workOn = (bornMs: number): void => {
    const total = scenario.size(random);
    ask({ count: total, total, lane: "bulk", bornMs, onDone: workOn })(bornMs);
  };
  const express = (total: number) => (bornMs: number) => {
    const job: Job = { count: total, total, lane: "express", bornMs, onDone: () => {} };
    waiting.add(job);
    ask(job)(bornMs);
  };
  const arrive = (total: number, everyMs: number) => (bornMs: number) => {
    express(total)(bornMs);
    clock.at(bornMs + Math.ceil(-Math.log(1 - random()) * everyMs), arrive(total, everyMs));
  };

  for (let i = 0; i < scenario.workers; i += 1) clock.at(i, workOn);
  if (scenario.express1EveryMs !== undefined) clock.at(0, arrive(1, scenario.express1EveryMs));
  if (scenario.express500EveryMs !== undefined) clock.at(0, arrive(500, scenario.express500EveryMs));
  for (let i = 0; i < (scenario.express500AtOnce ?? 0); i += 1) clock.at(WARM_UP_WINDOWS * windowMs, express(500));
  clock.runUntil(endMs);
  for (const job of waiting) leave(job, endMs);

  counted.sort((a, b) => a.atMs - b.atMs);
  const fromMs = WARM_UP_WINDOWS * windowMs;
  const used = counted.reduce((sum, { atMs, count }) => (atMs >= fromMs && atMs < endMs ? sum + count : sum), 0);
  return {
    peak: peakOf(counted, windowMs),
    use: used / ((scenario.quota * (endMs - fromMs)) / windowMs),
    ...{ calls: counted.length, counted },
    splits,
    express1Ms: waits.express1.sort((a, b) => a - b),
    express500Ms: waits.express500.sort((a, b) => a - b),
  };
}

/** A call, at the moment at which it was counted. */
export type Counted = Readonly<{ atMs: number; count: number }>;

/** The most counted in any [t, t + window). @param counted by time */
export function peakOf(counted: readonly Counted[], windowMs: number): number {
  let peak = 0;
  let inWindow = 0;
  let first = 0;
  for (const { atMs, count } of counted) {
    inWindow += count;
    for (let old = counted[first]; old !== undefined && old.atMs <= atMs - windowMs; old = counted[first]) {
      inWindow -= old.count;
      first += 1;
    }
    peak = Math.max(peak, inWindow);
  }
  return peak;
}

/** @param ascending sorted values; `share` 0.99 for the 99th percentile (nearest rank) */
export const percentile = (ascending: readonly number[], share: number): number =>
  ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? 0;

/** A queue of things to do by time; those of one millisecond in the order they came. */
function agenda() {
  const dueAt = new Map<number, ((nowMs: number) => void)[]>();
  return {
    at(atMs: number, run: (nowMs: number) => void): void {
      const due = dueAt.get(atMs);
      if (due === undefined) dueAt.set(atMs, [run]);
      else due.push(run);
    },
    runUntil(endMs: number): void {
      for (let nowMs = 0; nowMs < endMs; nowMs += 1) {
        const due = dueAt.get(nowMs);
        if (due === undefined) continue;
        for (const run of due) run(nowMs); // what is added for this very millisecond runs too
        dueAt.delete(nowMs);
      }
    },
  };
}

/** A small generator of numbers in [0, 1), mulberry32: the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
