import { randomBytes } from "node:crypto";
import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type ExportRequest, exportId } from "../domain/outcome-export.ts";
import type { ExportStore } from "../ports/export-store.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { fromExportItem, toExportItem } from "./dynamo-export-item.ts";
import { expiresAt, runPk } from "./dynamo-run-key.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const keyOf = (run: string, request: ExportRequest): Item => ({ pk: runPk(run), sk: S(`EXPORT#${exportId(request)}`) });

export function dynamoExportStore({ client, table }: DynamoTable): ExportStore {
  return {
    async find(run, request) {
      const item = await read(run, request);
      return item && fromExportItem(run, item);
    },

    async write(next, standing, goneAtMs) {
      const token = randomBytes(6).toString("base64url");
      const key = keyOf(next.run, next.request);
      const Item = { ...key, ...toExportItem(next), token: S(token), expiresAt: expiresAt(goneAtMs) };
      const condition = standing
        ? {
            ConditionExpression: "#version = :was",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":was": N(standing.version) },
          }
        : { ConditionExpression: "attribute_not_exists(pk)" };
      try {
        await client.send(new PutItemCommand({ TableName: table, Item, ...condition }));
        return true;
      } catch (error) {
        const seen = await read(next.run, next.request).catch(() => {
          throw error;
        });
        if (seen?.["token"]?.S === token) return true; // the answer to an earlier try got lost
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };

  async function read(run: string, request: ExportRequest): Promise<Item | undefined> {
    const get = new GetItemCommand({ TableName: table, Key: keyOf(run, request), ConsistentRead: true });
    return (await client.send(get)).Item;
  }
}
