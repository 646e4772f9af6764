import { type Claim, rowForNextClaim, withClaim, withResult } from "../domain/batch-rows.ts";
import { CLAIM_WINDOW_MS } from "../domain/control.ts";
import {
  leaseMs,
  NOT_SENT_PAUSE_MS,
  PAUSED_PAUSE_MS,
  READY_AHEAD_MS,
  REREAD_AFTER_MS,
} from "../domain/delivery-times.ts";
import type { Job } from "../domain/job.ts";
import type { Message } from "../domain/message.ts";
import { mayNotSend } from "../domain/next-step.ts";
import type { HoldReason } from "../domain/quota/ledger.ts";
import { toResult } from "../domain/read-answer.ts";
import type { Remaining } from "../domain/remaining.ts";
import type { RtcAnswer } from "../domain/rtc-answer.ts";
import { isShut } from "../domain/send-window.ts";
import { firstOf, type Task } from "../domain/task.ts";
import { childOf } from "../domain/trace.ts";
import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { NotReady, OnBroken, Rtc } from "../ports/rtc.ts";
import type { Tallies } from "../ports/tallies.ts";
import type { Reservation, TokenBucket } from "../ports/token-bucket.ts";
import { persist } from "./persist.ts";
import type { Seen } from "./read-batch.ts";
import { makeRecordAttempt, rowKey } from "./record-attempt.ts";
import { makeReserveInTurn } from "./reserve-in-turn.ts";
import { calledOf, namesOf, type SendEvent } from "./send-event.ts";

export type SendPorts = Readonly<{
  rows: BatchRowStore;
  tallies: Tallies;
  bucket: TokenBucket;
  /** By whose keys the jobs of an account are sent. */
  rtcOf: (account: string) => Rtc;
  clock: Clock;
  random: () => number;
  drawId: () => string;
  report: (event: SendEvent) => void;
  marginMs: number;
  callTimeoutMs: number;
}>;

/** The result of one try to send. `seen`: what is known now without another read. */
export type Sent =
  | Readonly<{ kind: "again"; seen?: Seen }>
  | Readonly<{ kind: "void" }>
  /** Nothing left: the task goes back until `untilMs`. `why` tells a wait for quota from one for the upstream. */
  | Readonly<{ kind: "wait"; untilMs: number; why: "quota" | "not-sent" }>
  /** An operator has stopped all sending; who waits for its end asks again at `untilMs`. */
  | Readonly<{ kind: "paused"; untilMs: number }>;

type Ready = Seen & Readonly<{ job: Job; message: Message }>;
type Told = Exclude<RtcAnswer, { kind: "answered" }>;
type Slot = Reservation & { kind: "granted" };

