import { randomInt, randomUUID } from "node:crypto";
import type { BatchState } from "../../lib/domain/batch-state.ts";
import type { Task } from "../../lib/domain/batches.ts";
import type { Job } from "../../lib/domain/job.ts";
import { makeTry, NO_COUNTS, type Try } from "../../lib/domain/outcome.ts";
import type { JobStore } from "../../lib/use-cases/accept-job.ts";
import type { ParkedTasks, SteerStore } from "../../lib/use-cases/control-job.ts";
import type { BatchStore } from "../../lib/use-cases/deliver.ts";
import type { ResultReader } from "../../lib/use-cases/query-jobs.ts";
import type { BatchRecord, Tallies } from "../../lib/use-cases/record-attempt.ts";
import type { DueJobs } from "../../lib/use-cases/sweep.ts";

/** Everything one results table does. Suites make their own jobs in it, so that they can share a table. */
export type ResultsPorts = Readonly<{
  jobs: JobStore & Pick<SteerStore, "move"> & DueJobs;
  batches: BatchStore;
  tallies: Tallies;
  parked: ParkedTasks;
  results: ResultReader;
}>;

export type MakeResults = (now: () => number) => ResultsPorts;

export const NOW = Date.parse("2026-01-31T08:00:00Z");

/** A job nobody else has, of an app nobody else has. */
export const aJob = (parts: Partial<Job> = {}): Job => ({
  id: randomUUID().replaceAll("-", ""),
  message: { AppId: randomInt(1, 2 ** 31), Sender: "5", MsgType: 10001, Content: "hello" },
  lane: "bulk",
  delivery: "at-most-once",
  state: "accepting",
  receivers: 3,
  duplicatesDropped: 0,
  batches: 1,
  batchSize: 500,
  lastReceiver: "3",
  estimatedSeconds: 1,
  createdAtMs: NOW,
  acceptingUntilMs: NOW + 60_000,
  requestHash: "hash",
  owner: "local",
  ...parts,
});

export const aTask = (job: Job, parts: Partial<Task> = {}): Task => ({
  job: job.id,
  batch: { n: 0, part: 0, first: "1" },
  attempt: 1,
  receivers: "1,2,3",
  ...parts,
});

/** What is written down after an attempt at all of `task`. */
export function aRecord(task: Task, made: Partial<Try>, parts: Partial<BatchRecord> = {}): BatchRecord {
  const receivers = task.receivers.split(",");
  return {
    try: makeTry({ atMs: NOW, attempt: task.attempt, ...made }),
    nextAttempt: task.attempt + 1,
    change: { tag: `${task.batch.n}.1`, counts: NO_COUNTS },
    covers: receivers.length,
    last: receivers.at(-1) ?? "",
    endsClaim: true,
    ...parts,
  };
}

export async function claimAll({ batches }: ResultsPorts, task: Task): Promise<BatchState> {
  const { batch } = await batches.look(task);
  const receivers = task.receivers.split(",");
  const claimed = await batches.claim(task, batch, { receivers, untilMs: NOW + 15_000 });
  if (!claimed) throw new Error("nobody else is at it, and yet the claim failed");
  return claimed;
}
