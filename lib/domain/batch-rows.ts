import type { AttemptResult } from "./attempt-result.ts";

/**
 * A request that may be on its way. Without a result after `untilMs` nobody knows whether it arrived.
 *
 * On `BATCH#` it covers the first `count` receivers of the batch; on `RETRY#` it names its receivers.
 */
export type Claim = Readonly<{
  id: string;
  /** The quota's slot of the call, epoch ms: who ends a dead claim moves its tokens. */
  slotMs: number;
  /** The end of its lease: its worker does nothing after that. */
  untilMs: number;
  count: number;
  receivers?: readonly string[];
}>;

/** One of a batch's two rows. `version` counts the writes, 0 where there is no row yet: every claim is conditional on it. */
export type Row = Readonly<{
  version: number;
  claim?: Claim;
  results: readonly AttemptResult[];
  /** Message ids that came after their worker was given up. Only on `RETRY#` of a job of one batch. */
  late: Readonly<Record<string, string>>;
}>;

/** `batch`: the first result. `retry`: what the quota split off, and later attempts. */
export type BatchRows = Readonly<Record<RowName, Row>>;
export type RowName = "batch" | "retry";

export const NO_ROW: Row = { version: 0, results: [], late: {} };
export const NO_ROWS: BatchRows = { batch: NO_ROW, retry: NO_ROW };

export type OpenClaim = Readonly<{ on: RowName; claim: Claim }>;

/** A batch has at most one open claim, on either of its rows. */
export function openClaim({ batch, retry }: BatchRows): OpenClaim | undefined {
  if (batch.claim) return { on: "batch", claim: batch.claim };
  return retry.claim && { on: "retry", claim: retry.claim };
}

/** Where the next claim of a batch goes: `BATCH#` takes none once it has a result. */
export const rowForNextClaim = ({ batch }: BatchRows): RowName => (batch.results.length === 0 ? "batch" : "retry");

/** The receivers a claim covers. @param list all receivers of the batch, ascending */
export const claimedBy = ({ on, claim }: OpenClaim, list: readonly string[]): readonly string[] =>
  on === "batch" ? list.slice(0, claim.count) : (claim.receivers ?? []);

/** Every result of a batch, in the order in which they were made. */
export const resultsOf = ({ batch, retry }: BatchRows): readonly AttemptResult[] =>
  retry.results.length === 0 ? batch.results : [...batch.results, ...retry.results];

/** The rows after one of them was written by us: what we wrote, one version on. */
export function withResult(rows: BatchRows, on: RowName, result: AttemptResult): BatchRows {
  const { claim: _, ...row } = rows[on];
  return { ...rows, [on]: { ...row, version: row.version + 1, results: [...row.results, result] } };
}

export const withClaim = (rows: BatchRows, on: RowName, claim: Claim): BatchRows => ({
  ...rows,
  [on]: { ...rows[on], version: rows[on].version + 1, claim },
});
