import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from "@aws-sdk/client-sqs";
import { nudgeDispatch } from "../../local/nudge-dispatch.ts";
import type { Volley } from "./volley.ts";

// What a test sees of a local stack besides its API: the upstream's inboxes, the tables, the queues.

const LOCAL = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

type Inside = Pick<Volley, "stack">;
const made = new WeakMap<Volley["stack"], ReturnType<typeof makeClients>>();

const makeClients = (stack: Volley["stack"]) => ({
  dynamo: new DynamoDBClient({ ...LOCAL, endpoint: stack.endpoint("dynamodb") }),
  sqs: new SQSClient({ ...LOCAL, endpoint: stack.endpoint("sqs") }),
});

/** One of each for a stack: making a client costs more than a call. */
function clientsOf({ stack }: Inside): ReturnType<typeof makeClients> {
  const clients = made.get(stack) ?? makeClients(stack);
  made.set(stack, clients);
  return clients;
}

/** What the upstream delivered: user → message ids, oldest first. */
export async function inboxOf({ simulator }: Pick<Volley, "simulator">): Promise<Map<string, readonly string[]>> {
  const text = await (await fetch(`${simulator.url}/_sim/inbox`)).text();
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line)).map(({ userId, messageIds }) => [userId, messageIds]));
}

/** Every item of one of the stack's tables. */
export async function itemsOf(volley: Inside, table: "results" | "quota") {
  const { dynamo: client } = clientsOf(volley);
  const items = [];
  for await (const page of paginateScan({ client }, { TableName: `volley-local-${table}` })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

/** Messages on a queue: waiting, delayed, or with a worker. */
export async function queued(volley: Inside, name: string): Promise<number> {
  const counts = ["", "Delayed", "NotVisible"].map(
    (kind) => `ApproximateNumberOfMessages${kind}` as QueueAttributeName,
  );
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl(volley.stack, name), AttributeNames: counts });
  const { Attributes = {} } = await clientsOf(volley).sqs.send(get);
  return counts.reduce((sum, count) => sum + Number(Attributes[count]), 0);
}

/** Ask for a dispatch run every `everyS` seconds: a minute is long for a test. */
export function dispatchEvery(volley: Inside, everyS: number): Readonly<{ stop(): Promise<void> }> {
  return nudgeDispatch(clientsOf(volley).sqs, queueUrl(volley.stack, "dispatch"), ["account"], everyS);
}

const queueUrl = (stack: Volley["stack"], name: string): string =>
  `${stack.endpoint("sqs")}/000000000000/volley-local-${name}`;
