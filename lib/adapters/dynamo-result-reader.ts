import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { BatchRow, JobFilter, JobSummary, ResultReader } from "../use-cases/query-jobs.ts";
import type { Tallies } from "../use-cases/record-attempt.ts";
import { type Item, S, textOf } from "./dynamo-attributes.ts";
import { againKey, batchKey, batchSk, firstOf, fromBatchItem, fromBatchRow } from "./dynamo-batch-item.ts";
import { appPk, fromJobItem, fromJobSummary, jobKey, jobPk, LIST_PK } from "./dynamo-job-item.ts";
import { firstsOf } from "./dynamo-job-store.ts";

export type DynamoResultReader = Readonly<{ client: DynamoDBClient; table: string; tallies: Pick<Tallies, "read"> }>;

/** BatchGetItem takes a hundred keys. */
const KEYS_PER_GET = 100;

export function dynamoResultReader({ client, table, tallies }: DynamoResultReader): ResultReader {
  const query = (input: Omit<QueryCommandInput, "TableName">) =>
    client.send(new QueryCommand({ TableName: table, ...input }));

  return {
    async job(id) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true }),
      );
      return Item && fromJobItem(Item);
    },

    counts: (id) => tallies.read({ id }),

    async jobs(filter) {
      const jobs: JobSummary[] = [];
      let start = filter.after === undefined ? undefined : startKey(filter, filter.after);
      do {
        const page = await query({
          ...listing(filter),
          ScanIndexForward: false,
          Limit: filter.limit,
          ...(start && { ExclusiveStartKey: start }),
        });
        for (const item of page.Items ?? []) {
          jobs.push(fromJobSummary(item));
          if (jobs.length === filter.limit) return { jobs, next: textOf(item, "byAppSk") };
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return { jobs };
    },

    async firsts(id) {
      const firsts: string[] = [];
      for await (const item of all(prefixed(id, "MANIFEST#"))) firsts.push(...firstsOf(item));
      return firsts;
    },

    async batchAt(id, userId) {
      const { Items = [] } = await query({
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high",
        ExpressionAttributeValues: { ":pk": jobPk(id), ":low": S("BATCH#"), ":high": batchSk(userId) },
        ScanIndexForward: false,
        Limit: 1,
        ConsistentRead: true,
      });
      const [row] = await withLaterTries(id, Items.map(fromBatchRow));
      return row;
    },

    async batches(id, { from, onlyFailures, limit }) {
      const range = {
        ExpressionAttributeValues: {
          ":pk": jobPk(id),
          ":low": from ? batchSk(from) : S("BATCH#"),
          ":high": S("BATCH#~"),
        },
        Limit: limit,
      };
      const page = onlyFailures
        ? await query({
            ...range,
            IndexName: "failures",
            KeyConditionExpression: "failuresPk = :pk AND sk BETWEEN :low AND :high",
          })
        : await query({
            ...range,
            KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high",
            ConsistentRead: true,
          });
      const items = onlyFailures
        ? await getAll((page.Items ?? []).map((item) => batchKey(id, firstOf(item))))
        : (page.Items ?? []);
      const rows = await withLaterTries(id, items.map(fromBatchRow));
      const next = page.LastEvaluatedKey && after(textOf(page.LastEvaluatedKey, "sk"));
      return { rows, ...(next !== undefined && { next }) };
    },
  };

  async function* all(input: Omit<QueryCommandInput, "TableName">): AsyncGenerator<Item> {
    let start: Item | undefined;
    do {
      const page = await query({ ...input, ...(start && { ExclusiveStartKey: start }) });
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /** Second and third attempts stand in items of their own: only batches with refused receivers have one. */
  async function withLaterTries(id: string, rows: readonly BatchRow[]): Promise<BatchRow[]> {
    const refused = rows.filter((row) => row.tries.some((one) => Object.keys(one.retry).length > 0));
    const found = await getAll(refused.map((row) => againKey(id, row.first)));
    const later = new Map(found.map((item) => [firstOf(item), fromBatchItem(item)]));
    return rows.map((row) => {
      const again = later.get(row.first);
      if (!again) return row;
      return { ...row, tries: [...row.tries, ...again.tries], ...(again.change && { laterChange: again.change }) };
    });
  }

  /** The items at these keys, in the same order; what is not there is left out. */
  async function getAll(keys: readonly Item[]): Promise<Item[]> {
    const found = new Map<string, Item>();
    for (let from = 0; from < keys.length; from += KEYS_PER_GET) {
      let left: Item[] = keys.slice(from, from + KEYS_PER_GET);
      while (left.length > 0) {
        const request = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } };
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand(request));
        for (const item of Responses?.[table] ?? []) found.set(textOf(item, "sk"), item);
        left = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return keys.map((key) => found.get(textOf(key, "sk"))).filter((item) => item !== undefined);
  }
}

const prefixed = (id: string, prefix: string) => ({
  KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
  ExpressionAttributeValues: { ":pk": jobPk(id), ":prefix": S(prefix) },
  ConsistentRead: true,
});

/** The first receiver id past a batch key: keys hold int64 ids, so one more still sorts behind it. */
const after = (sk: string): string => String(BigInt(sk.slice("BATCH#".length)) + 1n);

function listing({ appId, state }: JobFilter): Omit<QueryCommandInput, "TableName"> {
  const index =
    appId === undefined
      ? { name: "byTime", key: "listPk", pk: LIST_PK }
      : { name: "byApp", key: "byAppPk", pk: appPk(appId) };
  return {
    IndexName: index.name,
    KeyConditionExpression: `${index.key} = :pk`,
    ExpressionAttributeValues: { ":pk": index.pk, ...(state && { ":state": S(state) }) },
    ...(state && { FilterExpression: "#state = :state", ExpressionAttributeNames: { "#state": "state" } }),
  };
}

/** @param after a job's place in the list: when it was made, `#`, its id */
function startKey({ appId }: JobFilter, after: string): Item {
  const id = after.slice(after.indexOf("#") + 1);
  const index: Item = appId === undefined ? { listPk: LIST_PK } : { byAppPk: appPk(appId) };
  return { ...jobKey(id), ...index, byAppSk: S(after) };
}
