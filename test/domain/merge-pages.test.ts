import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergePages, type Page } from "../../lib/domain/merge-pages.ts";

const DOWN = { placeOf: (n: number) => n, isBefore: (a: number, b: number) => a > b };
const UP = { placeOf: (n: number) => n, isBefore: (a: number, b: number) => a < b };

describe("mergePages", () => {
  it.each<{ when: string; pages: Page<number, number>[]; limit: number; want: unknown }>([
    { when: "no shards", pages: [], limit: 5, want: { items: [] } },
    {
      when: "shards read to their end",
      pages: [{ items: [9, 3] }, { items: [5] }],
      limit: 5,
      want: { items: [9, 5, 3] },
    },
    {
      when: "one that has more: nothing beyond where its reading stopped",
      pages: [{ items: [9, 6], stoppedAt: 6 }, { items: [7, 5] }],
      limit: 5,
      want: { items: [9, 7, 6], next: 6 },
    },
    {
      when: "two that have more: the first place counts",
      pages: [{ items: [9], stoppedAt: 4 }, { items: [8], stoppedAt: 8 }, { items: [6] }],
      limit: 5,
      want: { items: [9, 8], next: 8 },
    },
    {
      when: "one whose page had nothing that was wanted",
      pages: [{ items: [], stoppedAt: 7 }, { items: [9, 6] }],
      limit: 5,
      want: { items: [9], next: 7 },
    },
    {
      when: "nothing that is certain",
      pages: [{ items: [], stoppedAt: 9 }, { items: [6] }],
      limit: 5,
      want: { items: [], next: 9 },
    },
    {
      when: "more than the limit",
      pages: [{ items: [9, 6] }, { items: [8, 7], stoppedAt: 7 }],
      limit: 2,
      want: { items: [9, 8], next: 8 },
    },
    { when: "just the limit", pages: [{ items: [9] }, { items: [8] }], limit: 2, want: { items: [9, 8] } },
    {
      when: "just the limit, and more to come",
      pages: [{ items: [9], stoppedAt: 5 }, { items: [8] }],
      limit: 2,
      want: { items: [9, 8], next: 5 },
    },
  ])("merges $when", ({ pages, limit, want }) => {
    expect(mergePages(pages, DOWN, limit)).toEqual(want);
  });

  it("orders by the order it is given", () => {
    const pages = [{ items: [1, 4], stoppedAt: 4 }, { items: [3, 5] }];
    expect(mergePages(pages, UP, 9)).toEqual({ items: [1, 3, 4], next: 4 });
  });

  it("pages through everything that is wanted in order, each once, however shards are cut", () => {
    const item = fc.record({ n: fc.integer({ min: 0, max: 500 }), shard: fc.nat(3), wanted: fc.boolean() });
    const items = fc.uniqueArray(item, { maxLength: 60, selector: ({ n }) => n });
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(items, size, fc.integer({ min: 1, max: 20 }), (all, pageSize, limit) => {
        const order = { placeOf: ({ n }: { n: number }) => n, isBefore: DOWN.isBefore };
        const seen: number[] = [];
        let after = Number.POSITIVE_INFINITY;
        for (let rounds = 0; rounds < 200; rounds++) {
          const pages = [0, 1, 2, 3].map((shard) => {
            const rest = all.filter((one) => one.shard === shard && one.n < after).sort((a, b) => b.n - a.n);
            const page = rest.slice(0, pageSize);
            const last = rest.length > pageSize ? page.at(-1) : undefined;
            return { items: page.filter(({ wanted }) => wanted), ...(last && { stoppedAt: last.n }) };
          });
          const { items: merged, next } = mergePages(pages, order, limit);
          expect(merged.length).toBeLessThanOrEqual(limit);
          seen.push(...merged.map(({ n }) => n));
          if (next === undefined) break;
          expect(next).toBeLessThan(after); // it gets on
          after = next;
        }
        const want = all.filter(({ wanted }) => wanted).map(({ n }) => n);
        expect(seen).toEqual(want.sort((a, b) => b - a));
      }),
    );
  });
});
