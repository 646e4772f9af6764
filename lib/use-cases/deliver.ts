import { EXPRESS_WAIT_MS } from "../domain/delivery-times.ts";
import { toDelaySeconds } from "../domain/job.ts";
import { nextStep } from "../domain/next-step.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { Task } from "../domain/task.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import { type CountPorts, makeCountBatch } from "./count-batch.ts";
import { makeReadBatch, type ReadBatchPorts } from "./read-batch.ts";
import { makeRecordAttempt, type RecordPorts } from "./record-attempt.ts";
import { makeSendBatch, type SendPorts } from "./send-batch.ts";
import { makeWaitTogether } from "./wait-together.ts";

export type DeliverPorts = ReadBatchPorts & RecordPorts & CountPorts & SendPorts & Readonly<{ queue: TaskQueue }>;

/** Kept free at the end of a worker's time, besides the call itself, to record its result. */
const RECORD_ROOM_MS = 5_000;

/**
 * Deliver one task: read, reserve quota, wait, claim, sign and send, record, count. A bulk task is worked off to its
 * end while the worker's time lasts: the rest when the quota split it, later attempts after their backoff. An express task
 * goes back to its queue for every longer wait, so that it keeps no worker from others.
 *
 * @returns a function of the task and `deadlineMs` (epoch ms), when the worker's time is over. It throws whatever the table
 *   and the queue throw: the message then comes back by itself, and should it get lost, dispatch queues its batch again.
 */
export function makeDeliver(ports: DeliverPorts): (task: Task, deadlineMs: number) => Promise<Settled> {
  const { clock, queue, random, callTimeoutMs } = ports;
  const waiting = makeWaitTogether(clock);
  const readBatch = makeReadBatch(ports);
  const send = makeSendBatch(ports);
  const { resolve } = makeRecordAttempt(ports);
  const { countFinished } = makeCountBatch(ports);

  return (task, deadlineMs) => waiting.during(() => deliver(task, deadlineMs));

  async function deliver(task: Task, deadlineMs: number): Promise<Settled> {
    const lastMs = deadlineMs - callTimeoutMs - RECORD_ROOM_MS;
    let seen = await readBatch(task);
    for (;;) {
      const { job, message } = seen;
      const step = nextStep(job, seen.rows, seen.late, task, clock.now());
      if (step.do === "drop" || job === undefined) return DELETE;
      const waitedUntil = async (atMs: number): Promise<boolean> =>
        job.lane === "bulk" && atMs <= lastMs && waiting.until(atMs);
      switch (step.do) {
        case "go-back":
          return { kind: "go-back", atMs: step.atMs };
        case "resolve":
          await resolve({ job, task }, seen, step.claim, false);
          break;
        case "count":
          await countFinished({ job, task }, seen);
          return DELETE;
        case "wait":
          if (!(await waitedUntil(step.atMs))) return { kind: "go-back", atMs: step.atMs };
          break;
        case "send": {
          if (message === undefined) throw new Error(`run ${task.run} has no message`);
          const sent = await send(task, { ...seen, job, message }, step.receivers, lastMs);
          // What a pause makes void dispatch queues again once it is over.
          if (sent.kind === "void" || (sent.kind === "paused" && job.lane === "bulk")) return DELETE;
          if (sent.kind === "paused") return requeue(task, job.clientId, sent.untilMs + spread());
          if (sent.kind === "again" && sent.seen) {
            seen = sent.seen;
            continue;
          }
          if (sent.kind === "again") break;
          if (sent.why === "quota" && job.lane === "express")
            return requeue(task, job.clientId, sent.untilMs + spread());
          if (sent.why === "quota" || !(await waitedUntil(sent.untilMs)))
            return { kind: "go-back", atMs: sent.untilMs };
        }
      }
      seen = await readBatch(task);
    }
  }

  /** Many that wait for the same return of tokens do not all ask at once. Half of what one may wait: more only costs time. */
  function spread(): number {
    return Math.floor((random() * EXPRESS_WAIT_MS) / 2);
  }

  /** An express task goes back as a new message, so that waiting for quota does not count as failing. */
  async function requeue(task: Task, group: string, atMs: number): Promise<Settled> {
    const delaySeconds = Math.max(1, toDelaySeconds(atMs - clock.now() - 1_000)); // SQS counts in seconds: rather early than late
    await queue.enqueue("express", [task], { group, delaySeconds });
    return DELETE;
  }
}
