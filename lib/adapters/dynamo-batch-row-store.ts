import { isDeepStrictEqual } from "node:util";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type AttemptResult, isEmpty } from "../domain/attempt-result.ts";
import type { Row } from "../domain/batch-rows.ts";
import { StoreContended } from "../domain/errors.ts";
import type { BatchRowStore, RowKey } from "../ports/batch-row-store.ts";
import { type Patience, repeat } from "./ask-again.ts";
import { type Item, N, S } from "./dynamo-attributes.ts";
import { fromRowItem, resultName, rowKey, rowSk, toClaimMap, toPartMap, toResultMap } from "./dynamo-batch-item.ts";
import { type Companion, getInOrder, makeGetTogether } from "./dynamo-get-items.ts";
import { ITEM_VERSION } from "./dynamo-item-version.ts";
import { fromJobItem, jobKey } from "./dynamo-job-item.ts";
import { fromMessageItem, messageKey } from "./dynamo-message-store.ts";
import { expiresAt, padId, runPk } from "./dynamo-run-key.ts";
import { type Update, type Updated, updateIf } from "./dynamo-update-if.ts";

export type DynamoBatchRowStore = Readonly<{
  client: DynamoDBClient;
  table: string;
  companion?: Companion;
  patience?: Partial<Patience>;
}>;

export function dynamoBatchRowStore({ client, table, companion, patience }: DynamoBatchRowStore): BatchRowStore {
  const getTogether = makeGetTogether(client, companion, patience);

  return {
    async look({ job, run, first, withMessage }) {
      const own = (key: Item) => ({ table, key });
      const [jobItem, batch, retry, message] = [
        own(jobKey(job)),
        own(rowKey({ run, first, on: "batch" })),
        own(rowKey({ run, first, on: "retry" })),
        own(messageKey(run)),
      ];
      const found = await getTogether([jobItem, batch, retry, ...(withMessage ? [message] : [])]);
      const [foundJob, foundMessage] = [found(jobItem), withMessage ? found(message) : undefined];
      return {
        ...(foundJob && { job: fromJobItem(foundJob) }),
        rows: { batch: fromRowItem(found(batch)), retry: fromRowItem(found(retry)) },
        ...(foundMessage && { message: fromMessageItem(foundMessage) }),
      };
    },

    async read(run, firsts) {
      const keys = firsts.flatMap((first) => [
        rowKey({ run, first, on: "batch" }),
        rowKey({ run, first, on: "retry" }),
      ]);
      const items = await getInOrder(client, table, keys, patience);
      return firsts.map((_, i) => ({ batch: fromRowItem(items[2 * i]), retry: fromRowItem(items[2 * i + 1]) }));
    },

    async claim(key, row, claim) {
      const written = await update(key, {
        ...ifUnchanged(row),
        UpdateExpression: `SET ${RAISED}, claim = :claim`,
        ExpressionAttributeValues: { ...versionValue(row), ":claim": { M: toClaimMap(claim) } },
      });
      return written.ok || (await written.seen())?.["claim"]?.M?.["id"]?.S === claim.id;
    },

    async record(key, row, claimId, result) {
      const { sets, values } = addition(key, row, result);
      const written = await update(key, {
        ConditionExpression: "claim.id = :id",
        UpdateExpression: `SET ${RAISED}, ${sets} REMOVE claim`,
        ExpressionAttributeValues: { ...values, ":id": S(claimId) },
      });
      return written.ok || stands(written, row, result);
    },

    async release(key, row, claimId) {
      // A failed condition is fine: somebody changed the row after the claim, or this release was made before.
      await update(key, {
        ConditionExpression: `claim.id = :id OR ${ifUnchanged(row).ConditionExpression}`,
        UpdateExpression: `SET ${RAISED} REMOVE claim`,
        ExpressionAttributeValues: { ...versionValue(row), ":id": S(claimId) },
      });
    },

    async append(key, row, result) {
      const { sets, values } = addition(key, row, result);
      const written = await update(key, {
        ConditionExpression: `${ifUnchanged(row).ConditionExpression} AND attribute_not_exists(claim)`,
        UpdateExpression: `SET ${RAISED}, ${sets}`,
        ExpressionAttributeValues: { ...versionValue(row), ...values },
      });
      return written.ok || stands(written, row, result);
    },

    async addLate(key, late) {
      const write = async (): Promise<true | undefined> => {
        const { Item } = await client.send(
          new GetItemCommand({ TableName: table, Key: rowKey(key), ConsistentRead: true }),
        );
        const row = fromRowItem(Item);
        const all = { ...late, ...row.late }; // what readers were told is kept
        if (Object.keys(all).length === Object.keys(row.late).length) return true; // also a repetition whose answer got lost
        const written = await update(key, {
          ...ifUnchanged(row),
          UpdateExpression: `SET ${RAISED}, late = :late`,
          ExpressionAttributeValues: { ...versionValue(row), ":late": { M: toPartMap("sent", all) } },
        });
        return written.ok || undefined;
      };
      await repeat(
        write,
        () => new StoreContended(`late answers found no place on ${rowSk(key.on, key.first)}`),
        patience,
      );
    },
  };

  function update(key: RowKey, change: Partial<Update>): Promise<Updated> {
    return updateIf(client, {
      TableName: table,
      Key: rowKey(key),
      ...change,
      ExpressionAttributeValues: {
        ...change.ExpressionAttributeValues,
        ":zero": N(0),
        ":one": N(1),
        ":expiresAt": expiresAt(key.goneAtMs),
        ":v": N(ITEM_VERSION),
      },
    });
  }
}

const RAISED = "version = if_not_exists(version, :zero) + :one, expiresAt = :expiresAt, v = :v";

/** Nobody wrote since `row` was read. */
const ifUnchanged = ({ version }: Row) => ({
  ConditionExpression: version === 0 ? "attribute_not_exists(version)" : "version = :version",
});
const versionValue = ({ version }: Row): Item => (version === 0 ? {} : { ":version": N(version) });

/** The next result of a row, and its place in the index of batches that may hold final failures. */
function addition({ run, first }: RowKey, { results }: Row, result: AttemptResult): { sets: string; values: Item } {
  const sets = `${resultName(results.length)} = :result`;
  const values = { ":result": { M: toResultMap(result) } };
  if (isEmpty(result.failed) && isEmpty(result.unknown)) return { sets, values };
  return {
    sets: `${sets}, failuresPk = :run, failuresSk = :first`,
    values: { ...values, ":run": runPk(run), ":first": S(padId(first)) },
  };
}

/** Whether the result stands where it was to be written: then an earlier try of the same write made it. */
async function stands(failed: Updated & { ok: false }, { results }: Row, result: AttemptResult): Promise<boolean> {
  return isDeepStrictEqual(fromRowItem(await failed.seen()).results[results.length], result);
}
