import type { DueOutboxes } from "../ports/due-outboxes.ts";
import { type DueIndex, queryDue } from "./dynamo-due-index.ts";
import { outboxPk, toJobId } from "./dynamo-job-item.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const INDEX: DueIndex = { name: "outbox", pk: "outboxPk", at: "outboxAt" };

/** Job items in the index `outbox`. @param pageSize items to a page of a shard, for tests */
export function dynamoDueOutboxes(on: DynamoTable & Readonly<{ pageSize?: number | undefined }>): DueOutboxes {
  return {
    async due(untilMs, limit) {
      return (await queryDue(on, INDEX, outboxPk, { untilMs, limit })).map(toJobId);
    },
  };
}
