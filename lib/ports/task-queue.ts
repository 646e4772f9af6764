import type { Lane } from "../domain/job.ts";
import type { Task } from "../domain/task.ts";

export interface TaskQueue {
  /**
   * Put tasks on a lane's queue. A failure may leave some of them queued: tasks are safe to repeat.
   *
   * @param group tasks of one group do not hold up those of others, as far as the queue can help it
   * @param delaySeconds 0 to 900, SQS's own limit
   */
  enqueue(
    lane: Lane,
    tasks: readonly Task[],
    options: Readonly<{ group: string; delaySeconds: number }>,
  ): Promise<void>;
}
