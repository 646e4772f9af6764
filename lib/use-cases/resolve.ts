import { type BatchState, type Step, untried } from "../domain/batch-state.ts";
import { batchName, type Task } from "../domain/batches.ts";
import type { Job } from "../domain/job.ts";
import { allOf, makeTry } from "../domain/outcome.ts";
import { readAnswer } from "../domain/read-answer.ts";
import type { ParkedTasks } from "./control-job.ts";
import { makeRecord, type Recording, toDelay } from "./record-attempt.ts";

/** A message's job and batch as they stood at `atMs`, and what follows from them. */
export type Seen = Readonly<{ job: Job | undefined; batch: BatchState; atMs: number; step: Step }>;

export type DroppedEvent = Readonly<{ event: "dropped"; why: string; job: string; batch: string }>;

export type Settling = Recording &
  Readonly<{
    parked: Pick<ParkedTasks, "park" | "remove">;
    report: (event: DroppedEvent) => void;
  }>;

/** Settle a message whose receivers are not to be sent to now. */
export function makeSettle(ports: Settling) {
  const { batches, parked, queue, report } = ports;
  const { recordIfUnchanged, follow } = makeRecord(ports);

  return async function settle(task: Task, { job, batch, atMs, step }: Seen): Promise<void> {
    if (step.do === "drop" || !job) {
      const why = step.do === "drop" ? step.why : "NoSuchJob";
      return report({ event: "dropped", why, job: task.job, batch: batchName(task.batch) });
    }
    const facts = { atMs, attempt: task.attempt };
    switch (step.do) {
      case "look-again":
        return queue.enqueue(job.lane, [task], toDelay(step.afterMs));
      case "park":
        return park(task);
      case "finish":
        return follow(job, task, batch);
      case "give-up": {
        const lost = untried(task, batch).slice(0, batch.claim?.count);
        const delivery = step.again ? "at-least-once" : "at-most-once";
        const { maybeTwice = false } = task;
        const made = readAnswer({ kind: "unclear", code: "WorkerLost" }, lost, { ...facts, delivery, maybeTwice });
        if (await recordIfUnchanged(job, task, batch, lost, made)) return;
        return queue.enqueue(job.lane, [task], 1); // somebody was faster: see what is true now
      }
      case "cancel": {
        const own = untried(task, batch);
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
}
