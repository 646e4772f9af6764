import { setTimeout } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { StoreContended } from "../domain/errors.ts";
import type { Ledger } from "../domain/quota/ledger.ts";
import type { Item } from "./dynamo-attributes.ts";
import { fromQuotaItem, quotaKey, toQuotaItem, type Versioned } from "./dynamo-quota-item.ts";

export type DynamoLedgersOptions = Readonly<{
  client: DynamoDBClient;
  table: string;
  now: () => number;
  /** Uniform in [0, 1): spreads writers that lost against each other. */
  random?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
}>;

/** A copy this young is worth a try without reading: if somebody wrote since, the write fails and brings the item. */
const COPY_MS = 100;
/**
 * Writes lost in a row before giving up. The first is tried again at once, the others after a pause: 0.5 s in all. Thirty
 * express workers on one account lose nine in a row now and then (`bench:express`); whoever gives up goes back to the queue.
 */
const MAX_WRITES = 20;
const PAUSE_MS = 10;
/** The pause grows up to so many times that: longer ones leave the item unwritten for a while. */
const LONGEST_PAUSES = 3;

/** Decide on a ledger: the one to be written, or the same where nothing changes, and what the caller is told. */
export type Decide<T> = (ledger: Ledger) => Readonly<{ ledger: Ledger; answer: T }>;

/**
 * Each account's ledger as one item, changed by one write on condition that nobody else wrote since it was read.
 *
 * @throws {StoreContended} if others wrote first every time; and whatever the table throws
 */
export function dynamoLedgers({ client, table, now, random = Math.random, sleep = setTimeout }: DynamoLedgersOptions) {
  const copies = new Map<string, Versioned & { readAtMs: number }>();
  const turns = new Map<string, Promise<unknown>>();
  return { change, inTurn, decideAndWrite, read, take, lastCopy };

  function change<T>(account: string, decide: Decide<T>): Promise<T> {
    return inTurn(account, () => decideAndWrite(account, decide));
  }

  /** Writers of one process take turns, so that they do not lose to each other. */
  function inTurn<T>(account: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(account) ?? Promise.resolve();
    const turn = before.then(work);
    turns.set(
      account,
      turn.catch(() => {}), // the failure is the caller's, not that of the next in line
    );
    return turn;
  }

  async function decideAndWrite<T>(account: string, decide: Decide<T>): Promise<T> {
    let copy: Versioned = youngCopy(account) ?? (await read(account));
    for (let lost = 0; lost < MAX_WRITES; lost += 1) {
      const { ledger, answer } = decide(copy.ledger);
      if (ledger === copy.ledger) return answer;
      const next = { version: copy.version + 1, ledger };
      const { written, winner } = await write(account, next);
      if (written) {
        keep(account, next);
        return answer;
      }
      copy = winner && lost === 0 ? keep(account, fromQuotaItem(winner)) : await readLater(account, lost);
    }
    copies.delete(account);
    throw new StoreContended(`lost ${MAX_WRITES} writes on the quota of ${account}`);
  }

  /** @returns where it was not written the item that was there first, if the table tells */
  async function write(account: string, next: Versioned): Promise<{ written: boolean; winner?: Item | undefined }> {
    const isFirst = next.version === 1;
    const command = new PutItemCommand({
      TableName: table,
      Item: toQuotaItem(account, next),
      ConditionExpression: isFirst ? "attribute_not_exists(pk)" : "#version = :read",
      ...(!isFirst && {
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":read": { N: String(next.version - 1) } },
      }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await client.send(command);
      return { written: true };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { written: false, winner: error.Item };
      throw error;
    }
  }

  async function readLater(account: string, lost: number): Promise<Versioned> {
    await sleep(Math.floor(random() * PAUSE_MS * Math.min(lost, LONGEST_PAUSES)));
    return read(account);
  }

  async function read(account: string): Promise<Versioned> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: quotaKey(account), ConsistentRead: true }),
    );
    return keep(account, fromQuotaItem(Item));
  }

  /** An item that somebody has read anyway. */
  function take(account: string, item: Item | undefined): void {
    const taken = fromQuotaItem(item);
    const known = youngCopy(account);
    if (known === undefined || taken.version >= known.version) keep(account, taken);
  }

  /** The ledger as it was last seen here. */
  function lastCopy(account: string): Ledger | undefined {
    return copies.get(account)?.ledger;
  }

  function keep(account: string, copy: Versioned): Versioned {
    copies.set(account, { ...copy, readAtMs: now() });
    return copy;
  }

  function youngCopy(account: string): Versioned | undefined {
    const copy = copies.get(account);
    return copy && Math.abs(now() - copy.readAtMs) <= COPY_MS ? copy : undefined;
  }
}
