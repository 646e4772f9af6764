import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Names of the errors by which DynamoDB says that it gets too many. @see DynamoDB API, common errors; PutItem, errors */
const THROTTLES = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];

/**
 * Hear of every try of a call that DynamoDB refuses because a table or an index gets too many, also where the SDK's next try
 * succeeds.
 *
 * @param onThrottled told DynamoDB's own words, which name the table or the index
 */
export function watchThrottling(client: DynamoDBClient, onThrottled: (said: string) => void): void {
  client.middlewareStack.add(
    (next) => (args) =>
      next(args).catch((error: unknown) => {
        if (error instanceof Error && THROTTLES.includes(error.name)) onThrottled(error.message);
        throw error;
      }),
    // Inside the SDK's retries: each try.
    { step: "finalizeRequest", priority: "low", name: "watchThrottling" },
  );
}