/** Reserve quota, wait for the slot, claim, sign and send, record: one call for some receivers of a batch. */
export function makeSendBatch(ports: SendPorts) {
  const { rows, bucket, rtcOf, clock, drawId, report, marginMs, callTimeoutMs } = ports;
  const reserveInTurn = makeReserveInTurn({ ...ports, spreadMs: marginMs });
  const { addLateAnswer } = makeRecordAttempt(ports);

  /** @param lastMs a call that leaves later could not be recorded in this worker's time */
  return async function send(task: Task, seen: Ready, receivers: readonly Remaining[], lastMs: number): Promise<Sent> {
    const { account, lane } = seen.job;
    let latest = seen;
    const look = async (): Promise<boolean> => {
      const fresh = await lookAgain(task, latest);
      if (fresh) latest = fresh;
      return fresh !== undefined;
    };
    const unready = await rtcOf(account).prepare(onBroken(task)); // before it costs quota
    if (unready) return afterRefusal(task, seen.job, unready);
    const slot = await reserveInTurn(account, { count: receivers.length, lane, lastMs, look });
    if (slot === undefined) return { kind: "void" };
    if (slot.kind === "wait" && slot.why === "paused") return { kind: "paused", untilMs: slot.untilMs };
    if (slot.kind === "wait") return { kind: "wait", untilMs: slot.untilMs, why: "quota" };
    const sent = await useSlot(slot);
    // Late answers were told of before. Where this fails the call is taken for one that is late.
    if (slot.call !== undefined) await bucket.answered(account, slot.call).catch(() => {});
    return sent;

    async function useSlot(slot: Slot): Promise<Sent> {
      const notReady = await waitReady(task, account, slot);
      if (notReady) return afterRefusal(task, seen.job, notReady);
      if (isLate(slot)) return { kind: "again" };
      if (clock.now() - latest.readAtMs > REREAD_AFTER_MS) {
        if (!(await look())) return { kind: "void" };
        // The reservation was made while nothing was paused, after the read of the job: so is this, after the next.
        if (await bucket.isPaused(account)) return { kind: "paused", untilMs: clock.now() + PAUSED_PAUSE_MS };
      }
      return claimAndCall(task, latest, receivers.slice(0, slot.granted), slot);
    }
  };

  /** Wait for the slot. What a call needs is at hand by then: nothing of it is left for after the claim. */
  async function waitReady(task: Task, account: string, { slotMs, aheadMs }: Slot): Promise<NotReady | undefined> {
    const until = (atMs: number) => clock.sleep(Math.max(0, atMs - aheadMs - clock.now()));
    await until(slotMs - READY_AHEAD_MS);
    const notReady = await rtcOf(account).prepare(onBroken(task));
    if (notReady === undefined) await until(slotMs);
    return notReady;
  }

  function onBroken(task: Task): OnBroken {
    return (code, cause) => report({ event: "call failed", code, cause: String(cause), ...namesOf(task) });
  }

  /** The slot is past by more than the margin: a call now might be counted where the quota has no room for it. */
  function isLate({ slotMs, aheadMs }: Slot): boolean {
    return clock.now() + aheadMs > slotMs + marginMs;
  }

  /**
   * While it waited the job may have been paused or canceled. The rows stay as they were seen: what is left to send rests on
   * them, and so does the claim. `undefined`: nothing may be sent any more.
   */
  async function lookAgain(task: Task, seen: Ready): Promise<Ready | undefined> {
    const readAtMs = clock.now();
    const { job } = await rows.look({ job: task.job, run: task.run, first: firstOf(task), withMessage: false });
    return job && !mayNotSend(job, task, clock.now()) ? { ...seen, job, readAtMs } : undefined;
  }

  async function claimAndCall(task: Task, seen: Ready, chosen: readonly Remaining[], slot: Slot): Promise<Sent> {
    const { job, message } = seen;
    const on = rowForNextClaim(seen.rows);
    const key = rowKey({ job, task }, on);
    const row = seen.rows[on];
    const userIds = chosen.map(({ userId }) => userId);
    const claim: Claim = {
      id: drawId(),
      slotMs: slot.slotMs,
      untilMs: clock.now() + leaseMs(callTimeoutMs),
      count: chosen.length,
      ...(on === "retry" && { receivers: userIds }),
    };
    const release = () => rows.release(key, row, claim.id);
    const claimed = await rows.claim(key, row, claim).catch(async (error: unknown) => {
      await release(); // whether it was written is unknown; after this a claim still under way fails
      throw error;
    });
    if (!claimed) return { kind: "again" };
    // A read of the job is valid only for so long: it may have been paused and resumed meanwhile.
    if (clock.now() - seen.readAtMs > CLAIM_WINDOW_MS || isLate(slot) || isShut(job, clock.now())) {
      await release();
      return { kind: "again" };
    }

    const leftMs = clock.now();
    const leaveByMs = slot.slotMs + marginMs - slot.aheadMs;
    const trace = job.trace && childOf(job.trace, claim.id);
    const answer = await rtcOf(job.account).send(message, userIds, leaveByMs, onBroken(task), trace);
    if (answer.kind === "refused" && answer.why !== "request") {
      await persist(clock, claim.untilMs, release);
      return afterRefusal(task, job, answer);
    }
    const atMs = clock.now();
    if (isLate(slot)) {
      const { slotMs, aheadMs, call } = slot;
      const spent = { slotMs, count: chosen.length, answeredAtMs: atMs + aheadMs, ...(call !== undefined && { call }) };
      await persist(clock, claim.untilMs, () => bucket.moveLate(job.account, spent));
    }
    const result = toResult(answer, chosen, { delivery: job.delivery, atMs });
    const withOurs = withClaim(seen.rows, on, claim);
    const recorded = await persist(clock, claim.untilMs, () => rows.record(key, withOurs[on], claim.id, result));
    if (recorded) report({ ...calledOf(seen, task, result, leftMs), tookMs: atMs - leftMs, ...namesOf(task) });
    if (!recorded) await addLateAnswer({ job, task }, claim.id, result.sent, atMs + callTimeoutMs);
    if (answer.kind === "unclear") await hold(task, job.account, "unclear", answer);
    else if (slot.probe) await bucket.lift(job.account);
    return { kind: "again", ...(recorded && { seen: { ...seen, rows: withResult(withOurs, on, result) } }) };
  }

  async function afterRefusal(task: Task, job: Job, answer: NotReady): Promise<Sent> {
    if (answer.why === "flow" || answer.why === "credentials") {
      await hold(task, job.account, answer.why, answer);
      return { kind: "again" };
    }
    if (answer.why === "late") return { kind: "again" };
    if (answer.holds) {
      await hold(task, job.account, "not-sent", answer);
      return { kind: "again" };
    }
    report({ event: "not-sent", code: answer.code, ...namesOf(task) });
    return { kind: "wait", untilMs: clock.now() + NOT_SENT_PAUSE_MS, why: "not-sent" };
  }

  async function hold(task: Task, account: string, why: HoldReason, { code, requestId, ...answer }: Told) {
    report({ event: "held", why, code, account, ...namesOf(task), ...(requestId !== undefined && { requestId }) });
    await bucket.hold(account, why, "retryAfterMs" in answer ? answer.retryAfterMs : undefined);
  }
}
