import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { checkAtMs, type Job } from "../domain/job.ts";
import type { JobStore } from "../use-cases/accept-job.ts";
import type { SteerStore } from "../use-cases/control-job.ts";
import type { DueJobs } from "../use-cases/sweep.ts";
import { type Item, N, S, textOf } from "./dynamo-attributes.ts";
import { DUE_PK, fromJobItem, jobKey, jobPk, toJobItem } from "./dynamo-job-item.ts";

export type DynamoJobStore = Readonly<{
  client: DynamoDBClient;
  table: string;
  expiresAtS: () => number;
  now: () => number;
}>;

/** First receivers to one manifest item: 11 bytes a 19-digit id, far below the 400 KB an item may have. */
const FIRSTS_PER_MANIFEST = 10_000;

const manifestSk = (index: number): string => `MANIFEST#${String(index).padStart(6, "0")}`;

type Jobs = JobStore & Pick<SteerStore, "move"> & DueJobs;

export function dynamoJobStore({ client, table, expiresAtS, now }: DynamoJobStore): Jobs {
  return {
    async create(job) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toJobItem(job, expiresAtS()),
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        );
        return undefined;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const found = await find(job.id);
        if (!found) throw error; // it expired in between: let the client try again
        // The SDK repeats a write whose answer got lost, and then finds what it wrote itself.
        const isOurs = (error.$metadata.attempts ?? 1) > 1 && found.acceptingUntilMs === job.acceptingUntilMs;
        return isOurs ? undefined : found;
      }
    },

    find,

    takeOver(job, acceptingUntilMs) {
      return update(job.id, {
        UpdateExpression: "SET #state = :accepting, acceptingUntilMs = :until, duePk = :due, dueAt = :until",
        ConditionExpression: "#state IN (:accepting, :abandoned) AND acceptingUntilMs = :seen",
        ExpressionAttributeValues: {
          ":until": N(acceptingUntilMs),
          ":seen": N(job.acceptingUntilMs),
          ":accepting": S("accepting"),
          ":abandoned": S("abandoned"),
          ":due": DUE_PK,
        },
      });
    },

    async writeManifest(job, firsts) {
      for (let from = 0, index = 0; from < firsts.length; from += FIRSTS_PER_MANIFEST, index++) {
        const L = firsts.slice(from, from + FIRSTS_PER_MANIFEST).map((id) => N(String(id)));
        const Item = { pk: jobPk(job.id), sk: S(manifestSk(index)), firsts: { L }, expiresAt: N(expiresAtS()) };
        await client.send(new PutItemCommand({ TableName: table, Item }));
      }
    },

    async start(job, state) {
      const atMs = state === "scheduled" && job.notBeforeMs !== undefined ? job.notBeforeMs : checkAtMs(job, now());
      await update(job.id, {
        UpdateExpression: "SET #state = :state, duePk = :due, dueAt = :at",
        ConditionExpression: "#state = :accepting",
        ExpressionAttributeValues: {
          ":state": S(state),
          ":accepting": S("accepting"),
          ":due": DUE_PK,
          ":at": N(atMs),
        },
      });
    },

    move(id, from, to) {
      const states = Object.fromEntries(from.map((state, i) => [`:from${i}`, S(state)]));
      const waits = to === "paused"; // for a person, not for the sweeper
      return update(id, {
        UpdateExpression: waits
          ? "SET #state = :to, movedAtMs = :at REMOVE duePk, dueAt"
          : "SET #state = :to, movedAtMs = :at, duePk = :due, dueAt = :at",
        ConditionExpression: `#state IN (${Object.keys(states).join(", ")})`,
        ExpressionAttributeValues: { ...states, ":to": S(to), ":at": N(now()), ...(!waits && { ":due": DUE_PK }) },
      });
    },

    async due(untilMs, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "due",
          KeyConditionExpression: "duePk = :due AND dueAt <= :until",
          ExpressionAttributeValues: { ":due": DUE_PK, ":until": N(untilMs) },
          Limit: limit,
        }),
      );
      return Items.map((item) => textOf(item, "pk").slice("JOB#".length));
    },

    abandon(job) {
      return update(job.id, {
        UpdateExpression: "SET #state = :abandoned REMOVE duePk, dueAt",
        ConditionExpression: "#state = :accepting AND acceptingUntilMs = :seen",
        ExpressionAttributeValues: {
          ":abandoned": S("abandoned"),
          ":accepting": S("accepting"),
          ":seen": N(job.acceptingUntilMs),
        },
      });
    },

    async lookAgain(id, atMs) {
      await update(id, {
        UpdateExpression: atMs === undefined ? "REMOVE duePk, dueAt" : "SET duePk = :due, dueAt = :at",
        ConditionExpression: "attribute_exists(#state)",
        ...(atMs !== undefined && { ExpressionAttributeValues: { ":due": DUE_PK, ":at": N(atMs) } }),
      });
    },
  };

  async function find(id: string): Promise<Job | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item && fromJobItem(Item);
  }

  /** One conditional write on the job item. False: the condition did not hold. */
  async function update(id: string, change: Partial<UpdateItemCommandInput>): Promise<boolean> {
    const names = { "#state": "state" }; // a reserved word
    try {
      await client.send(
        new UpdateItemCommand({ TableName: table, Key: jobKey(id), ExpressionAttributeNames: names, ...change }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** The first receivers of a manifest item, as digits. */
export const firstsOf = (item: Item): string[] => (item["firsts"]?.L ?? []).map((first) => first.N ?? "");
