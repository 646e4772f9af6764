import { makeResult, type Part } from "../../lib/domain/attempt-result.ts";
import type { BatchRows } from "../../lib/domain/batch-rows.ts";
import type { Focus, Mistake } from "./ports.ts";
import { inRoles, remembering, rowNow } from "./sabotage.ts";

/** Two workers on one batch: tasks that come twice, and writes that take their time. */
const MET_BY_OTHERS: Focus = { often: ["deliveredTwice", "slowClaim", "slowRequest"], settings: { adversary: 0.3 } };

const AGAIN = { delivery: "at-least-once" } as const;

/** Mistakes about claims, calls and what they came to. */
export const PLANTED_IN_CLAIMS: Readonly<Record<string, Mistake>> = {
  "a claim is written whatever the row's version": inRoles(
    ["deliver"],
    ({ rows }, { store }) => ({
      rows: { ...rows, claim: (key, _, claim) => rows.claim(key, rowNow(store, key), claim) },
    }),
    MET_BY_OTHERS,
  ),

  "a claim counts however late it is answered": remembering(
    ["deliver"],
    () => {
      let frozenMs: number | undefined;
      return ({ rows, clock, rtc }) => ({
        rows: {
          ...rows,
          look: (key) => {
            frozenMs = undefined;
            return rows.look(key);
          },
          claim: (key, row, claim) => {
            frozenMs = clock.now();
            return rows.claim(key, row, claim);
          },
        },
        clock: { ...clock, now: () => frozenMs ?? clock.now() },
        rtc: {
          ...rtc,
          send: (...call) => {
            frozenMs = undefined;
            return rtc.send(...call);
          },
        },
      });
    },
    { often: ["slowClaim"], settings: { adversary: 0.2 } },
  ),

  "a release does not stop a claim that is under way": inRoles(
    ["deliver"],
    ({ rows }, { store }) => ({
      rows: {
        ...rows,
        async release(key, row, claimId) {
          if (rowNow(store, key).claim?.id === claimId) await rows.release(key, row, claimId);
        },
      },
    }),
    { often: ["landsLate"] },
  ),

  "a claim is never given back": inRoles(["deliver"], ({ rows }) => ({ rows: { ...rows, release: async () => {} } })),

  "a claim on the retry row names nobody": inRoles(["deliver"], ({ rows }) => ({
    rows: { ...rows, claim: (key, row, { receivers: _, ...claim }) => rows.claim(key, row, claim) },
  })),

  "a claim covers one receiver less": inRoles(["deliver"], ({ rows }) => ({
    rows: { ...rows, claim: (key, row, claim) => rows.claim(key, row, { ...claim, count: claim.count - 1 }) },
  })),

  "the rest is claimed beside an open claim": inRoles(["deliver"], ({ rows }) => ({
    rows: {
      ...rows,
      async look(key) {
        const look = await rows.look(key);
        return { ...look, rows: withoutFirstClaim(look.rows, key.first) };
      },
    },
  })),

  "a result is recorded though its claim has ended": inRoles(
    ["deliver"],
    ({ rows }, { store }) => ({
      rows: {
        ...rows,
        record(key, row, claimId, result) {
          const now = rowNow(store, key);
          return now.claim?.id === claimId ? rows.record(key, row, claimId, result) : rows.append(key, now, result);
        },
      },
    }),
    { often: ["stalledAfterCall", "deliveredTwice"], settings: { callTimeoutMs: 1_000, asks: AGAIN } },
  ),

  "a record drops who is unknown": inRoles(["deliver"], ({ rows }) => ({
    rows: { ...rows, record: (key, row, id, result) => rows.record(key, row, id, { ...result, unknown: {} }) },
  })),

  "who is unknown is tried again": inRoles(["deliver"], ({ rows }) => ({
    rows: {
      ...rows,
      record: (key, row, id, result) =>
        rows.record(key, row, id, { ...result, unknown: {}, refused: { ...result.refused, ...result.unknown } }),
    },
  })),

  "who may have got it is failed once he is refused": inRoles(
    ["deliver"],
    ({ rows }) => ({
      rows: {
        ...rows,
        record(key, row, id, result) {
          const refused = Object.entries(result.unknown).filter(([, code]) => code === "FailedReceiver");
          const failed = { ...result.failed, ...Object.fromEntries(refused) };
          const unknown = Object.fromEntries(Object.entries(result.unknown).filter(([userId]) => !(userId in failed)));
          return rows.record(key, row, id, { ...result, failed, unknown });
        },
      },
    }),
    { often: ["failedReceivers", "resetAfter"] },
  ),

  "a lost second attempt is forgotten once the first is answered late": inRoles(
    ["deliver", "dispatch"],
    ({ rows }, { store }) => ({
      rows: {
        ...rows,
        record(key, row, id, result) {
          const { late } = rowNow(store, { ...key, on: "retry" });
          const left = (part: Part): Part =>
            Object.fromEntries(Object.entries(part).filter(([userId]) => !(userId in late)));
          return rows.record(key, row, id, { ...result, unclear: left(result.unclear), unknown: left(result.unknown) });
        },
      },
    }),
    {
      often: ["stalledAfterCall", "slow", "unanswered"],
      settings: {
        callTimeoutMs: 1_000,
        ...{ strayMs: 0, asks: AGAIN },
        policy: { messages: 1_200, windowMs: 60_000, marginMs: 300, floor: 1, minGapMs: 250, callTimeoutMs: 10_000 },
      },
    },
  ),
};

/** As if the open claim on the first row had a result already: what it covers is left out, the rest goes on. */
function withoutFirstClaim(rows: BatchRows, first: string): BatchRows {
  const { claim, ...batch } = rows.batch;
  if (!claim) return rows;
  const covered = Array.from({ length: claim.count }, (_, i) => [String(BigInt(first) + BigInt(i)), "InHand"]);
  return { ...rows, batch: { ...batch, results: [makeResult({ atMs: 0, unknown: Object.fromEntries(covered) })] } };
}
