import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./dynamo-attributes.ts";

export type Update = UpdateItemCommandInput & Readonly<{ Key: Item }>;

/** `seen`: the item that the failed condition saw, or a later one. */
export type Updated =
  | Readonly<{ ok: true; item: Item | undefined }>
  | Readonly<{ ok: false; seen: () => Promise<Item | undefined> }>;

/**
 * One conditional write. The SDK repeats a write whose answer got lost: the repetition fails although the first try was
 * made, so a caller that has to know looks for its own write in `seen`.
 */
export async function updateIf(client: DynamoDBClient, update: Update): Promise<Updated> {
  const command = new UpdateItemCommand({ ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...update });
  try {
    return { ok: true, item: (await client.send(command)).Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { ok: false, seen: async () => error.Item ?? (await find()) };
  }

  /** dynalite does not return the item. */
  async function find(): Promise<Item | undefined> {
    const { TableName, Key } = update;
    return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  }
}
