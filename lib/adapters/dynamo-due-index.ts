import { type AttributeValue, QueryCommand } from "@aws-sdk/client-dynamodb";
import { mergePages, type Page } from "../domain/merge-pages.ts";
import { type Item, N, numberOf } from "./dynamo-attributes.ts";
import { SHARDS } from "./dynamo-job-item.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/** A sparse index by time, spread over the shards. `pk` and `at`: names of its two keys. */
export type DueIndex = Readonly<{ name: string; pk: string; at: string }>;

type Due = Readonly<{ item: Item; atMs: number }>;
/** What was read of one shard so far. `start`: where to read on, if more may follow. */
type Shard = Readonly<{ shard: number; page: Page<Due, number>; start?: Item }>;

const SOONEST_FIRST = { placeOf: ({ atMs }: Due) => atMs, isBefore: (a: number, b: number) => a < b };

/** One page of each shard nearly always holds `limit` items: they are spread about evenly. */
const pageOf = (limit: number): number => Math.ceil((1.5 * limit) / SHARDS.length) + 5;

/**
 * Items that are due until `untilMs`, the longest due first; at most `limit`.
 *
 * @param pkOf the partition of a shard
 * @param pageSize items to a page of a shard, for tests
 */
export async function queryDue(
  { client, table, pageSize }: DynamoTable & Readonly<{ pageSize?: number | undefined }>,
  index: DueIndex,
  pkOf: (shard: number) => AttributeValue,
  { untilMs, limit }: Readonly<{ untilMs: number; limit: number }>,
): Promise<Item[]> {
  let shards = await Promise.all(SHARDS.map((shard) => readOn({ shard, page: { items: [] } })));
  for (;;) {
    const pages = shards.map(({ page }) => page);
    const { items, next } = mergePages(pages, SOONEST_FIRST, limit);
    if (items.length >= limit || next === undefined) return items.map(({ item }) => item);
    shards = await Promise.all(shards.map(async (one) => (one.start ? readOn(one) : one)));
  }

  async function readOn({ shard, page, start }: Shard): Promise<Shard> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index.name,
        KeyConditionExpression: `${index.pk} = :pk AND ${index.at} <= :until`,
        ExpressionAttributeValues: { ":pk": pkOf(shard), ":until": N(untilMs) },
        Limit: pageSize ?? pageOf(limit),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const items = [...page.items, ...Items.map((item) => ({ item, atMs: numberOf(item, index.at) }))];
    if (!LastEvaluatedKey) return { shard, page: { items } };
    return { shard, page: { items, stoppedAt: numberOf(LastEvaluatedKey, index.at) }, start: LastEvaluatedKey };
  }
}
