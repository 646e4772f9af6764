import { randomBytes } from "node:crypto";
import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { applyChange } from "../domain/apply-change.ts";
import type { Job } from "../domain/job.ts";
import type { JobStore } from "../ports/job-store.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { fromJobItem, jobKey, toJobItem } from "./dynamo-job-item.ts";
import type { DynamoTable } from "./dynamo-table.ts";
import { type Update, updateIf } from "./dynamo-update-if.ts";

/** 8 characters. */
const drawToken = (): string => randomBytes(6).toString("base64url");

export function dynamoJobStore({ client, table }: DynamoTable): JobStore {
  return {
    async find(id) {
      const item = await read(id);
      return item && fromJobItem(item);
    },

    async create(job, nowMs) {
      const put = new PutItemCommand({
        TableName: table,
        Item: toJobItem(job, drawToken()),
        ConditionExpression: "attribute_not_exists(pk) OR goneAtMs <= :now",
        ExpressionAttributeValues: { ":now": N(nowMs) },
      });
      try {
        await client.send(put);
        return undefined;
      } catch (error) {
        const standing = await readAfter(error, job.id);
        if (standing?.["run"]?.S === job.run) return undefined; // a run is drawn for one create
        if (error instanceof ConditionalCheckFailedException && standing) return fromJobItem(standing);
        throw error;
      }
    },

    async write(job, change) {
      const next = applyChange(job, change);
      const token = drawToken();
      try {
        const written = await updateIf(client, toUpdate(table, job, next, token));
        if (written.ok) return next;
        // If somebody has overwritten our own write since, it counts as lost: that costs a repetition, never a second task.
        return (await written.seen())?.["token"]?.S === token ? next : undefined;
      } catch (error) {
        const standing = await readAfter(error, job.id);
        if (standing?.["token"]?.S === token) return next;
        throw error;
      }
    },
  };

  async function read(id: string): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true });
    return (await client.send(command)).Item;
  }

  /** What stands there after a write that failed, or whose answer got lost. @throws the write's error if it cannot be read */
  async function readAfter(error: unknown, id: string): Promise<Item | undefined> {
    try {
      return await read(id);
    } catch {
      throw error;
    }
  }
}

/** Only what changes: DynamoDB writes an index only where one of its attributes is another. */
function toUpdate(table: string, job: Job, next: Job, token: string): Update {
  const before = toJobItem(job, "");
  const after = toJobItem(next, token);
  const isChanged = (name: string): boolean => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const set = Object.keys(after).filter(isChanged);
  const removed = Object.keys(before).filter((name) => after[name] === undefined);
  const values = Object.fromEntries(set.flatMap((name) => (after[name] ? [[`:${name}`, after[name]]] : [])));
  return {
    TableName: table,
    Key: jobKey(job.id),
    UpdateExpression: [
      `SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(", ")}`] : []),
    ].join(" "),
    ConditionExpression: "#run = :wasRun AND #version = :wasVersion",
    // By their aliases: some of the names are reserved words.
    ExpressionAttributeNames: Object.fromEntries([...set, ...removed, "run", "version"].map((n) => [`#${n}`, n])),
    ExpressionAttributeValues: { ...values, ":wasRun": S(job.run), ":wasVersion": N(job.version) },
  };
}
