import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Tally } from "../domain/tally.ts";
import type { Tallies, TallyKey } from "../ports/tallies.ts";
import type { Patience } from "./ask-again.ts";
import { N, S } from "./dynamo-attributes.ts";
import { toPartMap } from "./dynamo-batch-item.ts";
import { getInOrder } from "./dynamo-get-items.ts";
import { ITEM_VERSION } from "./dynamo-item-version.ts";
import { queryItems } from "./dynamo-query-items.ts";
import { expiresAt, runPk } from "./dynamo-run-key.ts";
import { fromTallyItem, lateName, numberOfTally, TALLY_PREFIX, tallyKey } from "./dynamo-tally-item.ts";
import { type Update, type Updated, updateIf } from "./dynamo-update-if.ts";

export type DynamoTallies = Readonly<{ client: DynamoDBClient; table: string; patience?: Partial<Patience> }>;

/** Counts in a few items a job; each holds the numbers of the batches it counted, so that none counts twice. */
export function dynamoTallies({ client, table, patience }: DynamoTallies): Tallies {
  return {
    async read(run, numbers) {
      const keys = numbers.map((n) => tallyKey(run, n));
      return (await getInOrder(client, table, keys, patience)).map(fromTallyItem);
    },

    async all(run) {
      const tallies = new Map<number, Tally>();
      const found = queryItems(client, {
        TableName: table,
        KeyConditionExpression: "pk = :run AND begins_with(sk, :tally)",
        ExpressionAttributeValues: { ":run": runPk(run), ":tally": S(TALLY_PREFIX) },
        ConsistentRead: true,
      });
      for await (const item of found) tallies.set(numberOfTally(item), fromTallyItem(item));
      return tallies;
    },

    async count(key, { batch, counts: { sent, failed, unknown }, lateVersion }) {
      const written = await update(key, lateVersion, {
        ConditionExpression: notCounted,
        UpdateExpression:
          "ADD counted :batches, sent :sent, failed :failed, #unknown :unknown SET expiresAt = :expiresAt, v = :v",
        ExpressionAttributeValues: {
          ":batches": { NS: [String(batch)] },
          ":batch": N(batch),
          ":sent": N(sent),
          ":failed": N(failed),
          ":unknown": N(unknown),
        },
        ReturnValues: "ALL_NEW",
      });
      return written.ok ? fromTallyItem(written.item) : undefined;
    },

    async addLate(key, { batch, claimId, messageIds, corrected, seen }) {
      const written = await update(key, seen.lateVersion, {
        ConditionExpression: `${seen.counted ? "contains(counted, :batch)" : notCounted} AND ${notTaken}`,
        UpdateExpression: `SET ${lateName(seen.lateVersion + 1)} = :late, lateVersion = :next, expiresAt = :expiresAt, v = :v
          ADD lateClaims :claims, sent :corrected, #unknown :taken`,
        ExpressionAttributeValues: {
          ":batch": N(batch),
          ":claim": S(claimId),
          ":claims": { SS: [claimId] },
          ":late": { M: toPartMap("sent", messageIds) },
          ":next": N(seen.lateVersion + 1),
          ":corrected": N(corrected),
          ":taken": N(-corrected),
        },
      });
      return written.ok || ((await written.seen())?.["lateClaims"]?.SS?.includes(claimId) ?? false);
    },
  };

  /** One write, on condition that no late answer came since `lateVersion`. */
  function update(key: TallyKey, lateVersion: number, change: Partial<Update>): Promise<Updated> {
    const isFirst = lateVersion === 0;
    return updateIf(client, {
      TableName: table,
      Key: tallyKey(key.run, key.tally),
      ...change,
      ConditionExpression: `${change.ConditionExpression} AND ${isFirst ? "attribute_not_exists(lateVersion)" : "lateVersion = :seen"}`,
      ExpressionAttributeNames: { "#unknown": "unknown" }, // a reserved word
      ExpressionAttributeValues: {
        ...change.ExpressionAttributeValues,
        ...(!isFirst && { ":seen": N(lateVersion) }),
        ":expiresAt": expiresAt(key.goneAtMs),
        ":v": N(ITEM_VERSION),
      },
    });
  }
}

const notCounted = "(attribute_not_exists(counted) OR NOT contains(counted, :batch))";
const notTaken = "(attribute_not_exists(lateClaims) OR NOT contains(lateClaims, :claim))";
