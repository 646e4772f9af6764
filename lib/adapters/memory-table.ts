import type { BatchRows } from "../domain/batch-rows.ts";
import type { Job } from "../domain/job.ts";
import type { Tally } from "../domain/tally.ts";
import type { StoredMessage } from "../ports/message-store.ts";

/** A batch's two rows. `failed`: its place in the index `failures`. */
export type MemoryRows = BatchRows & Readonly<{ failed: boolean }>;

/** A tally, and the claims whose late answers it holds. */
export type MemoryTally = Tally & Readonly<{ lateClaims: ReadonlySet<string> }>;

export type MemoryLock = Readonly<{ token?: string; untilMs: number; lastStartMs: number }>;

/** The results table of one process, for tests and simulations: all memory adapters of a process share one. */
export type MemoryTable = Readonly<{
  /** By job id. */
  jobs: Map<string, Job>;
  /** By run. */
  messages: Map<string, StoredMessage>;
  /** By run, then by the batch's first receiver. */
  rows: Map<string, Map<string, MemoryRows>>;
  /** By run, then by the tally's number. */
  tallies: Map<string, Map<number, MemoryTally>>;
  /** By account. */
  locks: Map<string, MemoryLock>;
}>;

export const memoryTable = (): MemoryTable => ({
  jobs: new Map(),
  messages: new Map(),
  rows: new Map(),
  tallies: new Map(),
  locks: new Map(),
});
