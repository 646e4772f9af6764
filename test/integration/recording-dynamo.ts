import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { listenHttp } from "./loopback.ts";

/** A request as it came over the wire: the operation's name, and its body. */
export type Recorded = Readonly<{ operation: string; body: Readonly<Record<string, unknown>> }>;

const REFUSED = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
  message: "The conditional request failed",
});

/**
 * A table that holds nothing, refuses every conditional write without telling what stands there, and writes down what it is
 * asked: then whoever wants to know what came of a write has to read.
 */
export async function recordingDynamo(): Promise<Readonly<{ client: DynamoDBClient; recorded: Recorded[] }>> {
  const recorded: Recorded[] = [];
  const endpoint = await listenHttp(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const body: Record<string, unknown> = JSON.parse(await text(request));
    recorded.push({ operation, body });
    const isRefused = body["ConditionExpression"] !== undefined;
    response.writeHead(isRefused ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
    response.end(isRefused ? REFUSED : "{}");
  });
  const credentials = { accessKeyId: "invented", secretAccessKey: "invented" };
  return { client: new DynamoDBClient({ endpoint, credentials, region: "eu-west-1", maxAttempts: 1 }), recorded };
}
