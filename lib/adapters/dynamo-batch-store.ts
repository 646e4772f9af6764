import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type BatchState, UNTOUCHED } from "../domain/batch-state.ts";
import type { Task } from "../domain/batches.ts";
import type { BatchStore } from "../use-cases/deliver.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { fromBatchItem, taskKey, toCountsMap, toTryMap, tryName } from "./dynamo-batch-item.ts";
import { fromJobItem, jobKey, jobPk } from "./dynamo-job-item.ts";

/** An item of another table that rides along in the same read, so that what comes next starts from a fresh copy. */
export type Companion = Readonly<{ table: string; key: Item; take: (item: Item | undefined) => void }>;

export type DynamoBatchStore = Readonly<{
  client: DynamoDBClient;
  table: string;
  /** When what is written now is forgotten, epoch seconds. */
  expiresAtS: () => number;
  companion?: Companion;
}>;

/** BatchGetItem may leave keys out when it is throttled; asked again this often before the message goes back. */
const READS = 5;

export function dynamoBatchStore({ client, table, expiresAtS, companion }: DynamoBatchStore): BatchStore {
  return {
    async look(task) {
      const keys = [jobKey(task.job), taskKey(task)];
      const found = await read({
        [table]: { Keys: keys, ConsistentRead: true },
        ...(companion && { [companion.table]: { Keys: [companion.key], ConsistentRead: true } }),
      });
      const items = found[table] ?? [];
      const job = items.find((item) => item["sk"]?.S === "JOB");
      companion?.take(found[companion.table]?.[0]);
      return { ...(job && { job: fromJobItem(job) }), batch: fromBatchItem(items.find((item) => item !== job)) };
    },

    async claim(task, batch, { receivers, untilMs }) {
      const claim = { id: randomUUID(), count: receivers.length, untilMs };
      const isMine = (item: Item | undefined) => item?.["claim"]?.M?.["id"]?.S === claim.id;
      const change = {
        UpdateExpression:
          "SET rev = :next, claim = :claim, n = :n, attempt = if_not_exists(attempt, :attempt), expiresAt = :expiresAt",
        ExpressionAttributeValues: {
          ":claim": { M: { id: S(claim.id), count: N(claim.count), untilMs: N(untilMs) } },
          ":n": N(task.batch.n),
          ":attempt": N(task.attempt),
          ":expiresAt": N(expiresAtS()),
        },
      };
      // The SDK repeats a write whose answer got lost: the repetition fails, yet the claim is ours.
      const written = await update(task, batch, change, isMine);
      const attempt = batch.rev === UNTOUCHED.rev ? task.attempt : batch.attempt;
      return written ? { ...batch, rev: batch.rev + 1, attempt, claim } : undefined;
    },

    async release(task, batch) {
      await update(task, batch, { UpdateExpression: "SET rev = :next REMOVE claim" });
    },

    record(task, batch, entry) {
      const { failed, unknown, retry } = entry.try;
      // Listing what went wrong reads only these batches; what another attempt comes to is found from here too.
      const mayHaveFailures =
        task.attempt === 1 && [failed, unknown, retry].some((part) => Object.keys(part).length > 0);
      const sets = [
        "rev = :next",
        "#try = :try",
        "attempt = :attempt",
        "n = :n",
        "covers = :covers",
        "#last = if_not_exists(#last, :last)",
        "#change = :change",
        "expiresAt = :expiresAt",
        ...(mayHaveFailures ? ["failuresPk = :job"] : []),
      ];
      return update(task, batch, {
        UpdateExpression: `SET ${sets.join(", ")}${entry.endsClaim ? " REMOVE claim" : ""}`,
        ExpressionAttributeNames: { "#try": tryName(batch.tries.length), "#last": "last", "#change": "change" },
        ExpressionAttributeValues: {
          ":try": { M: toTryMap(entry.try) },
          ":attempt": N(entry.nextAttempt),
          ":n": N(task.batch.n),
          ":covers": N(entry.covers),
          ":last": S(entry.last),
          ":change": { M: { tag: S(entry.change.tag), ...toCountsMap(entry.change.counts) } },
          ":expiresAt": N(expiresAtS()),
          ...(mayHaveFailures ? { ":job": jobPk(task.job) } : {}),
        },
      });
    },
  };

  /** One write, on condition that nobody wrote since `batch` was read. */
  async function update(
    task: Task,
    batch: BatchState,
    change: Partial<UpdateItemCommandInput>,
    isDone: (item: Item | undefined) => boolean = () => false,
  ): Promise<boolean> {
    const fresh = batch.rev === UNTOUCHED.rev;
    const command = new UpdateItemCommand({
      TableName: table,
      Key: taskKey(task),
      ...change,
      ConditionExpression: fresh ? "attribute_not_exists(rev)" : "rev = :rev",
      ExpressionAttributeValues: {
        ...change.ExpressionAttributeValues,
        ":next": N(batch.rev + 1),
        ...(fresh ? {} : { ":rev": N(batch.rev) }),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return isDone(error.Item);
      throw error;
    }
  }

  async function read(
    request: Record<string, { Keys: Item[]; ConsistentRead: boolean }>,
  ): Promise<Record<string, Item[]>> {
    const found: Record<string, Item[]> = {};
    let left: typeof request | undefined = request;
    for (let i = 0; left && i < READS; i++) {
      const command: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: left });
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(command);
      for (const [name, items] of Object.entries(Responses)) found[name] = [...(found[name] ?? []), ...items];
      left = Object.keys(UnprocessedKeys).length > 0 ? (UnprocessedKeys as typeof request) : undefined;
    }
    if (left) throw new Error("DynamoDB left keys unread"); // throttled: the message comes back
    return found;
  }
}
