import { GetQueueAttributesCommand, PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";

/** The queues of tasks and their dead letters. Those of nudges and imports are left alone. */
const QUEUES = ["express", "bulk", "express-dead-letters", "bulk-dead-letters"];
const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
] as const;

/**
 * Empty the queues of the local stack, also of what workers have in hand.
 *
 * @returns how many messages were in them
 */
export async function purgeQueues(sqsUrl: string): Promise<number> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint: sqsUrl, region: "ap-southeast-1", credentials });
  let purged = 0;
  for (const name of QUEUES) {
    const QueueUrl = `${sqsUrl}/000000000000/volley-local-${name}`;
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
    const { Attributes = {} } = await sqs.send(get);
    for (const count of COUNTS) purged += Number(Attributes[count]);
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
  sqs.destroy();
  return purged;
}
