import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { declaredOf, type Made, type Properties, type Resources, resolveIn } from "./template.ts";

/** Make every queue that `resources` declares, as declared; those that are there keep their messages. */
export async function createQueues(sqs: SQSClient, endpoint: string, resources: Resources): Promise<Map<string, Made>> {
  const made = new Map<string, Made>();
  for (const [id, properties] of deadLettersFirst(declaredOf(resources, "AWS::SQS::Queue"))) {
    made.set(id, await createQueue(sqs, endpoint, properties, made));
  }
  return made;
}

const deadLettersFirst = (queues: [string, Properties][]) =>
  queues.toSorted(([, a], [, b]) => Number("RedrivePolicy" in a) - Number("RedrivePolicy" in b));

async function createQueue(
  sqs: SQSClient,
  endpoint: string,
  { QueueName, ...properties }: Properties,
  made: ReadonlyMap<string, Made>,
): Promise<Made> {
  const Attributes = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, asAttribute(resolveIn(value, made))]),
  );
  const found = await findQueue(sqs, String(QueueName));
  if (found !== undefined) await sqs.send(new SetQueueAttributesCommand({ QueueUrl: found, Attributes }));
  const url = found ?? (await sqs.send(new CreateQueueCommand({ QueueName: String(QueueName), Attributes }))).QueueUrl;
  const ref = new URL(new URL(String(url)).pathname, endpoint).href; // a kept queue remembers the port of its first run
  const get = new GetQueueAttributesCommand({ QueueUrl: ref, AttributeNames: ["QueueArn"] });
  return { ref, arn: (await sqs.send(get)).Attributes?.QueueArn ?? "" };
}

const asAttribute = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));

async function findQueue(sqs: SQSClient, QueueName: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}
