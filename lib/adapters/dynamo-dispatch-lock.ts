import { randomUUID } from "node:crypto";
import type { DispatchLock } from "../ports/dispatch-lock.ts";
import { type Item, N, numberOf, optional, S } from "./dynamo-attributes.ts";
import { expiresAt } from "./dynamo-run-key.ts";
import type { DynamoTable } from "./dynamo-table.ts";
import { updateIf } from "./dynamo-update-if.ts";

const lockKey = (account: string): Item => ({ pk: S(`DISPATCH#${account}`), sk: S("LOCK") });

/** The item of an account where nothing is sent any more is of no use a day after its last run. */
const KEPT_MS = 86_400_000;

export function dynamoDispatchLock({ client, table }: DynamoTable): DispatchLock {
  return {
    async take(account, { nowMs, leaseMs, gapMs }) {
      const token = randomUUID();
      const written = await updateIf(client, {
        TableName: table,
        Key: lockKey(account),
        UpdateExpression: "SET #token = :token, #until = :until, lastStart = :now, expiresAt = :expiresAt",
        ConditionExpression:
          "attribute_not_exists(pk) OR ((attribute_not_exists(#until) OR #until <= :now) AND lastStart <= :last)",
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: {
          ":token": S(token),
          ":until": N(nowMs + leaseMs),
          ":now": N(nowMs),
          ":last": N(nowMs - gapMs),
          ":expiresAt": expiresAt(nowMs + leaseMs + KEPT_MS),
        },
      });
      if (written.ok) return { kind: "taken", token };
      const seen = (await written.seen()) ?? {};
      if (seen["token"]?.S === token) return { kind: "taken", token }; // the answer to an earlier try got lost
      const lastStartMs = optional(seen, "lastStart", numberOf) ?? nowMs;
      return {
        kind: "busy",
        untilMs: Math.max(lastStartMs + gapMs, optional(seen, "until", numberOf) ?? 0),
        lastStartMs,
      };
    },

    async release(account, token) {
      // A failed condition is fine: the lease was over and somebody else has the lock.
      await updateIf(client, {
        TableName: table,
        Key: lockKey(account),
        UpdateExpression: "REMOVE #token, #until",
        ConditionExpression: "#token = :token",
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ":token": S(token) },
      });
    },
  };
}

/** Reserved words, or close to one. */
const NAMES = { "#token": "token", "#until": "until" };
