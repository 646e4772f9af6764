import { type BatchState, nextStep, type Step } from "../domain/batch-state.ts";
import type { Task } from "../domain/batches.ts";
import type { Job, Lane } from "../domain/job.ts";
import type { Message } from "../domain/message.ts";
import type { HoldReason } from "../domain/quota/ledger.ts";
import { readAnswer } from "../domain/read-answer.ts";
import type { RtcAnswer } from "../domain/rtc-answer.ts";
import { makeRecord, type RecordStore, toDelay } from "./record-attempt.ts";
import { type DroppedEvent, makeSettle, type Seen, type Settling } from "./resolve.ts";

/** The upstream, as deliver needs it. One call, one attempt: it never retries by itself. */
export interface Rtc {
  /**
   * Send `message` to at most 500 receivers in one call, signed at this moment.
   *
   * @param receivers canonical decimal ids, joined by commas
   */
  send(message: Message, receivers: string): Promise<RtcAnswer>;
}

/** The account's quota, as deliver needs it. `account` names whose quota is spent. */
export interface TokenBucket {
  /** Ask for `count` tokens (1 to 500). Granted tokens are spent, whatever becomes of the call. */
  reserve(account: string, ask: Readonly<{ count: number; lane: Lane }>): Promise<Reservation>;
  /** The answer to a call at `slotMs` came only at `answeredAtMs`: the tokens return one window after that instead. */
  moveLate(account: string, spent: Readonly<{ slotMs: number; count: number; answeredAtMs: number }>): Promise<void>;
  /** Nobody sends for a while, then one probe goes first. */
  hold(account: string, why: HoldReason): Promise<void>;
  /** A probe came through: end the hold. */
  lift(account: string): Promise<void>;
}

export type Reservation =
  /** Send `granted` messages (at most what was asked) at `slotMs`, at the latest `margin` later. `probe`: the first after a hold. */
  | Readonly<{ kind: "granted"; slotMs: number; granted: number; probe: boolean }>
  /** Nothing was reserved: ask again at `untilMs`. */
  | Readonly<{ kind: "wait"; untilMs: number; why: "quota" | "held" }>;

