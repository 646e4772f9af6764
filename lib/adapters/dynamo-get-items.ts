import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { askAgain, type Patience } from "./ask-again.ts";
import type { Item } from "./dynamo-attributes.ts";

export type Wanted = Readonly<{ table: string; key: Item }>;
export type Found = Readonly<{ table: string; item: Item }>;
/** An item of another table that is read in the same call, so that what follows starts from a fresh copy. */
export type Companion = Wanted & Readonly<{ take: (item: Item | undefined) => void }>;

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
async function getItems(
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

/** Looks an item up among those that a call found. */
export type FoundItems = (wanted: Wanted) => Item | undefined;

/**
 * Reads that a process asks for in the same turn of its loop go into one call, each key once: the tasks of one event begin
 * together, and most of them belong to one job.
 *
 * @param companion read in every call, and handed to its owner once
 * @returns a function of at most 99 keys. A call that fails fails for all that share it
 */
export function makeGetTogether(client: DynamoDBClient, companion?: Companion, patience?: Partial<Patience>) {
  let open: Readonly<{ wanted: Map<string, Wanted>; found: Promise<FoundItems> }> | undefined;

  return function getTogether(wanted: readonly Wanted[]): Promise<FoundItems> {
    if (open && open.wanted.size + wanted.length >= KEYS_A_CALL) open = undefined; // it goes as it is
    const group = open ?? begin();
    open = group;
    for (const one of wanted) group.wanted.set(nameIn(one), one);
    return group.found;
  };

  function begin() {
    const wanted = new Map<string, Wanted>();
    const found = endOfTurn().then(() => {
      if (open?.wanted === wanted) open = undefined;
      return getAll([...wanted.values()]);
    });
    return { wanted, found };
  }

  async function getAll(wanted: readonly Wanted[]): Promise<FoundItems> {
    const found = await getItems(client, companion ? [...wanted, companion] : wanted, patience);
    const byName = new Map(found.map(({ table, item }) => [nameIn({ table, key: item }), item]));
    companion?.take(byName.get(nameIn(companion)));
    return (one) => byName.get(nameIn(one));
  }
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const nameIn = ({ table, key }: Wanted): string => `${table} ${nameOf(key)}`;

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
