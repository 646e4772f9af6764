import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from "@aws-sdk/client-sqs";
import { nudgeDispatch } from "../../local/nudge-dispatch.ts";
import type { Volley } from "./volley.ts";

// What a test sees of a local stack besides its API: the upstream's inboxes, the tables, the queues.

const LOCAL = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** What the upstream delivered: user → message ids, oldest first. */
export async function inboxOf({ simulator }: Pick<Volley, "simulator">): Promise<Map<string, readonly string[]>> {
  const text = await (await fetch(`${simulator.url}/_sim/inbox`)).text();
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line)).map(({ userId, messageIds }) => [userId, messageIds]));
}

/** Every item of one of the stack's tables. */
export async function itemsOf({ stack }: Pick<Volley, "stack">, table: "results" | "quota") {
  const client = new DynamoDBClient({ ...LOCAL, endpoint: stack.endpoint("dynamodb") });
  const items = [];
  for await (const page of paginateScan({ client }, { TableName: `volley-local-${table}` })) {
    items.push(...(page.Items ?? []));
  }
  client.destroy();
  return items;
}

/** Messages on a queue: waiting, delayed, or with a worker. */
export async function queued({ stack }: Pick<Volley, "stack">, name: string): Promise<number> {
  const client = new SQSClient({ ...LOCAL, endpoint: stack.endpoint("sqs") });
  const counts = ["", "Delayed", "NotVisible"].map(
    (kind) => `ApproximateNumberOfMessages${kind}` as QueueAttributeName,
  );
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl(stack, name), AttributeNames: counts });
  const { Attributes = {} } = await client.send(get);
  client.destroy();
  return counts.reduce((sum, count) => sum + Number(Attributes[count]), 0);
}

/** Ask for a dispatch run every `everyS` seconds: a minute is long for a test. */
export function dispatchEvery({ stack }: Pick<Volley, "stack">, everyS: number): Readonly<{ stop(): Promise<void> }> {
  const client = new SQSClient({ ...LOCAL, endpoint: stack.endpoint("sqs") });
  return nudgeDispatch(client, queueUrl(stack, "dispatch"), ["account"], everyS);
}

const queueUrl = (stack: Volley["stack"], name: string): string =>
  `${stack.endpoint("sqs")}/000000000000/volley-local-${name}`;
