import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { endOfMinuteMs, minuteOf } from "../domain/minute.ts";
import type { RequestCounter } from "../ports/request-counter.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { unavailableIfAway } from "./dynamo-reads.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/**
 * One item a client in the quota table: a minute, and how many requests it had. A function whose clock is behind counts in
 * the minute that the item has reached already.
 */
export function dynamoRequestCounter({ client, table }: DynamoTable): RequestCounter {
  return {
    async take(clientId, limit, nowMs) {
      const minute = minuteOf(nowMs);
      const add = () =>
        update(clientId, "SET #count = #count + :one", "#minute >= :minute AND #count < :limit", {
          ":minute": N(minute),
          ":one": N(1),
          ":limit": N(limit),
        });
      const begin = () =>
        update(clientId, "SET #minute = :minute, #count = :one", "attribute_not_exists(pk) OR #minute < :minute", {
          ":minute": N(minute),
          ":one": N(1),
        });
      // The second `add` is for those whom another request beat to the first one of a minute.
      const allowed = (await add()) || (await begin()) || (await add());
      return { allowed, resetMs: endOfMinuteMs(minute) };
    },
  };

  /** @returns false if the condition does not hold */
  async function update(clientId: string, change: string, condition: string, values: Item): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { pk: S(`REQUESTS#${clientId}`) },
      UpdateExpression: change,
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#minute": "minute", "#count": "count" },
      ExpressionAttributeValues: values,
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw unavailableIfAway(error); // at worst the request is counted, and was not served
    }
  }
}