/** Jobs and batches, as deliver needs them. Every write is conditional on the state it was decided on. */
export interface BatchStore extends RecordStore {
  /** Mark `receivers` as about to be sent. `undefined`: somebody else changed the batch first. */
  claim(
    task: Task,
    batch: BatchState,
    claim: Readonly<{ receivers: readonly string[]; untilMs: number }>,
  ): Promise<BatchState | undefined>;
  /** Take the claim back: nothing was sent. */
  release(task: Task, batch: BatchState): Promise<void>;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** What an operator should know. */
export type DeliveryEvent =
  | DroppedEvent
  | Readonly<{ event: "not-sent"; code: string }>
  | Readonly<{ event: "held"; why: HoldReason; code: string; requestId?: string }>;

export type Delivering = Settling &
  Readonly<{
    batches: BatchStore;
    bucket: TokenBucket;
    rtc: Rtc;
    clock: Clock;
    /** Uniform in [0, 1): spreads workers that wait for the same thing. */
    random: () => number;
    /** Whose quota a message spends. */
    accountOf: (message: Message) => string;
    report: (event: DeliveryEvent) => void;
    marginMs: number;
    callTimeoutMs: number;
  }>;

/** Kept free at the end of a worker's time, besides the call itself, for writing down what came of it. */
const RECORD_ROOM_MS = 5_000;
/** Past the call's own time: a worker this late is not coming back. */
const LEASE_ROOM_MS = 5_000;
/** Nothing arrived, so nothing is lost by waiting a little before the same attempt. */
const NOT_SENT_DELAY_S = 5;

/** What was seen this long ago still holds. A pause or a cancel counts before the next send, not before this one. */
const FRESH_MS = 500;

/**
 * Deliver one queue message: look, reserve quota, wait, claim, sign and send, record.
 *
 * @returns a function of the task and `deadlineMs` (epoch ms), when the worker's time runs out. It resolves when the
 *   message may be deleted: its receivers have outcomes, or another message carries them on. It throws whatever the
 *   table, the queue or the quota throw: the message then comes back by itself.
 */
export function makeDeliver(ports: Delivering): (task: Task, deadlineMs: number) => Promise<void> {
  const { batches, bucket, rtc, queue, clock, random, marginMs, callTimeoutMs, report } = ports;
  const { record } = makeRecord(ports);
  const settle = makeSettle(ports);

  return async function deliver(task, deadlineMs) {
    const lastMs = deadlineMs - callTimeoutMs - RECORD_ROOM_MS;
    for (;;) {
      const seen = await look(task);
      if (!maySend(seen)) return settle(task, seen);
      const { message, lane } = seen.job;
      const slot = await bucket.reserve(ports.accountOf(message), { count: seen.step.receivers.length, lane });
      const granted = slot.kind === "granted";
      const atMs = granted ? slot.slotMs : slot.untilMs + Math.floor(random() * marginMs);
      if (atMs > lastMs) return queue.enqueue(lane, [task], toDelay(atMs - clock.now()));
      await clock.sleep(Math.max(0, atMs - clock.now()));
      if (!granted || clock.now() > slot.slotMs + marginMs) continue; // not yet, or overslept: look and reserve anew

      // While it waited the job may have been paused or canceled: what counts is its state right before the call.
      const now = clock.now() - seen.atMs <= FRESH_MS ? seen : await look(task);
      return maySend(now) ? send(task, now, slot) : settle(task, now);
    }
  };

  async function look(task: Task): Promise<Seen> {
    const atMs = clock.now(); // before the read: by a read that took long, what has moved on since would look dead
    const { job, batch } = await batches.look(task);
    return { job, batch, atMs, step: nextStep(job, batch, task, atMs) };
  }

  async function send(task: Task, { job, batch, step }: Sendable, slot: Granted): Promise<void> {
    const account = ports.accountOf(job.message);
    const receivers = step.receivers.slice(0, slot.granted);
    const untilMs = clock.now() + callTimeoutMs + LEASE_ROOM_MS;
    const claimed = await batches.claim(task, batch, { receivers, untilMs });
    if (!claimed) return queue.enqueue(job.lane, [task], 1);
    if (clock.now() > slot.slotMs + marginMs) return giveBack(job, task, claimed, 0);

    const answer = await rtc.send(job.message, receivers.join(","));
    const atMs = clock.now();
    if (answer.kind === "refused" && answer.why !== "request") {
      if (answer.why === "not-sent") {
        report({ event: "not-sent", code: answer.code });
        return giveBack(job, task, claimed, NOT_SENT_DELAY_S);
      }
      await hold(account, answer.why, answer);
      return giveBack(job, task, claimed, 1);
    }
    const late = atMs > slot.slotMs + marginMs;
    const { attempt, maybeTwice = false } = task;
    const made = readAnswer(answer, receivers, { attempt, delivery: job.delivery, atMs, maybeTwice });
    await Promise.all([
      late && bucket.moveLate(account, { slotMs: slot.slotMs, count: receivers.length, answeredAtMs: atMs }),
      answer.kind === "unclear" ? hold(account, "unclear", answer) : slot.probe && bucket.lift(account),
      record(job, task, claimed, receivers, made),
    ]);
  }

  async function hold(account: string, why: HoldReason, { code, requestId }: { code: string; requestId?: string }) {
    report({ event: "held", why, code, ...(requestId === undefined ? {} : { requestId }) });
    await bucket.hold(account, why);
  }

  /** Nothing was sent: take the claim back and let the message come again, its attempt not used up. */
  async function giveBack(job: Job, task: Task, claimed: BatchState, delaySeconds: number): Promise<void> {
    await batches.release(task, claimed);
    await queue.enqueue(job.lane, [task], delaySeconds);
  }
}

type Granted = Reservation & Readonly<{ kind: "granted" }>;
type Sendable = Seen & Readonly<{ job: Job; step: Step & { do: "send" } }>;

const maySend = (seen: Seen): seen is Sendable => seen.job !== undefined && seen.step.do === "send";
