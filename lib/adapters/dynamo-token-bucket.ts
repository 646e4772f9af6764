import { setTimeout } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { StoreContended } from "../domain/errors.ts";
import { hold, lift } from "../domain/quota/circuit-breaker.ts";
import { assertPolicy, type Ledger, type QuotaPolicy } from "../domain/quota/ledger.ts";
import { reserveAll } from "../domain/quota/reserve-all.ts";
import { moveLate, type Usage, usage } from "../domain/quota/token-bucket.ts";
import type { QuotaReader } from "../ports/quota-reader.ts";
import type { Reservation, TokenBucket } from "../ports/token-bucket.ts";
import type { Item } from "./dynamo-attributes.ts";
import { fromQuotaItem, quotaKey, toQuotaItem, type Versioned } from "./dynamo-quota-item.ts";

export type DynamoTokenBucketOptions = Readonly<{
  client: DynamoDBClient;
  table: string;
  /** Of every account, unless `policyOf` says another one. */
  policy: QuotaPolicy;
  policyOf?: (account: string) => QuotaPolicy;
  now: () => number;
  /** Uniform in [0, 1): spreads writers that lost against each other. */
  random?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
}>;

export interface DynamoTokenBucket extends TokenBucket, QuotaReader {
  usage(account: string): Promise<Usage>;
  /** The account's item for a caller that reads anyway: what `take` is given saves `reserve` its own read. */
  companion(account: string): Readonly<{ table: string; key: Item; take: (item: Item | undefined) => void }>;
}

type Ask = Parameters<TokenBucket["reserve"]>[1];
/** Asks that go into one write, and what each is told. */
type Group = Readonly<{ asks: Ask[]; answers: Promise<readonly Reservation[]> }>;

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
/** A caller that lost every write asks again after this. If it failed, the message would stay invisible for longer. */
const CONTENDED_MS = 1_000;

/**
 * The quota as one item an account, changed by one write on condition that nobody else wrote since it was read.
 * Whatever fails, nothing is granted: no reservation, no send.
 *
 * @throws {StoreContended} from its functions but `reserve`, which waits; and whatever the table throws
 */
export function dynamoTokenBucket(options: DynamoTokenBucketOptions): DynamoTokenBucket {
  const { client, table, policy, policyOf = () => policy, now, random = Math.random, sleep = setTimeout } = options;
  assertPolicy(policy);
  const copies = new Map<string, Versioned & { readAtMs: number }>();
  const turns = new Map<string, Promise<unknown>>();
  const groups = new Map<string, Group>();

  return {
    reserve(account, ask) {
      const group = groups.get(account) ?? startGroup(account);
      const place = group.asks.push(ask) - 1;
      return group.answers.then((answers) => answers[place] ?? contended());
    },
    moveLate: (account, spent) =>
      change(account, (ledger) => ({ ledger: moveLate(ledger, policyOf(account), spent), answer: undefined })),
    hold: (account, why, forMs) =>
      change(account, (ledger) => ({
        ledger: hold(ledger, policyOf(account), { nowMs: now(), why, forMs }),
        answer: undefined,
      })),
    lift: (account) => change(account, (ledger) => ({ ledger: lift(ledger, now()), answer: undefined })),
    usage: async (account) => usage((await read(account)).ledger, policyOf(account), now()),
    companion: (account) => ({
      table,
      key: quotaKey(account),
      take(item) {
        const taken = fromQuotaItem(item);
        const known = youngCopy(account);
        if (known === undefined || taken.version >= known.version) keep(account, taken);
      },
    }),
  };

  /** Asks that come while another write is under way go into one write of their own. */
  function startGroup(account: string): Group {
    const asks: Ask[] = [];
    const answers = inTurn(account, () => {
      groups.delete(account);
      return decideAndWrite(account, (ledger) => {
        const decided = reserveAll(ledger, policyOf(account), asks, now());
        return { ledger: decided.ledger, answer: decided.answers };
      });
    }).catch((error: unknown) => {
      if (error instanceof StoreContended) return asks.map(contended);
      throw error;
    });
    const group = { asks, answers };
    groups.set(account, group);
    return group;
  }

  function contended(): Reservation {
    return { kind: "wait", untilMs: now() + CONTENDED_MS, why: "quota" };
  }

  function change<T>(account: string, decide: (ledger: Ledger) => { ledger: Ledger; answer: T }): Promise<T> {
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

  async function decideAndWrite<T>(
    account: string,
    decide: (ledger: Ledger) => { ledger: Ledger; answer: T },
  ): Promise<T> {
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

  function keep(account: string, copy: Versioned): Versioned {
    copies.set(account, { ...copy, readAtMs: now() });
    return copy;
  }

  function youngCopy(account: string): Versioned | undefined {
    const copy = copies.get(account);
    return copy && Math.abs(now() - copy.readAtMs) <= COPY_MS ? copy : undefined;
  }
}
