import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoBatchRowStore } from "../../lib/adapters/dynamo-batch-row-store.ts";
import { dynamoFailedBatches } from "../../lib/adapters/dynamo-failed-batches.ts";
import { dynamoTallies } from "../../lib/adapters/dynamo-tallies.ts";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { type AttemptResult, makeResult } from "../../lib/domain/attempt-result.ts";
import { NO_ROW, type Row, type RowName } from "../../lib/domain/batch-rows.ts";
import { NO_TALLY, type Tally } from "../../lib/domain/tally.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { FailedBatches } from "../../lib/ports/failed-batches.ts";
import type { Tallies } from "../../lib/ports/tallies.ts";
import { aClaim, aKey } from "../contracts/batch-samples.ts";
import { drawId, NOW } from "../support/a-job.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

type Ports = Readonly<{ rows: BatchRowStore; failed: FailedBatches; tallies: Tallies }>;

/** One operation by one of three workers, each of whom acts on what it read last. */
type Step = Readonly<{
  worker: number;
  op: "read" | "claim" | "record" | "release" | "append" | "addLate" | "count" | "addTallyLate";
  on: RowName;
  claim: number;
  result: AttemptResult;
}>;

const FIRSTS = ["7", "9223372036854775807"] as const;
const part = fc.constantFrom({}, { "7": "90" }, { "7": "91", "8": "92" });
const step: fc.Arbitrary<Step> = fc.record({
  worker: fc.nat(2),
  op: fc.constantFrom(
    "read",
    "read",
    "read",
    "claim",
    "record",
    "release",
    "append",
    "addLate",
    "count",
    "addTallyLate",
  ),
  on: fc.constantFrom("batch", "retry"),
  claim: fc.nat(2),
  result: fc.record({ sent: part, failed: part }).map((parts) => makeResult({ atMs: NOW, ...parts })),
});

/** Everything that is answered along the way, and what stands in the end. */
async function play({ rows, failed, tallies }: Ports, run: string, steps: readonly Step[]): Promise<unknown[]> {
  const rowsSeen = new Map<string, Row>();
  const talliesSeen = new Map<number, Tally>();
  /** A claim is recorded by whoever made it, who knows the row that it was made on. */
  const claimed = new Map<string, Row>();
  const answers: unknown[] = [];
  for (const { worker, op, on, claim, result } of steps) {
    const key = aKey({ run, first: FIRSTS[0], on });
    const tallyKey = { run, tally: 0, goneAtMs: NOW };
    const row = rowsSeen.get(`${worker} ${on}`) ?? NO_ROW;
    const tally = talliesSeen.get(worker) ?? NO_TALLY;
    const late = { "7": `9${claim}` };
    const act = {
      read: async () => {
        const [found] = await rows.read(run, [FIRSTS[0]]);
        const [counted] = await tallies.read(run, [0]);
        rowsSeen.set(`${worker} batch`, found?.batch ?? NO_ROW).set(`${worker} retry`, found?.retry ?? NO_ROW);
        talliesSeen.set(worker, counted ?? NO_TALLY);
        return { found, counted };
      },
      claim: async () => {
        const won = await rows.claim(key, row, aClaim({ id: `claim-${claim}` }));
        if (won) claimed.set(`${claim} ${on}`, row);
        return won;
      },
      record: () => rows.record(key, claimed.get(`${claim} ${on}`) ?? row, `claim-${claim}`, result),
      release: () => rows.release(key, row, `claim-${claim}`),
      append: () => rows.append(key, row, result),
      addLate: () => rows.addLate(key, late),
      count: () =>
        tallies.count(tallyKey, {
          batch: claim,
          counts: { sent: 1, failed: 2, unknown: 3 },
          lateVersion: tally.lateVersion,
        }),
      addTallyLate: () =>
        tallies.addLate(tallyKey, {
          batch: claim,
          claimId: `claim-${claim}`,
          messageIds: late,
          corrected: 1,
          seen: { counted: tally.counted.has(claim), lateVersion: tally.lateVersion },
        }),
    };
    answers.push([op, await act[op]()]);
  }
  const whole = { from: "1", to: FIRSTS[1] };
  return [...answers, await rows.read(run, FIRSTS), await failed.list(run, whole, 10), await tallies.all(run)];
}

// One engine: both pass the contracts, and each call takes its time.
describe.each(engines.slice(0, 1))("on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
  });
  afterAll(() => started?.stop());

  it("answers like the memory adapters, whatever is asked in whatever order", async () => {
    const store = { client: started.makeClient(), table: RESULTS };
    const dynamo = {
      rows: dynamoBatchRowStore(store),
      failed: dynamoFailedBatches(store),
      tallies: dynamoTallies(store),
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16, size: "max" }), async (steps) => {
        const run = drawId();
        expect(await play(dynamo, run, steps)).toEqual(
          await play(
            memoryResults(() => NOW),
            run,
            steps,
          ),
        );
      }),
      { numRuns: 15 },
    );
  });
});
