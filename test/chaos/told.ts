import { memoryReportLinks } from "../../lib/adapters/memory-report-links.ts";
import type { JobCounts, Outcome } from "../../lib/domain/outcome.ts";
import { makeQuery } from "../../lib/use-cases/query-jobs.ts";
import { makeReadList } from "../../lib/use-cases/read-list.ts";
import type { Agenda } from "./agenda.ts";
import type { Store } from "./store.ts";

/** What a reader is told of a job now, without faults. */
export async function told(
  agenda: Agenda,
  store: Store,
  id: string,
): Promise<Readonly<{ counts: JobCounts; outcomes: readonly Outcome[] }>> {
  const on = { job: () => {}, row: () => {}, tally: () => {} };
  const { messages, lists, index, failed, table } = store;
  const query = makeQuery({
    links: memoryReportLinks(),
    ...{ messages, lists, index, failed: failed(), jobs: store.jobs(on), tallies: store.tallies(on) },
    rows: store.rows(on, async () => {}),
    readList: makeReadList({ messages, lists }),
    clock: { now: agenda.now, sleep: agenda.sleep },
  });
  const caller = { clientId: table.jobs.get(id)?.clientId ?? "", scopes: new Set(["read"] as const) };
  const { counts } = await query.job(caller, id);
  const { outcomes } = await query.outcomes(caller, id, { limit: 100_000 });
  return { counts, outcomes };
}
