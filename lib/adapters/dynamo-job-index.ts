import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { mergePages, type Page } from "../domain/merge-pages.ts";
import { placeInList } from "../domain/place-in-list.ts";
import { readTag } from "../domain/tags.ts";
import type { JobFilter, JobIndex, JobSummary } from "../ports/job-index.ts";
import { type Item, N, S, textOf } from "./dynamo-attributes.ts";
import { appPk, clientPk, fromJobSummary, SHARDS } from "./dynamo-job-item.ts";

export type DynamoJobIndex = Readonly<{
  client: DynamoDBClient;
  table: string;
  /** Epoch ms: jobs past their moment are left out. */
  now: () => number;
  /** Items looked at in a shard for one request that asks for more than a client or an app. @default 100 */
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
    const { clientId, appId, limit, after } = filter;
    const [index, key, pk] =
      appId === undefined
        ? ["byClient", "clientPk", clientPk(clientId, shard)]
        : ["byApp", "appPk", appPk(clientId, appId, shard)];
    const wanted = conditionsOf(filter);
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: after === undefined ? `${key} = :pk` : `${key} = :pk AND createdSk < :after`,
        FilterExpression: ["goneAtMs > :now", ...wanted.conditions].join(" AND "),
        ...(wanted.conditions.length > 0 && { ExpressionAttributeNames: wanted.names }),
        ExpressionAttributeValues: {
          ":pk": pk,
          ":now": N(now()),
          ...(after !== undefined && { ":after": S(after) }),
          ...wanted.values,
        },
        ScanIndexForward: false,
        Limit: wanted.conditions.length === 0 ? limit : scanned,
      }),
    );
    const items = Items.map(fromJobSummary);
    return { items, ...(LastEvaluatedKey && { stoppedAt: textOf(LastEvaluatedKey, "createdSk") }) };
  }
}

/** What has to hold for a job besides its client and its app. A tag may be read in several ways: any of them will do. */
function conditionsOf({ state, label, tags = [] }: JobFilter) {
  const names: Record<string, string> = {};
  const values: Record<string, Item[string]> = {};
  const conditions: string[] = [];
  const same = (id: string, path: string, value: string): string => {
    values[`:${id}`] = S(value);
    return `${path} = :${id}`;
  };
  for (const [name, value] of Object.entries({ state, label })) {
    if (value === undefined) continue;
    names[`#${name}`] = name; // `state` is a reserved word
    conditions.push(same(name, `#${name}`, value));
  }
  for (const [i, tag] of tags.entries()) {
    names["#tags"] = "tags";
    const ways = readTag(tag).map(({ key, value }, j) => {
      names[`#k${i}_${j}`] = key;
      return same(`v${i}_${j}`, `#tags.#k${i}_${j}`, value);
    });
    conditions.push(`(${ways.join(" OR ")})`);
  }
  return { conditions, names, values };
}
