import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Counts, NO_COUNTS } from "../domain/outcome.ts";
import type { Tallies } from "../use-cases/record-attempt.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { toCounts, toCountsMap } from "./dynamo-batch-item.ts";
import { jobKey, jobPk } from "./dynamo-job-item.ts";

export type DynamoTallies = Readonly<{ client: DynamoDBClient; table: string; expiresAtS: () => number }>;

/** Counts in a few items a job; each holds the names of the changes it counted, so that none counts twice. */
export function dynamoTallies({ client, table, expiresAtS }: DynamoTallies): Tallies {
  return {
    async add(job, tally, { tag, counts }) {
      const { sent, unknown, failed, canceled } = toCountsMap(counts);
      const command = new UpdateItemCommand({
        TableName: table,
        Key: { pk: jobPk(job.id), sk: S(`TALLY#${String(tally).padStart(6, "0")}`) },
        UpdateExpression:
          "ADD done :tags, sent :sent, #unknown :unknown, failed :failed, canceled :canceled SET expiresAt = :expiresAt",
        ConditionExpression: "attribute_not_exists(done) OR NOT contains(done, :tag)",
        ExpressionAttributeNames: { "#unknown": "unknown" },
        ExpressionAttributeValues: {
          ":tags": { SS: [tag] },
          ":tag": S(tag),
          ":sent": sent ?? N(0),
          ":unknown": unknown ?? N(0),
          ":failed": failed ?? N(0),
          ":canceled": canceled ?? N(0),
          ":expiresAt": N(expiresAtS()),
        },
        ReturnValues: "ALL_NEW",
      });
      try {
        return toCounts((await client.send(command)).Attributes ?? {});
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    async read({ id }) {
      let counts: Counts = NO_COUNTS;
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk AND begins_with(sk, :tally)",
            ExpressionAttributeValues: { ":pk": jobPk(id), ":tally": S("TALLY#") },
            ConsistentRead: true,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        for (const item of page.Items ?? []) counts = plus(counts, toCounts(item));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return counts;
    },

    async finish({ id }) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: jobKey(id),
        UpdateExpression: "SET #state = :done REMOVE duePk, dueAt",
        ConditionExpression: "#state IN (:running, :paused, :scheduled)", // a canceled job stays canceled
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ":done": S("done"),
          ":running": S("running"),
          ":paused": S("paused"),
          ":scheduled": S("scheduled"),
        },
      });
      await client.send(command).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    },
  };
}

const plus = (a: Counts, b: Counts): Counts => ({
  sent: a.sent + b.sent,
  unknown: a.unknown + b.unknown,
  failed: a.failed + b.failed,
  canceled: a.canceled + b.canceled,
});
