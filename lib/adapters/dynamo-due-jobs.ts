import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Lane } from "../domain/job.ts";
import { mergePages, type Page } from "../domain/merge-pages.ts";
import type { DueJob, DueJobs } from "../ports/due-jobs.ts";
import { type Item, N, numberOf, textOf } from "./dynamo-attributes.ts";
import { duePk, SHARDS, toJobId } from "./dynamo-job-item.ts";
import type { DynamoTable } from "./dynamo-table.ts";

type Due = DueJob & Readonly<{ dueAtMs: number }>;
/** What was read of one shard so far. `start`: where to read on, if more may follow. */
type Shard = Readonly<{ shard: number; page: Page<Due, number>; start?: Item }>;

const SOONEST_FIRST = { placeOf: ({ dueAtMs }: Due) => dueAtMs, isBefore: (a: number, b: number) => a < b };

/** One page of each shard nearly always holds `limit` jobs: they are spread about evenly. */
const pageOf = (limit: number): number => Math.ceil((1.5 * limit) / SHARDS.length) + 5;

/** Job items in the index `due`. @param pageSize items to a page of a shard, for tests */
export function dynamoDueJobs({
  client,
  table,
  pageSize,
}: DynamoTable & Readonly<{ pageSize?: number | undefined }>): DueJobs {
  return {
    async due(lane, untilMs, limit) {
      const read = (shard: Shard) => readOn(shard, lane, untilMs, pageSize ?? pageOf(limit));
      let shards = await Promise.all(SHARDS.map((shard) => read({ shard, page: { items: [] } })));
      for (;;) {
        const pages = shards.map(({ page }) => page);
        const { items, next } = mergePages(pages, SOONEST_FIRST, limit);
        if (items.length >= limit || next === undefined) return items.map(({ id, account }) => ({ id, account }));
        shards = await Promise.all(shards.map(async (one) => (one.start ? read(one) : one)));
      }
    },
  };

  async function readOn({ shard, page, start }: Shard, lane: Lane, untilMs: number, Limit: number): Promise<Shard> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "due",
        KeyConditionExpression: "duePk = :pk AND dueAt <= :until",
        ExpressionAttributeValues: { ":pk": duePk(lane, shard), ":until": N(untilMs) },
        Limit,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const items = [...page.items, ...Items.map(toDue)];
    if (!LastEvaluatedKey) return { shard, page: { items } };
    return { shard, page: { items, stoppedAt: numberOf(LastEvaluatedKey, "dueAt") }, start: LastEvaluatedKey };
  }
}

const toDue = (item: Item): Due => ({
  id: toJobId(item),
  account: textOf(item, "account"),
  dueAtMs: numberOf(item, "dueAt"),
});
