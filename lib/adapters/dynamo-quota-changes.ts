import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { QuotaChange } from "../domain/quota/standing.ts";
import { type Item, mapOf, S } from "./dynamo-attributes.ts";
import { fromChangeMap, toChangeMap } from "./dynamo-quota-standing.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** So many changes of an account are kept. */
const KEPT = 50;

/**
 * The changes of an account's quota, beside its item: what every reservation writes has to stay small. Each is an attribute
 * under its number, so that keeping it twice, or by two processes at once, is the same as once.
 */
export function dynamoQuotaChanges({ client, table: TableName }: DynamoTable) {
  const keyOf = (account: string): Item => ({ pk: S(`CHANGES#${account}`) });

  return {
    async keep(account: string, change: QuotaChange | undefined): Promise<void> {
      if (change === undefined) return;
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(account),
          UpdateExpression: "SET #new = :change REMOVE #old",
          ExpressionAttributeNames: { "#new": nameOf(change.n), "#old": nameOf(change.n - KEPT) },
          ExpressionAttributeValues: { ":change": { M: toChangeMap(change) } },
        }),
      );
    },

    /** The latest first. @param last it may not be kept yet */
    async all(account: string, last: QuotaChange | undefined): Promise<readonly QuotaChange[]> {
      const { Item = {} } = await client.send(
        new GetItemCommand({ TableName, Key: keyOf(account), ConsistentRead: true }),
      );
      const kept = Object.keys(Item)
        .filter((name) => NAME.test(name))
        .map((name) => fromChangeMap(mapOf(Item, name)));
      const all = last === undefined ? kept : [...kept.filter(({ n }) => n !== last.n), last];
      return all.toSorted((a, b) => b.n - a.n).slice(0, KEPT);
    },
  };
}

const nameOf = (n: number): string => `c${n}`;
const NAME = /^c[0-9]+$/;
