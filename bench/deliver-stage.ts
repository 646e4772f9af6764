import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { undiciRequestHandler } from "../lib/adapters/undici-request-handler.ts";
import { makeDynamo } from "../lib/wire/common.ts";
import { startServer } from "../local/child.ts";
import { LocalError } from "../local/local-error.ts";
import { RESULTS, resultsTable } from "../test/support/results-table.ts";

export const QUOTA = "quota";

export type Stage = Readonly<{
  engine: string;
  dynamoUrl: string;
  /** `GET /calls` tells how many it took. */
  upstream: string;
  /** Another one, which never takes one receiver in a hundred. */
  refusing: string;
  client: DynamoDBClient;
  /** A client of its own, made as every deliver worker makes it. */
  makeClient: () => DynamoDBClient;
  /** A client as the SDK makes it. */
  makeBareClient: () => DynamoDBClient;
  stop: () => Promise<void>;
}>;

/** Invented: the engines take any. */
export const AWS = { AWS_REGION: "ap-southeast-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

/** A table of this machine may be slow when others keep it busy; that is no fault to be measured. */
const PATIENT = { connectionTimeout: 60_000, requestTimeout: 60_000 };

/** The tables and the upstream, in processes of their own: what this one spends is ours alone. */
export async function startStage(): Promise<Stage> {
  const [dynamo, upstream, refusing] = await Promise.all([
    startDynamo(),
    startServer("../bench/deliver-upstream.ts", process.env),
    startServer("../bench/deliver-upstream.ts", { ...process.env, REFUSED_ENDING: "00" }),
  ]);
  const clients: DynamoDBClient[] = [];
  const credentials = { accessKeyId: AWS.AWS_ACCESS_KEY_ID, secretAccessKey: AWS.AWS_SECRET_ACCESS_KEY };
  const where = { endpoint: dynamo.url, region: AWS.AWS_REGION, credentials };
  const kept = (client: DynamoDBClient): DynamoDBClient => {
    clients.push(client);
    return client;
  };
  const makeClient = () => kept(makeDynamo({ ...where, requestHandler: undiciRequestHandler(PATIENT) }));
  const makeBareClient = () => kept(new DynamoDBClient(where));
  const client = makeBareClient();
  await client.send(new CreateTableCommand(resultsTable()));
  await client.send(
    new CreateTableCommand({
      TableName: QUOTA,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  const stop = async () => {
    for (const one of clients) one.destroy();
    await Promise.all([dynamo.stop(), upstream.stop(), refusing.stop()]);
  };
  const { engine, url: dynamoUrl } = dynamo;
  return {
    engine,
    dynamoUrl,
    upstream: upstream.url,
    refusing: refusing.url,
    client,
    makeClient,
    makeBareClient,
    stop,
  };
}

/** Amazon's own engine where there is Java, else dynalite. Both report what a write would be billed. */
async function startDynamo() {
  const env = { ...process.env, ...AWS };
  try {
    return { engine: "DynamoDB Local", ...(await startServer("./dynamodb-java.ts", env)) };
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    return { engine: "dynalite", ...(await startServer("../bench/deliver-dynalite.ts", env)) };
  }
}

export { RESULTS };
