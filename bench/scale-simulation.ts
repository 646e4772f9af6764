import type { QuotaPolicy } from "../lib/domain/quota/ledger.ts";
import { roomOf } from "../lib/domain/quota/usage.ts";
import { alignedBatchSize } from "../lib/domain/quota/whole-or-part.ts";
import { numbersIn } from "../lib/domain/ranges.ts";
import { giveOut, receiversIn, receiversInBatch, reviewShares, type Share } from "../lib/domain/shares.ts";
import { isFull, tallyOf } from "../lib/domain/tally.ts";
import { peakOf, seeded } from "./quota-simulation.ts";
import { agenda } from "./scale-agenda.ts";
import { quotaItem } from "./scale-quota-item.ts";
import type { ScaleResult, ScaleScenario } from "./scale-scenario.ts";
import { PARTITION_UNITS, throughput } from "./scale-table.ts";
import { type Piece, startWorker } from "./scale-worker.ts";

/** What the stage is set to. */
const POLICY = { windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const WARM_UP_MS = 120_000;
const SHARE_AGE_MS = 300_000;
/** As dispatch has them: each minute, and 5 s apart when a tally is full; so much by one run. */
const RUN_MS = 60_000;
const RUN_GAP_MS = 5_000;
const RECEIVERS_PER_RUN = 2_000_000;
/** Lambda starts with five pollers of a queue and adds 300 a minute. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const FIRST_WORKERS = 5;
const MORE_A_MINUTE = 300;
/** Messages of a standard queue that may be in flight. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const IN_FLIGHT = 120_000;
const POLL_MS = 250;

/** One job, alone on its account, in simulated time. Same seed, same result. */
export function simulateScale(scenario: ScaleScenario, seed: number): ScaleResult {
  const { receivers, quota, workers, tasks, shards = 1, lease = 1, tableUnits, partitions = 1 } = scenario;
  const random = seeded(seed);
  const clock = agenda();
  const policy: QuotaPolicy = { ...POLICY, messages: Math.floor(quota / shards) };
  const batchSize = alignedBatchSize(policy, 500);
  const sizes = { receivers, batchSize, batches: Math.ceil(receivers / batchSize) };
  const items = Array.from({ length: shards }, () => quotaItem({ clock, random }));
  const table = throughput(tableUnits);
  const rows = Array.from({ length: partitions }, () => throughput(PARTITION_UNITS));
  const calls: { atMs: number; count: number }[] = [];
  const tally = { late: 0, calls: 0, again: 0 };
  const queue: Piece[] = [];
  const counted = new Uint8Array(sizes.batches);
  const tallies = new Map<number, Set<number>>();
  let shares: readonly Share[] = [];
  let cursor = 0;
  let done = 0;
  let inFlight = 0;
  let started = 0;
  let runAtMs = Number.NEGATIVE_INFINITY;
  let runAsked = false;
  let mostRanges = 0;

  dispatchEachMinute();
  startMoreWorkers();
  const endMs = (scenario.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  clock.run(endMs, () => done === sizes.batches);
  return measured();

  function dispatch(): void {
    runAtMs = clock.now();
    runAsked = false;
    const times = { nowMs: runAtMs, ageMs: SHARE_AGE_MS, held: false };
    const { queued, owed } = reviewShares(shares, (n) => counted[n] === 1, times);
    const open = queued.reduce((sum, { batches }) => sum + receiversIn(sizes, batches), 0);
    const total = roomOf(quota, POLICY.windowMs);
    const free = Math.min(RECEIVERS_PER_RUN, Math.max(0, total - open));
    const candidate = { sizes, open, owed, cursor, servedAtMs: 0, takesRoom: true };
    const { given } = giveOut([candidate], { total, free });
    const mine = given[0];
    if (mine === undefined) return;
    cursor = mine.cursor;
    const share = { id: String(runAtMs), batches: mine.queue, queuedAtMs: runAtMs };
    const rest = mine.owed.length > 0 ? [{ id: "owed", batches: mine.owed }] : [];
    shares = [...queued, ...rest, ...(mine.queue.length > 0 ? [share] : [])];
    mostRanges = Math.max(
      mostRanges,
      shares.reduce((sum, { batches }) => sum + batches.length, 0),
    );
    for (const batch of numbersIn(mine.queue)) queue.push({ batch, left: receiversInBatch(sizes, batch) });
  }

  function dispatchEachMinute(): void {
    dispatch();
    clock.after(RUN_MS, dispatchEachMinute);
  }

  /** A tally is full: there is room again. */
  function askForRun(): void {
    if (runAsked) return;
    runAsked = true;
    clock.after(Math.max(0, runAtMs + RUN_GAP_MS - clock.now()), () => runAsked && dispatch());
  }

  function startMoreWorkers(): void {
    const may = Math.min(workers, FIRST_WORKERS + (MORE_A_MINUTE * clock.now()) / 60_000);
    while (started < may) startOne(started++);
    if (started < workers) clock.after(1_000, startMoreWorkers);
  }

  function startOne(place: number): void {
    const item = items[place % shards];
    const partition = rows[place % partitions];
    if (item === undefined || partition === undefined) return;
    const worker = {
      ...{ clock, random, policy, item, lease, results: [table, partition], tally },
      take() {
        const pieces = queue.splice(0, Math.min(tasks, IN_FLIGHT - inFlight));
        inFlight += pieces.length;
        return pieces;
      },
      giveBack(piece: Piece, delayMs: number) {
        clock.after(delayMs, () => {
          inFlight -= 1; // what waits for its time is in flight
          queue.push(piece);
        });
      },
      counted: countBatch,
      arrived: (atMs: number, count: number) => void calls.push({ atMs, count }),
    };
    const work = (): void => startWorker(worker, () => clock.after(random() * POLL_MS, work));
    work();
  }

  function countBatch({ batch }: Piece): void {
    inFlight -= 1;
    if (counted[batch] === 1) return;
    counted[batch] = 1;
    done += 1;
    const number = tallyOf(batch);
    const set = tallies.get(number) ?? new Set();
    tallies.set(number, set.add(batch));
    const full = isFull(
      { counts: { sent: 0, failed: 0, unknown: 0 }, counted: set, late: {}, lateVersion: 0 },
      sizes.batches,
      number,
    );
    if (full) {
      tallies.delete(number);
      askForRun();
    }
  }

  function measured(): ScaleResult {
    const seconds = clock.now() / 1_000;
    calls.sort((a, b) => a.atMs - b.atMs);
    const fromMs = Math.min(WARM_UP_MS, clock.now() / 2);
    const lastMs = cursor === sizes.batches ? (calls.at(-1)?.atMs ?? 0) - 60_000 : clock.now();
    const untilMs = fromMs + POLICY.windowMs * Math.max(1, Math.floor((lastMs - fromMs) / POLICY.windowMs)); // whole windows
    const used = calls.reduce((sum, { atMs, count }) => (atMs >= fromMs && atMs < untilMs ? sum + count : sum), 0);
    const of = (pick: (item: (typeof items)[number]) => number) => items.reduce((sum, item) => sum + pick(item), 0);
    const writes = of(({ counts }) => counts.writes);
    return {
      minutes: seconds / 60,
      sent: calls.reduce((sum, { count }) => sum + count, 0),
      use: (used * POLICY.windowMs) / (quota * (untilMs - fromMs)),
      peak: peakOf(calls, POLICY.windowMs),
      writesASecond: writes / seconds / shards,
      unitsASecond: of(({ counts }) => counts.writeUnits) / seconds / shards,
      lostShare: of(({ counts }) => counts.lost) / Math.max(1, writes),
      itemBytes: Math.max(...items.map(({ counts }) => counts.mostBytes)),
      throttledQuota: of((item) => item.refused()) / seconds,
      throttledResults: (table.refused + rows.reduce((sum, { refused }) => sum + refused, 0)) / seconds,
      missedShare: tally.again / Math.max(1, tally.calls + tally.again),
      resultsUnits: table.units / seconds,
      lateShare: tally.late / Math.max(1, tally.calls),
      sharesKB: (mostRanges * 14) / 1_024,
    };
  }
}
