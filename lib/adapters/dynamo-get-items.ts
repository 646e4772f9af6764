import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { askAgain, type Patience } from "./ask-again.ts";
import type { Item } from "./dynamo-attributes.ts";

export type Wanted = Readonly<{ table: string; key: Item }>;
export type Found = Readonly<{ table: string; item: Item }>;

/** Keys in one call. @see BatchGetItem, Request Parameters */
const KEYS_A_CALL = 100;
/** Calls at the same time, so that sockets are left for others. */
const CALLS_AT_ONCE = 8;

/**
 * Items by their keys, strongly consistent, in one call and as many more as DynamoDB leaves keys unread. Items that do not
 * exist are absent.
 *
 * @param wanted at most 100 keys, each once
 * @throws {Unavailable} if keys stay unread
 */
export async function getItems(
  client: DynamoDBClient,
  wanted: readonly Wanted[],
  patience?: Partial<Patience>,
): Promise<Found[]> {
  const found: Found[] = [];
  const ask = async (left: readonly Wanted[]): Promise<Wanted[]> => {
    const RequestItems: Record<string, { Keys: Item[]; ConsistentRead: true }> = {};
    for (const { table, key } of left) {
      RequestItems[table] ??= { Keys: [], ConsistentRead: true };
      RequestItems[table].Keys.push(key);
    }
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(new BatchGetItemCommand({ RequestItems }));
    for (const [table, items] of Object.entries(Responses)) for (const item of items) found.push({ table, item });
    return Object.entries(UnprocessedKeys).flatMap(([table, { Keys = [] }]) => Keys.map((key) => ({ table, key })));
  };
  await askAgain("DynamoDB keys", wanted, ask, patience);
  return found;
}

/**
 * Any number of items of one table, in the order of their keys; `undefined` where there is none.
 *
 * @throws {Unavailable} if keys stay unread
 */
export async function getInOrder(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  patience?: Partial<Patience>,
): Promise<(Item | undefined)[]> {
  const byKey = new Map<string, Item>();
  const left = [...keys];
  const work = async (): Promise<void> => {
    for (let part = left.splice(0, KEYS_A_CALL); part.length > 0; part = left.splice(0, KEYS_A_CALL)) {
      const wanted = part.map((key) => ({ table, key }));
      for (const { item } of await getItems(client, wanted, patience)) byKey.set(nameOf(item), item);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
  return keys.map((key) => byKey.get(nameOf(key)));
}

const nameOf = ({ pk, sk }: Item): string => `${pk?.S} ${sk?.S}`;
