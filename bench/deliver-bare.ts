import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { Pool } from "undici";
import type { Job } from "../lib/domain/job.ts";
import { RESULTS, type Stage } from "./deliver-stage.ts";

/** One call to the table as an adapter made it. */
export type Call =
  | Readonly<{ name: "BatchGetItemCommand"; input: BatchGetItemCommandInput }>
  | Readonly<{ name: "PutItemCommand"; input: PutItemCommandInput }>
  | Readonly<{ name: "UpdateItemCommand"; input: UpdateItemCommandInput }>;

/** Keep a copy of every call that `client` makes from now on. */
export function tap(client: DynamoDBClient): Call[] {
  const calls: Call[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        calls.push({ name: commandName, input: structuredClone(call.input) } as Call);
        return next(call);
      },
    { step: "initialize", name: "tap" },
  );
  return calls;
}

export type Prepared = Readonly<{ calls: readonly Call[]; job: Pick<Job, "id" | "run">; body: Buffer }>;

/**
 * The least code that does the I/O of delivering one batch: the very calls it made, prepared, and one POST of a prepared
 * body that nobody signed. They go to items of their own and have no conditions, so that they can be repeated.
 */
export async function makeBare(stage: Stage, client: DynamoDBClient, { calls, job, body }: Prepared) {
  const jobKey = { pk: { S: `JOB#${job.id}` }, sk: { S: "JOB" } };
  const { Item } = await client.send(new GetItemCommand({ TableName: RESULTS, Key: jobKey }));
  await client.send(new PutItemCommand({ TableName: RESULTS, Item: rename(Item, job) }));

  const prepared = calls.map((call) => repeatable(rename(call, job)));
  const claimAt = prepared.findIndex(({ name }) => name === "UpdateItemCommand");
  const pool = new Pool(stage.upstream);
  const path = "/?Action=BatchSendMessage&Version=2020-12-01";
  const headers = { "content-type": "application/json" };

  return {
    async deliver(): Promise<void> {
      for (const [i, call] of prepared.entries()) {
        await repeat(client, call);
        if (i !== claimAt) continue;
        const answer = await pool.request({ method: "POST", path, headers, body });
        await answer.body.text();
      }
    },
    close: () => pool.close(),
  };
}

function repeat(client: DynamoDBClient, { name, input }: Call): Promise<unknown> {
  if (name === "BatchGetItemCommand") return client.send(new BatchGetItemCommand(input));
  if (name === "PutItemCommand") return client.send(new PutItemCommand(input));
  return client.send(new UpdateItemCommand(input));
}

/** The same of another job and another account: items of the same sizes. */
function rename<T>(value: T, { id, run }: Prepared["job"]): T {
  const text = JSON.stringify(value)
    .replaceAll(id, `bare${id.slice(4)}`)
    .replaceAll(run, `bare${run.slice(4)}`)
    .replaceAll("QUOTA#", "BARE#");
  return JSON.parse(text);
}

/** A call that comes to the same however often it is made: without its condition, and looking for a batch not there yet. */
function repeatable(call: Call): Call {
  if (call.name === "BatchGetItemCommand") {
    return JSON.parse(JSON.stringify(call).replaceAll("BATCH#", "NOSUCH#"));
  }
  const { ConditionExpression: _, ExpressionAttributeNames, ExpressionAttributeValues, ...input } = call.input;
  if (call.name === "PutItemCommand") return { name: call.name, input } as Call;
  const used = (names: object = {}) =>
    Object.fromEntries(Object.entries(names).filter(([name]) => uses(call.input.UpdateExpression, name)));
  const [values, names] = [used(ExpressionAttributeValues), used(ExpressionAttributeNames)];
  return {
    name: call.name,
    input: {
      ...input,
      ExpressionAttributeValues: values,
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    },
  } as Call;
}

/** DynamoDB refuses names and values that an expression does not use. */
const uses = (expression = "", name: string): boolean => new RegExp(`${name}\\b`).test(expression);
