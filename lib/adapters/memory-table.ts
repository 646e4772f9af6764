import type { Task } from "../domain/batches.ts";
import type { Job } from "../domain/job.ts";
import type { Counts } from "../domain/outcome.ts";
import type { BatchRow } from "../use-cases/query-jobs.ts";

/** A batch's item; `mayHaveFailures` stands for its place in the index `failures`. */
export type BatchItem = BatchRow & Readonly<{ mayHaveFailures: boolean }>;

/** All items of one job, as DynamoDB keeps them under one partition key. Batches by their first receiver. */
export type JobItems = {
  job?: Job;
  /** Its place in the index `due`. */
  dueAtMs?: number | undefined;
  firsts: readonly string[];
  readonly batches: Map<string, BatchItem>;
  readonly again: Map<string, BatchItem>;
  readonly tallies: Map<number, Readonly<{ counts: Counts; done: ReadonlySet<string> }>>;
  readonly parked: Map<string, Task>;
};

/** The results table of one process, for tests and simulations. */
export type MemoryTable = Map<string, JobItems>;

export function itemsOf(table: MemoryTable, jobId: string): JobItems {
  const found = table.get(jobId);
  if (found) return found;
  const made = { firsts: [], batches: new Map(), again: new Map(), tallies: new Map(), parked: new Map() };
  table.set(jobId, made);
  return made;
}
