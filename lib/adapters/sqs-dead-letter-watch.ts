import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { minuteOf } from "../domain/minute.ts";

export type DeadLetterWatch = Readonly<{
  client: SQSClient;
  /** Of the queues; the dead letters of each are under its own name and `-dead-letters`. */
  urls: Readonly<Record<string, string>>;
}>;

/**
 * Look into one queue of dead letters, another one each minute: in as many minutes as there are queues all were looked into.
 * An alarm on each queue would cost six times as much.
 */
export function sqsDeadLetterWatch({ client, urls }: DeadLetterWatch) {
  const names = Object.keys(urls).sort();
  /** @returns which queue, and about how many letters are there */
  return async (nowMs: number): Promise<Readonly<{ queue: string; letters: number }>> => {
    const queue = names[minuteOf(nowMs) % names.length] ?? "";
    const get = new GetQueueAttributesCommand({
      QueueUrl: `${urls[queue]}-dead-letters`,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    const { Attributes } = await client.send(get);
    return { queue, letters: Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0) };
  };
}
