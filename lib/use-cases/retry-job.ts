import { BadRequest } from "../domain/errors.ts";
import { stateWith } from "../domain/job.ts";
import { type OutcomeStatus, outcomesOf } from "../domain/outcome.ts";
import { assertMay } from "../domain/steering.ts";
import type { Accepted, Asking, makeAccept } from "./accept-job.ts";
import type { ResultReader } from "./query-jobs.ts";

export type Retrying = Readonly<{
  results: Pick<ResultReader, "job" | "counts" | "batches">;
  intake: ReturnType<typeof makeAccept>["intake"];
}>;

/** Batch items read at once: about a megabyte. */
const ROWS_PER_PAGE = 60;

export function makeRetry({ results, intake }: Retrying) {
  /**
   * Make a new job of a finished job's failed receivers, of the unknown ones too if asked: those may get it twice.
   *
   * @throws {BadRequest} 404 no such job, 409 it is not finished or nothing in it is to be retried
   */
  return async function retry(id: string, include: readonly "unknown"[], asking: Asking): Promise<Accepted> {
    const [job, counts] = await Promise.all([results.job(id), results.counts(id)]);
    if (!job) throw new BadRequest(404, `there is no job ${id}`);
    assertMay("retry", stateWith(job, counts));
    const wanted = ["failed", ...include] as const;
    const total = wanted.reduce((sum, status) => sum + counts[status], 0);
    let ids = total > 0 ? await collect(id, wanted, true) : [];
    if (ids.length < total) ids = await collect(id, wanted, false); // the index of failures trails the table
    // The counts trail it too: who was unknown may have turned out to be sent.
    if (ids.length === 0) throw new BadRequest(409, `job ${id} has no ${wanted.join(" or ")} receivers`);

    const options = { delivery: job.delivery, dryRun: false };
    const receivers = BigUint64Array.from(ids).sort();
    const request = { message: job.message, receivers, duplicatesDropped: 0, options };
    return intake(request, `retry of ${id} ${wanted.join()}`, asking);
  };

  async function collect(id: string, wanted: readonly OutcomeStatus[], onlyFailures: boolean): Promise<bigint[]> {
    const ids: bigint[] = [];
    let from: string | undefined;
    do {
      const page = await results.batches(id, {
        onlyFailures,
        limit: ROWS_PER_PAGE,
        ...(from !== undefined && { from }),
      });
      for (const { tries } of page.rows) {
        for (const { userId, status } of outcomesOf(tries)) if (wanted.includes(status)) ids.push(BigInt(userId));
      }
      from = page.next;
    } while (from !== undefined);
    return ids;
  }
}
