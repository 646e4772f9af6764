import { isDeepStrictEqual } from "node:util";
import { type AttemptResult, isEmpty } from "../domain/attempt-result.ts";
import { type BatchRows, NO_ROWS, type Row, withClaim, withResult } from "../domain/batch-rows.ts";
import type { BatchRowStore, RowKey } from "../ports/batch-row-store.ts";
import type { MemoryRows, MemoryTable } from "./memory-table.ts";

export function memoryBatchRowStore(table: MemoryTable): BatchRowStore {
  return {
    async look({ job, run, first, withMessage }) {
      const found = table.jobs.get(job);
      const message = withMessage ? table.messages.get(run) : undefined;
      return { ...(found && { job: found }), rows: rowsAt(run, first), ...(message && { message }) };
    },

    async read(run, firsts) {
      return firsts.map((first) => rowsAt(run, first));
    },

    async claim(key, { version }, claim) {
      const rows = rowsAt(key.run, key.first);
      const row = rows[key.on];
      if (row.version === version) save(key, withClaim(rows, key.on, claim));
      return row.version === version || row.claim?.id === claim.id;
    },

    async record(key, row, claimId, result) {
      return add(key, row, result, (now) => now.claim?.id === claimId);
    },

    async release(key, { version }, claimId) {
      const rows = rowsAt(key.run, key.first);
      const { claim, ...rest } = rows[key.on];
      if (claim?.id !== claimId && rest.version !== version) return;
      save(key, { ...rows, [key.on]: { ...rest, version: rest.version + 1 } });
    },

    async append(key, row, result) {
      return add(key, row, result, (now) => now.version === row.version && !now.claim);
    },

    async addLate(key, late) {
      const rows = rowsAt(key.run, key.first);
      const row = rows[key.on];
      const all = { ...late, ...row.late }; // what readers were told is kept
      if (Object.keys(all).length === Object.keys(row.late).length) return;
      save(key, { ...rows, [key.on]: { ...row, version: row.version + 1, late: all } });
    },
  };

  /** Add a result on a condition. True also where it stands already: an earlier try of the same write made it. */
  function add(key: RowKey, seen: Row, result: AttemptResult, may: (now: Row) => boolean): boolean {
    const rows = rowsAt(key.run, key.first);
    if (!may(rows[key.on])) return isDeepStrictEqual(rows[key.on].results[seen.results.length], result);
    save(key, withResult(rows, key.on, result), !isEmpty(result.failed) || !isEmpty(result.unknown));
    return true;
  }

  function rowsAt(run: string, first: string): BatchRows {
    const rows = stored(run).get(first);
    return rows ? { batch: rows.batch, retry: rows.retry } : NO_ROWS;
  }

  function save({ run, first }: RowKey, rows: BatchRows, failed = false): void {
    const batches = stored(run);
    batches.set(first, { ...rows, failed: failed || (batches.get(first)?.failed ?? false) });
    table.rows.set(run, batches);
  }

  function stored(run: string): Map<string, MemoryRows> {
    return table.rows.get(run) ?? new Map();
  }
}
