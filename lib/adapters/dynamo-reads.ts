import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Unavailable } from "../domain/errors.ts";
import { isBroken, nameOf, statusOf } from "./aws-failure.ts";

const READS: ReadonlySet<string> = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand"]);
const THROTTLED = /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/;
/** What a client is told to wait for when the table is away. */
const RETRY_AFTER_S = 5;

/**
 * From here on a read that `client` gives up, after all its tries, because the table is away, silent or throttled is
 * `Unavailable`: nothing was done, and whoever asks may ask again. A write is left as it is: it may have been done.
 */
export function readsMayWait(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          throw READS.has(commandName ?? "") ? unavailableIfAway(error) : error;
        }
      },
    { step: "initialize", name: "readsMayWait" },
  );
}

/** `Unavailable` in place of what tells that the table is away: only where the call, if it was done, may be done again. */
export function unavailableIfAway(error: unknown): unknown {
  return isAway(error) ? new Unavailable(`the table is away: ${nameOf(error)}`, RETRY_AFTER_S, error) : error;
}

const isAway = (error: unknown): boolean =>
  isBroken(error) || (statusOf(error) ?? 0) >= 500 || (error instanceof Error && THROTTLED.test(error.name));
