import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { JobStore } from "../accept.ts";
import type { Job } from "../domain/job.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { fromJobItem, jobKey, jobPk, toJobItem } from "./dynamo-job-item.ts";

export type DynamoJobStore = Readonly<{ client: DynamoDBClient; table: string; expiresAtS: () => number }>;

/** First receivers to one manifest item: 11 bytes a 19-digit id, far below the 400 KB an item may have. */
const FIRSTS_PER_MANIFEST = 10_000;

export const manifestSk = (index: number): string => `MANIFEST#${String(index).padStart(6, "0")}`;

export function dynamoJobStore({ client, table, expiresAtS }: DynamoJobStore): JobStore {
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
        const { Item } = await client.send(
          new GetItemCommand({ TableName: table, Key: jobKey(job.id), ConsistentRead: true }),
        );
        if (!Item) throw error; // it expired in between: let the client try again
        return fromJobItem(Item);
      }
    },

    takeOver(job, acceptingUntilMs) {
      return update(job, {
        UpdateExpression: "SET acceptingUntilMs = :until",
        ConditionExpression: "#state = :accepting AND acceptingUntilMs = :seen",
        ExpressionAttributeValues: {
          ":until": N(acceptingUntilMs),
          ":seen": N(job.acceptingUntilMs),
          ":accepting": S("accepting"),
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

    async start(job) {
      await update(job, {
        UpdateExpression: "SET #state = :running",
        ConditionExpression: "#state = :accepting",
        ExpressionAttributeValues: { ":running": S("running"), ":accepting": S("accepting") },
      });
    },
  };

  /** One conditional write on the job item. False: the condition did not hold. */
  async function update(job: Job, change: Partial<UpdateItemCommandInput>): Promise<boolean> {
    const names = { "#state": "state" }; // a reserved word
    try {
      await client.send(
        new UpdateItemCommand({ TableName: table, Key: jobKey(job.id), ExpressionAttributeNames: names, ...change }),
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
