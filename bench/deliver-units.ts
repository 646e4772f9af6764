import { ConditionalCheckFailedException, type ConsumedCapacity, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IdleWatch } from "./deliver-idle.ts";

/** What a client's calls came to. Units are the engine's own report; an item's kind is the first word of its key. */
export type Meter = {
  calls: number;
  readUnits: number;
  writeUnits: number;
  writeUnitsByKind: Record<string, number>;
  /** Writes that lost against another worker: billed, though the engine does not report them. */
  lost: number;
  callsByName: Record<string, number>;
};

export const newMeter = (): Meter => ({
  calls: 0,
  readUnits: 0,
  writeUnits: 0,
  writeUnitsByKind: {},
  lost: 0,
  callsByName: {},
});

/** Count each call of a client, and have the engine say what it would be billed. */
export function attach(meter: Meter, client: DynamoDBClient, { busy }: Pick<IdleWatch, "busy">): DynamoDBClient {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (call) => {
        meter.calls++;
        meter.callsByName[commandName] = (meter.callsByName[commandName] ?? 0) + 1;
        Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
        try {
          const result = await busy(() => next(call));
          const { ConsumedCapacity } = result.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] };
          let units = 0;
          for (const { CapacityUnits = Number.NaN } of [ConsumedCapacity ?? {}].flat()) units += CapacityUnits;
          bill(meter, commandName, call.input, units + missing(call.input, result.output));
          return result;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          meter.lost++;
          bill(meter, commandName, call.input, 1); // at least; none of the items that are fought over has more than 1 KB
          throw error;
        }
      },
    { step: "initialize", name: "meter" },
  );
  return client;
}

/** AWS bills a read of an item that is not there as one unit; DynamoDB Local does not. Of a BatchGetItem, strongly consistent. */
function missing(input: object, output: object): number {
  const { RequestItems } = input as { RequestItems?: Record<string, { Keys?: unknown[] }> };
  const { Responses = {} } = output as { Responses?: Record<string, unknown[]> };
  const asked = Object.values(RequestItems ?? {}).reduce((sum, { Keys = [] }) => sum + Keys.length, 0);
  const found = Object.values(Responses).reduce((sum, items) => sum + items.length, 0);
  return Math.max(0, asked - found);
}

function bill(meter: Meter, commandName: string, input: object, units: number): void {
  if (/^(BatchGetItem|GetItem|Query)Command$/.test(commandName)) {
    meter.readUnits += units;
    return;
  }
  const { Key, Item } = input as { Key?: Keyed; Item?: Keyed };
  const key = Key ?? Item;
  const kind = (key?.sk?.S ?? key?.pk?.S ?? "several").replace(/#.*/, "");
  meter.writeUnits += units;
  meter.writeUnitsByKind[kind] = (meter.writeUnitsByKind[kind] ?? 0) + units;
}

type Keyed = Readonly<{ pk?: { S?: string }; sk?: { S?: string } }>;
