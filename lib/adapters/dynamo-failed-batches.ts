import type { FailedBatches } from "../ports/failed-batches.ts";
import { S, textOf } from "./dynamo-attributes.ts";
import { queryItems } from "./dynamo-query-items.ts";
import { padId, runPk, unpadId } from "./dynamo-run-key.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** Sorts after every id of 19 digits. */
const END = ":";

export function dynamoFailedBatches({ client, table }: DynamoTable): FailedBatches {
  return {
    async list(run, { from, to }, limit) {
      const firsts = new Set<string>(); // both rows of a batch may be in the index, one after the other
      const last = to === undefined ? END : padId(String(BigInt(to) - 1n));
      if (limit <= 0 || padId(from) > last) return []; // DynamoDB refuses an empty range
      const found = queryItems(client, {
        TableName: table,
        IndexName: "failures",
        KeyConditionExpression: "failuresPk = :run AND failuresSk BETWEEN :from AND :last",
        ExpressionAttributeValues: { ":run": runPk(run), ":from": S(padId(from)), ":last": S(last) },
        Limit: 2 * limit,
      });
      for await (const item of found) {
        firsts.add(unpadId(textOf(item, "failuresSk")));
        if (firsts.size === limit) break;
      }
      return [...firsts];
    },
  };
}
