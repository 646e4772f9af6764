import type { AttemptResult } from "../../lib/domain/attempt-result.ts";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import type { Claim, Row } from "../../lib/domain/batch-rows.ts";
import type { BatchRowStore, RowKey } from "../../lib/ports/batch-row-store.ts";
import { drawId, NOW } from "../support/a-job.ts";

export const GONE_AT_MS = NOW + 5_184_000_500;

export const aKey = (parts: Partial<RowKey> = {}): RowKey => ({
  run: drawId(),
  first: "1",
  on: "batch",
  goneAtMs: GONE_AT_MS,
  ...parts,
});

export const aClaim = (parts: Partial<Claim> = {}): Claim => ({
  id: drawId(),
  slotMs: NOW,
  untilMs: NOW + 15_000,
  count: 3,
  ...parts,
});

export const aResult = (parts: Partial<AttemptResult> = {}): AttemptResult =>
  makeResult({ atMs: NOW, sent: { "1": "901", "2": "902", "3": "903" }, ...parts });

/** A row as it stands. */
export async function rowAt(rows: BatchRowStore, { run, first, on }: RowKey): Promise<Row> {
  const [found] = await rows.read(run, [first]);
  if (!found) throw new Error("a read gives rows for every batch");
  return found[on];
}

/** Claim a row that nobody else wants. @returns the row as it was claimed */
export async function claimRow(rows: BatchRowStore, key: RowKey, claim: Claim): Promise<Row> {
  const row = await rowAt(rows, key);
  if (!(await rows.claim(key, row, claim))) throw new Error("nobody else is at it, and yet the claim failed");
  return rowAt(rows, key);
}
