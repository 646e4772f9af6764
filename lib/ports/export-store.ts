import type { ExportRequest, OutcomeExport } from "../domain/outcome-export.ts";

/** The exports of a job. Every read is strongly consistent, every write conditional. */
export interface ExportStore {
  find(run: string, request: ExportRequest): Promise<OutcomeExport | undefined>;
  /**
   * Write `next`, on condition that `standing` still stands there, or nothing does. A write whose answer got lost is read
   * again: it counts as made if the item holds what was drawn for it.
   *
   * @param goneAtMs of the job: the item is deleted some time after it
   * @returns whether it was written; `false`: somebody else was first
   */
  write(next: OutcomeExport, standing: OutcomeExport | undefined, goneAtMs: number): Promise<boolean>;
}
