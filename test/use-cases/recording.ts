import { memoryResults } from "../../lib/adapters/memory-results.ts";
import type { Task } from "../../lib/domain/batches.ts";
import type { Job } from "../../lib/domain/job.ts";
import { allOf, makeTry, type Try } from "../../lib/domain/outcome.ts";
import { makeRecord, type TaskQueue } from "../../lib/use-cases/record-attempt.ts";
import { aJob, aTask, NOW } from "../contracts/results-ports.ts";

export const IDS = ["1", "2", "3"];
export const sentTo = (ids: string[]): Try => makeTry({ atMs: NOW, attempt: 1, sent: allOf(ids, "7") });
export const lost = makeTry({ atMs: NOW, attempt: 1, unclear: true, unknown: allOf(IDS, "WorkerLost") });

/** A job whose only batch is to be recorded, and what was queued meanwhile. */
export async function setUp(parts: Partial<Job> = {}) {
  const ports = memoryResults(() => NOW);
  const enqueued: { task: Task; delay: number }[] = [];
  const queue: TaskQueue = {
    async enqueue(_lane, tasks, delay) {
      enqueued.push(...tasks.map((task) => ({ task, delay })));
    },
  };
  const job = aJob({ state: "running", ...parts });
  await ports.jobs.create(job);
  const look = async (task: Task) => (await ports.batches.look(task)).batch;
  const stateOf = async (): Promise<Job["state"] | undefined> => (await ports.results.job(job.id))?.state;
  return { ports, queue, job, task: aTask(job), enqueued, look, stateOf, ...makeRecord({ ...ports, queue }) };
}
