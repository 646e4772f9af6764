import { hash } from "node:crypto";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Lane } from "../domain/job.ts";
import type { Task } from "../domain/task.ts";
import type { TaskQueue } from "../ports/task-queue.ts";
import { askAgain, type Patience } from "./ask-again.ts";

/** SQS takes ten messages a call. @see SendMessageBatch in the SQS API reference */
const PER_CALL = 10;
/** Calls under way at once. */
const CALLS = 16;

type Options = Parameters<TaskQueue["enqueue"]>[2];

export type SqsTaskQueue = Readonly<{
  client: SQSClient;
  urls: Readonly<Record<Lane, string>>;
  patience?: Partial<Patience>;
}>;

export function sqsTaskQueue({ client, urls, patience = {} }: SqsTaskQueue): TaskQueue {
  return {
    async enqueue(lane, tasks, options) {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < tasks.length) {
          const call = tasks.slice(next, next + PER_CALL);
          next += PER_CALL;
          await askAgain("SQS messages", call, (left) => send(urls[lane], left, options), patience);
        }
      };
      await Promise.all(Array.from({ length: Math.min(CALLS, Math.ceil(tasks.length / PER_CALL)) }, work));
    },
  };

  /** A call answers for each message apart. @returns what it did not take */
  async function send(url: string, tasks: readonly Task[], { group, delaySeconds }: Options): Promise<Task[]> {
    const Entries = tasks.map((task, i) => ({
      Id: String(i),
      MessageBody: JSON.stringify(task),
      MessageGroupId: hash("sha256", group), // a client id may hold what SQS does not take, or be too long for it
      ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    const bad = Failed.find(({ SenderFault }) => SenderFault);
    if (bad) throw new Error(`SQS refuses a message: ${bad.Code} ${bad.Message}`); // and would refuse it again
    return Failed.flatMap(({ Id }) => tasks[Number(Id)] ?? []);
  }
}
