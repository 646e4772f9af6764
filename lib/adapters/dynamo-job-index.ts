import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { mergePages, type Page } from "../domain/merge-pages.ts";
import { placeInList } from "../domain/place-in-list.ts";
import type { JobFilter, JobIndex, JobSummary } from "../ports/job-index.ts";
import { N, S, textOf } from "./dynamo-attributes.ts";
import { appPk, clientPk, fromJobSummary, SHARDS } from "./dynamo-job-item.ts";

export type DynamoJobIndex = Readonly<{
  client: DynamoDBClient;
  table: string;
  /** Epoch ms: jobs past their moment are left out. */
  now: () => number;
  /** Items looked at in a shard for one request that asks for a state. @default 100 */
  scanned?: number;
}>;

const NEWEST_FIRST = { placeOf: placeInList, isBefore: (a: string, b: string) => a > b };

/** Job items in the indexes `byClient` and `byApp`. One page of each shard a request, whatever it finds. */
export function dynamoJobIndex({ client, table, now, scanned = 100 }: DynamoJobIndex): JobIndex {
  return {
    async list(filter) {
      const pages = await Promise.all(SHARDS.map((shard) => readPage(filter, shard)));
      const { items, next } = mergePages(pages, NEWEST_FIRST, filter.limit);
      return { jobs: [...items], ...(next !== undefined && { next }) };
    },
  };

  async function readPage(filter: JobFilter, shard: number): Promise<Page<JobSummary, string>> {
    const { clientId, appId, state, limit, after } = filter;
    const [index, key, pk] =
      appId === undefined
        ? ["byClient", "clientPk", clientPk(clientId, shard)]
        : ["byApp", "appPk", appPk(clientId, appId, shard)];
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: after === undefined ? `${key} = :pk` : `${key} = :pk AND createdSk < :after`,
        FilterExpression: state === undefined ? "goneAtMs > :now" : "goneAtMs > :now AND #state = :state",
        ...(state !== undefined && { ExpressionAttributeNames: { "#state": "state" } }), // a reserved word
        ExpressionAttributeValues: {
          ":pk": pk,
          ":now": N(now()),
          ...(after !== undefined && { ":after": S(after) }),
          ...(state !== undefined && { ":state": S(state) }),
        },
        ScanIndexForward: false,
        Limit: state === undefined ? limit : scanned,
      }),
    );
    const items = Items.map(fromJobSummary);
    return { items, ...(LastEvaluatedKey && { stoppedAt: textOf(LastEvaluatedKey, "createdSk") }) };
  }
}
