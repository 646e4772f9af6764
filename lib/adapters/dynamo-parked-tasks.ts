import { BatchWriteItemCommand, type DynamoDBClient, QueryCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { batchName, type Task } from "../domain/batches.ts";
import { readTask } from "../domain/read-task.ts";
import type { ParkedTasks } from "../use-cases/control-job.ts";
import { type Item, N, S, textOf } from "./dynamo-attributes.ts";
import { jobPk } from "./dynamo-job-item.ts";

export type DynamoParkedTasks = Readonly<{ client: DynamoDBClient; table: string; expiresAtS: () => number }>;

/** BatchWriteItem takes 25 writes. */
const WRITES_PER_CALL = 25;
/** Calls under way at once. */
const CALLS = 8;
/** What a call left undone is asked again this often. */
const ROUNDS = 6;
/** Tasks to a page: about a megabyte, which is a Query's own limit. */
const PAGE = 100;

export function dynamoParkedTasks({ client, table, expiresAtS }: DynamoParkedTasks): ParkedTasks {
  return {
    park(tasks) {
      const expiresAt = N(expiresAtS());
      return write(tasks, (task) => ({
        PutRequest: { Item: { ...keyOf(task), task: S(JSON.stringify(task)), expiresAt } },
      }));
    },

    async *list(jobId) {
      let start: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk AND begins_with(sk, :parked)",
            ExpressionAttributeValues: { ":pk": jobPk(jobId), ":parked": S("PARKED#") },
            Limit: PAGE,
            ConsistentRead: true,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        const tasks = (page.Items ?? []).map((item) => readTask(textOf(item, "task")));
        if (tasks.length > 0) yield tasks;
        start = page.LastEvaluatedKey;
      } while (start);
    },

    remove: (tasks) => write(tasks, (task) => ({ DeleteRequest: { Key: keyOf(task) } })),
  };

  async function write(tasks: readonly Task[], toRequest: (task: Task) => WriteRequest): Promise<void> {
    const calls: WriteRequest[][] = [];
    for (let from = 0; from < tasks.length; from += WRITES_PER_CALL) {
      calls.push(tasks.slice(from, from + WRITES_PER_CALL).map(toRequest));
    }
    const workers = Array.from({ length: Math.min(CALLS, calls.length) }, async () => {
      for (let call = calls.shift(); call; call = calls.shift()) await writeAll(call);
    });
    await Promise.all(workers);
  }

  /** A call may leave writes undone when it is throttled: asked again, never dropped. */
  async function writeAll(requests: WriteRequest[]): Promise<void> {
    let left: WriteRequest[] = requests;
    for (let round = 0; round < ROUNDS; round++) {
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
      left = UnprocessedItems?.[table] ?? [];
      if (left.length === 0) return;
    }
    throw new Error(`DynamoDB left ${left.length} of ${requests.length} writes undone`);
  }
}

/** The attempt is part of the name: the first and a later attempt of a batch may wait side by side. */
const keyOf = (task: Task): Item => ({
  pk: jobPk(task.job),
  sk: S(`PARKED#${batchName(task.batch)}.${task.attempt}`),
});
