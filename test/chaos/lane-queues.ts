import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";

const LANES = ["express", "bulk"];
const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
] as const;

/** Both lanes of the local stack. */
export function laneQueues(endpoint: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint, region: "ap-southeast-1", credentials });
  return { areEmpty, close: () => sqs.destroy() };

  /** No task waits, is delayed or is in hand. A queue that does not answer is not known to be empty. */
  async function areEmpty(): Promise<boolean> {
    for (const lane of LANES) {
      const QueueUrl = `${endpoint}/000000000000/volley-local-${lane}`;
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
      const answer = await sqs.send(asked).catch(() => undefined);
      if (!answer || COUNTS.some((name) => Number(answer.Attributes?.[name] ?? 0) > 0)) return false;
    }
    return true;
  }
}
