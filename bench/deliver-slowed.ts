import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../lib/ports/clock.ts";
import type { idleWatch } from "./deliver-idle.ts";

/** A call to a table, there and back. */
export const TABLE_MS = { least: 3, most: 7 };

type Slowness = Readonly<{
  clock: Clock;
  random: () => number;
  busy: ReturnType<typeof idleWatch>["busy"];
  counts: { calls: number; lost: number };
}>;

/** Every call of a client takes its modelled time; the table carries it out in the middle of that. */
export function slowed(client: DynamoDBClient, { clock, random, busy, counts }: Slowness): DynamoDBClient {
  client.middlewareStack.add(
    (next) => async (call) => {
      counts.calls++;
      const halfMs = (TABLE_MS.least + random() * (TABLE_MS.most - TABLE_MS.least)) / 2;
      await clock.sleep(halfMs);
      try {
        return await busy(() => next(call));
      } catch (error) {
        if (error instanceof Error && error.name === "ConditionalCheckFailedException") counts.lost++;
        throw error;
      } finally {
        await clock.sleep(halfMs);
      }
    },
    { step: "initialize", name: "modelled time" },
  );
  return client;
}
