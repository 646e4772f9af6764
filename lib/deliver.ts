import { type BatchState, nextStep, untried } from "./domain/batch-state.ts";
import { batchName, type Task } from "./domain/batches.ts";
import type { Job, Lane } from "./domain/job.ts";
import type { Message } from "./domain/message.ts";
import { allOf, makeTry } from "./domain/outcome.ts";
import { readAnswer } from "./domain/read-answer.ts";
import type { RtcAnswer } from "./domain/rtc-answer.ts";
import { makeRecord, type Recording, type RecordStore } from "./record.ts";
import type { ParkedTasks } from "./steer.ts";

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
  /** Nobody sends for a while: the upstream says too fast (`flow`), or refuses our keys (`credentials`). */
  hold(account: string, why: "flow" | "credentials"): Promise<void>;
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
  | Readonly<{ event: "held"; why: "flow" | "credentials"; code: string; requestId?: string }>
  | Readonly<{ event: "dropped"; why: string; job: string; batch: string }>;

export type Delivering = Recording &
  Readonly<{
    batches: BatchStore;
    parked: Pick<ParkedTasks, "park" | "remove">;
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

/**
 * Deliver one queue message: look, reserve quota, wait, claim, sign and send, record.
 *
 * @returns a function of the task and `deadlineMs` (epoch ms), when the worker's time runs out. It resolves when the
 *   message may be deleted: its receivers have outcomes, or another message carries them on. It throws whatever the
 *   table, the queue or the quota throw: the message then comes back by itself.
 */
export function makeDeliver(ports: Delivering): (task: Task, deadlineMs: number) => Promise<void> {
  const { batches, parked, bucket, rtc, queue, clock, random, marginMs, callTimeoutMs, report } = ports;
  const { record, recordIfUnchanged, follow } = makeRecord(ports);

  return async function deliver(task, deadlineMs) {
    const { job, batch } = await batches.look(task);
    const step = nextStep(job, batch, task, clock.now());
    if (step.do === "drop" || !job) {
      const why = step.do === "drop" ? step.why : "NoSuchJob";
      return report({ event: "dropped", why, job: task.job, batch: batchName(task.batch) });
    }
    const own = untried(task, batch);
    const facts = { atMs: clock.now(), attempt: task.attempt };
    switch (step.do) {
      case "send":
        if (own.length === 0) return follow(job, task, batch); // a slow worker's answer came in after all
        return send(job, batch, task, own, deadlineMs);
      case "look-again":
        return queue.enqueue(job.lane, [task], toDelay(step.afterMs));
      case "park":
        return park(task);
      case "finish":
        return follow(job, task, batch);
      case "give-up": {
        const lost = own.slice(0, batch.claim?.count);
        const delivery = step.again ? "at-least-once" : "at-most-once";
        const { maybeTwice = false } = task;
        const made = readAnswer({ kind: "unclear", code: "WorkerLost" }, lost, { ...facts, delivery, maybeTwice });
        if (await recordIfUnchanged(job, task, batch, lost, made)) return;
        return queue.enqueue(job.lane, [task], 1); // somebody was faster: see what is true now
      }
      case "cancel": {
        const status = task.maybeTwice ? "unknown" : "canceled"; // no cancel calls back what may have arrived
        const made = makeTry({ ...facts, [status]: allOf(own, step.code) });
        if (await recordIfUnchanged(job, task, batch, own, made)) return;
        return queue.enqueue(job.lane, [task], 1);
      }
    }
  };

  /** Keep a waiting job's message in the table, off the queue; whoever resumes the job queues it again. */
  async function park(task: Task): Promise<void> {
    await parked.park([task]);
    const { job } = await batches.look(task);
    if (!job || job.state === "paused" || job.state === "scheduled") return;
    await queue.enqueue(job.lane, [task], 0); // resumed in between, and perhaps already past this message
    await parked.remove([task]);
  }

  async function send(
    job: Job,
    batch: BatchState,
    task: Task,
    own: readonly string[],
    deadlineMs: number,
  ): Promise<void> {
    const account = ports.accountOf(job.message);
    const slot = await takeSlot(account, own.length, job.lane, deadlineMs - callTimeoutMs - RECORD_ROOM_MS);
    if (slot.kind === "wait") return queue.enqueue(job.lane, [task], toDelay(slot.untilMs - clock.now()));

    const receivers = own.slice(0, slot.granted);
    const untilMs = clock.now() + callTimeoutMs + LEASE_ROOM_MS;
    const claimed = await batches.claim(task, batch, { receivers, untilMs });
    if (!claimed) return queue.enqueue(job.lane, [task], 1);
    if (clock.now() > slot.slotMs + marginMs) return giveBack(job, task, claimed, 0);

    const answer = await rtc.send(job.message, receivers.join(","));
    const atMs = clock.now();
    if (answer.kind === "refused" && answer.why !== "request") {
      const { why, code, requestId } = answer;
      if (why === "not-sent") return giveBack(job, task, claimed, NOT_SENT_DELAY_S);
      report({ event: "held", why, code, ...(requestId === undefined ? {} : { requestId }) });
      await bucket.hold(account, why);
      return giveBack(job, task, claimed, 1);
    }
    const late = atMs > slot.slotMs + marginMs;
    const { attempt, maybeTwice = false } = task;
    const made = readAnswer(answer, receivers, { attempt, delivery: job.delivery, atMs, maybeTwice });
    await Promise.all([
      late && bucket.moveLate(account, { slotMs: slot.slotMs, count: receivers.length, answeredAtMs: atMs }),
      slot.probe && answer.kind !== "unclear" && bucket.lift(account),
      record(job, task, claimed, receivers, made),
    ]);
  }

  /** Reserve and wait for the slot; `wait` if there is none before `lastMs`. A slot that was overslept is reserved anew. */
  async function takeSlot(account: string, count: number, lane: Lane, lastMs: number): Promise<Reservation> {
    for (;;) {
      const reservation = await bucket.reserve(account, { count, lane });
      const granted = reservation.kind === "granted";
      const atMs = granted ? reservation.slotMs : reservation.untilMs + Math.floor(random() * marginMs);
      if (atMs > lastMs) return { kind: "wait", untilMs: atMs, why: "quota" };
      await clock.sleep(Math.max(0, atMs - clock.now()));
      if (granted && clock.now() <= reservation.slotMs + marginMs) return reservation;
    }
  }

  /** Nothing was sent: take the claim back and let the message come again, its attempt not used up. */
  async function giveBack(job: Job, task: Task, claimed: BatchState, delaySeconds: number): Promise<void> {
    await batches.release(task, claimed);
    await queue.enqueue(job.lane, [task], delaySeconds);
  }
}

/** SQS takes whole seconds, at most 15 minutes; a message that comes early is put back again. */
const toDelay = (ms: number): number => Math.min(900, Math.max(0, Math.ceil(ms / 1000)));
