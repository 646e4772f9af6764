import type { DueJobs } from "../ports/due-jobs.ts";
import { textOf } from "./dynamo-attributes.ts";
import { type DueIndex, queryDue } from "./dynamo-due-index.ts";
import { duePk, toJobId } from "./dynamo-job-item.ts";
import type { DynamoTable } from "./dynamo-table.ts";

const INDEX: DueIndex = { name: "due", pk: "duePk", at: "dueAt" };

/** Job items in the index `due`. @param pageSize items to a page of a shard, for tests */
export function dynamoDueJobs(on: DynamoTable & Readonly<{ pageSize?: number | undefined }>): DueJobs {
  return {
    async due(lane, untilMs, limit) {
      const items = await queryDue(on, INDEX, (shard) => duePk(lane, shard), { untilMs, limit });
      return items.map((item) => ({ id: toJobId(item), account: textOf(item, "account") }));
    },
  };
}
