import { type AttributeValue, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { UnderWay } from "../recorded/under-way.ts";
import type { Volley } from "./volley.ts";

const LOCAL = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
type Item = Record<string, AttributeValue>;

/** Put what was recorded of a stack into another one: lists first, then items, then messages, as they once came to be. */
export async function putBack({ stack }: Pick<Volley, "stack">, recorded: UnderWay): Promise<void> {
  const s3 = new S3Client({ ...LOCAL, endpoint: stack.endpoint("s3"), forcePathStyle: true });
  const dynamo = new DynamoDBClient({ ...LOCAL, endpoint: stack.endpoint("dynamodb") });
  const sqs = new SQSClient({ ...LOCAL, endpoint: stack.endpoint("sqs") });
  for (const [Key, text] of Object.entries(recorded.objects)) {
    if (Key.startsWith("lists/")) {
      const Body = Buffer.from(text, "base64");
      await s3.send(new PutObjectCommand({ Bucket: "volley-local-listsbucket", Key, Body }));
    }
  }
  for (const table of ["quota", "results"] as const) {
    for (const item of recorded[table]) {
      await dynamo.send(new PutItemCommand({ TableName: `volley-local-${table}`, Item: withBytes(item as Item) }));
    }
  }
  for (const queue of ["express", "bulk"]) {
    const QueueUrl = `${stack.endpoint("sqs")}/000000000000/volley-local-${queue}`;
    for (const MessageBody of recorded.queues[queue] ?? []) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }
  for (const client of [s3, dynamo, sqs]) client.destroy();
}

/** Bytes are base64 in a recording. */
export const withBytes = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const text: unknown = value.B;
      return [name, typeof text === "string" ? { B: Buffer.from(text, "base64") } : value];
    }),
  );
