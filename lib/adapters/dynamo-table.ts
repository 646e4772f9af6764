import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A table and the client that reaches it. */
export type DynamoTable = Readonly<{ client: DynamoDBClient; table: string }>;
