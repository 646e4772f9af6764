import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Task } from "../domain/batches.ts";
import type { Lane } from "../domain/job.ts";
import type { TaskQueue } from "../use-cases/record-attempt.ts";

/** SQS takes ten messages a call. @see SendMessageBatch in the SQS API reference */
const PER_CALL = 10;
/** Calls under way at once. */
const CALLS = 16;
/** An entry SQS did not take is sent again this often before the whole call counts as failed. */
const ROUNDS = 4;

export function sqsTaskQueue(client: SQSClient, urls: Readonly<Record<Lane, string>>): TaskQueue {
  return {
    async enqueue(lane, tasks, delaySeconds) {
      const calls: Task[][] = [];
      for (let from = 0; from < tasks.length; from += PER_CALL) calls.push(tasks.slice(from, from + PER_CALL));
      const workers = Array.from({ length: Math.min(CALLS, calls.length) }, async () => {
        for (let call = calls.shift(); call; call = calls.shift()) await sendAll(urls[lane], call, delaySeconds);
      });
      await Promise.all(workers);
    },
  };

  /** A call answers for each message apart: what it did not take is sent again, never dropped. */
  async function sendAll(url: string, tasks: readonly Task[], delaySeconds: number): Promise<void> {
    let left = tasks;
    for (let round = 0; round < ROUNDS; round++) {
      const Entries = left.map((task, i) => ({
        Id: String(i),
        MessageBody: JSON.stringify(task),
        MessageGroupId: task.job, // fair queues: a large job does not starve the others
        ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
      left = Failed.flatMap(({ Id }) => left[Number(Id)] ?? []);
      if (left.length === 0) return;
    }
    throw new Error(`SQS did not take ${left.length} of ${tasks.length} messages`);
  }
}
