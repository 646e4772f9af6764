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
  const url = await findOrCreate(sqs, String(QueueName), Attributes);
  const ref = new URL(new URL(url).pathname, endpoint).href; // a kept queue remembers the port of its first run
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: ref, Attributes }));
  const get = new GetQueueAttributesCommand({ QueueUrl: ref, AttributeNames: ["QueueArn"] });
  return { ref, arn: (await sqs.send(get)).Attributes?.["QueueArn"] ?? "" };
}

async function findOrCreate(sqs: SQSClient, QueueName: string, Attributes: Record<string, string>): Promise<string> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  }
}

const asAttribute = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
