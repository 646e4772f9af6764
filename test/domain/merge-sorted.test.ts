import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importScratchOn } from "../../lib/adapters/import-scratch-on.ts";
import { memoryObjects } from "../../lib/adapters/memory-objects.ts";
import { mergeHeads } from "../../lib/domain/merge-sorted.ts";
import { sortOut } from "../../lib/domain/receivers.ts";
import { mergeSegments } from "../../lib/use-cases/merge-segments.ts";

const ids = (...all: number[]) => BigUint64Array.from(all, BigInt);

describe("mergeHeads", () => {
  it.each([
    {
      when: "all of them end",
      heads: [
        { ids: ids(1, 4), isLast: true },
        { ids: ids(2, 4), isLast: true },
      ],
      merged: ids(1, 2, 4),
      left: [ids(), ids()],
    },
    {
      when: "one goes on",
      heads: [
        { ids: ids(1, 4), isLast: false },
        { ids: ids(2, 5), isLast: true },
      ],
      merged: ids(1, 2, 4),
      left: [ids(), ids(5)],
    },
    {
      when: "both go on",
      heads: [
        { ids: ids(1, 9), isLast: false },
        { ids: ids(2, 3), isLast: false },
      ],
      merged: ids(1, 2, 3),
      left: [ids(9), ids()],
    },
    { when: "there are none", heads: [], merged: ids(), left: [] },
  ])("merges as far as the order is certain: $when", ({ when: _, heads, ...want }) =>
    expect(mergeHeads(heads)).toEqual(want),
  );
});

describe("mergeSegments", () => {
  it("gives what sorting all at once gives, whatever is in memory", async () => {
    const anyId = fc.oneof(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));
    const anySegments = fc.array(fc.array(anyId, { maxLength: 40 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(anySegments, fc.integer({ min: 1, max: 60 }), async (segments, inMemory) => {
        const scratch = importScratchOn(memoryObjects(new Map()));
        const keys = segments.map((_, i) => `sorted/${i}`);
        for (const [i, segment] of segments.entries()) {
          await scratch.writeIds(keys[i] ?? "", sortOut(BigUint64Array.from(segment)).receivers);
        }
        const merged: bigint[] = [];
        for await (const piece of mergeSegments(scratch, keys, inMemory)) merged.push(...piece);
        expect(merged).toEqual([...sortOut(BigUint64Array.from(segments.flat())).receivers]);
      }),
      { numRuns: 200 },
    );
  });
});
