import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchName, cutBatches, firstReceivers } from "../../lib/domain/batches.ts";

const list = (...ids: number[]) => BigUint64Array.from(ids.map(BigInt));

describe("cutBatches", () => {
  it.each([
    { when: "one receiver", receivers: list(7), want: ["7"] },
    { when: "exactly one batch", receivers: list(1, 2, 3), want: ["1,2,3"] },
    { when: "one more than a batch", receivers: list(1, 2, 3, 4), want: ["1,2,3", "4"] },
    { when: "no receiver", receivers: list(), want: [] },
  ])("cuts $when", ({ receivers, want }) => {
    const tasks = [...cutBatches("job", receivers, 3)];
    expect(tasks.map((task) => task.receivers)).toEqual(want);
  });

  it("numbers the batches and names each by its first receiver", () => {
    expect([...cutBatches("job", list(1, 2, 3), 2)]).toEqual([
      { job: "job", batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1,2" },
      { job: "job", batch: { n: 1, part: 0, first: "3" }, attempt: 1, receivers: "3" },
    ]);
  });

  it("loses, repeats and reorders nothing, and its table of contents agrees", () => {
    const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 12 }), (given, size) => {
        const receivers = BigUint64Array.from(given).sort();
        const tasks = [...cutBatches("job", receivers, size)];
        expect(tasks.flatMap((task) => task.receivers.split(","))).toEqual([...receivers].map(String));
        expect(tasks.slice(0, -1).every((task) => task.receivers.split(",").length === size)).toBe(true);
        expect(firstReceivers(receivers, size).map(String)).toEqual(tasks.map(({ batch }) => batch.first));
      }),
    );
  });
});

it.each([
  { batch: { n: 17, part: 0, first: "5" }, want: "17" },
  { batch: { n: 17, part: 2, first: "9" }, want: "17+2" },
])("batchName is short and unique: $want", ({ batch, want }) => {
  expect(batchName(batch)).toBe(want);
});
