import { describe, expect, it } from "vitest";
import { makeResult } from "../../lib/domain/attempt-result.ts";
import {
  type BatchRows,
  type Claim,
  claimedBy,
  NO_ROW,
  NO_ROWS,
  openClaim,
  type Row,
  resultsOf,
  rowForNextClaim,
  withClaim,
  withResult,
} from "../../lib/domain/batch-rows.ts";

const claim: Claim = { id: "c", slotMs: 1, untilMs: 2, count: 2 };
const first = makeResult({ atMs: 1, refused: { "1": "F" } });
const second = makeResult({ atMs: 2, sent: { "1": "9" } });
const row = (parts: Partial<Row>): Row => ({ ...NO_ROW, version: 1, ...parts });

describe("openClaim and rowForNextClaim", () => {
  it.each<{ when: string; rows: BatchRows; open: object | undefined; next: string }>([
    { when: "nobody touched the batch", rows: NO_ROWS, open: undefined, next: "batch" },
    {
      when: "a claim is open",
      rows: { ...NO_ROWS, batch: row({ claim }) },
      open: { on: "batch", claim },
      next: "batch",
    },
    {
      when: "a claim was taken back",
      rows: { ...NO_ROWS, batch: row({ version: 3 }) },
      open: undefined,
      next: "batch",
    },
    {
      when: "the first claim has its result",
      rows: { ...NO_ROWS, batch: row({ results: [first] }) },
      open: undefined,
      next: "retry",
    },
    {
      when: "the rest is claimed",
      rows: { batch: row({ results: [first] }), retry: row({ claim }) },
      open: { on: "retry", claim },
      next: "retry",
    },
  ])("when $when", ({ rows, open, next }) => {
    expect(openClaim(rows)).toEqual(open);
    expect(rowForNextClaim(rows)).toBe(next);
  });
});

it.each<{ when: string; open: Parameters<typeof claimedBy>[0]; want: string[] }>([
  { when: "on BATCH#: a prefix of the list", open: { on: "batch", claim }, want: ["1", "2"] },
  { when: "on RETRY#: those it names", open: { on: "retry", claim: { ...claim, receivers: ["3"] } }, want: ["3"] },
  { when: "on RETRY#, naming nobody", open: { on: "retry", claim }, want: [] },
])("claimedBy $when", ({ open, want }) => {
  expect(claimedBy(open, ["1", "2", "3"])).toEqual(want);
});

it("resultsOf: those of BATCH# come first, whatever their times", () => {
  const rows = { batch: row({ results: [second] }), retry: row({ results: [first] }) };
  expect(resultsOf(rows)).toEqual([second, first]);
  expect(resultsOf({ ...rows, retry: NO_ROW })).toEqual([second]);
  expect(resultsOf(NO_ROWS)).toEqual([]);
});

it("withClaim and withResult raise the version of one row and leave the other alone", () => {
  const claimed = withClaim(NO_ROWS, "batch", claim);
  expect(claimed).toEqual({ batch: { ...NO_ROW, version: 1, claim }, retry: NO_ROW });
  const recorded = withResult(claimed, "batch", first);
  expect(recorded).toEqual({ batch: { ...NO_ROW, version: 2, results: [first] }, retry: NO_ROW });
  expect(withResult(recorded, "retry", second)).toEqual({
    batch: recorded.batch,
    retry: { ...NO_ROW, version: 1, results: [second] },
  });
});
