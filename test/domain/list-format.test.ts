import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  batchBytes,
  decodeIds,
  encodeIds,
  encodeList,
  isAscending,
  listBytes,
  manifestBytes,
} from "../../lib/domain/list-format.ts";

const ids = (...list: bigint[]): BigUint64Array => BigUint64Array.from(list);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const MAX = 2n ** 63n - 1n;

const anyIds = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: MAX }), { minLength: 1, maxLength: 60 })
  .map((list) => BigUint64Array.from(list).sort());

describe("encodeList", () => {
  it("writes the receivers big-endian, and behind them the first of every batch", () => {
    expect(hex(encodeList(ids(1n, 258n, MAX), 2))).toBe(
      "0000000000000001" + "0000000000000102" + "7fffffffffffffff" + "0000000000000001" + "7fffffffffffffff",
    );
  });

  it("leaves what it was given as it is, also a part of a larger array", () => {
    const all = ids(9n, 1n, 2n, 9n);
    expect(hex(encodeList(all.subarray(1, 3), 500))).toBe("0000000000000001" + "0000000000000002" + "0000000000000001");
    expect(all).toEqual(ids(9n, 1n, 2n, 9n));
  });

  it("is as long as listBytes says, and every batch stands where batchBytes says", () => {
    fc.assert(
      fc.property(anyIds, fc.integer({ min: 1, max: 20 }), fc.nat(70), fc.nat(70), (receivers, batchSize, a, b) => {
        const sizes = { receivers: receivers.length, batches: Math.ceil(receivers.length / batchSize), batchSize };
        const bytes = encodeList(receivers, batchSize);
        expect(bytes.length).toBe(listBytes(sizes));
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const { start, end } = batchBytes(sizes, from, to);
        expect(decodeIds(bytes.subarray(start, end))).toEqual(receivers.subarray(from * batchSize, to * batchSize));
        const manifest = manifestBytes(sizes);
        expect(decodeIds(bytes.subarray(manifest.start, manifest.end))).toEqual(
          receivers.filter((_, i) => i % batchSize === 0),
        );
        expect(manifest.end).toBe(bytes.length);
      }),
    );
  });
});

describe("batchBytes", () => {
  const sizes = { receivers: 5, batches: 3, batchSize: 2 };

  it.each([
    { when: "the first batch", from: 0, to: 1, want: { start: 0, end: 16 } },
    { when: "the last, which is shorter", from: 2, to: 3, want: { start: 32, end: 40 } },
    { when: "all of them", from: 0, to: 3, want: { start: 0, end: 40 } },
    { when: "none", from: 1, to: 1, want: { start: 16, end: 16 } },
    { when: "more than there are", from: 2, to: 9, want: { start: 32, end: 40 } },
    { when: "only such as there are not", from: 7, to: 9, want: { start: 40, end: 40 } },
    { when: "a negative one", from: -1, to: 1, want: { start: 0, end: 16 } },
    { when: "a range the wrong way round", from: 2, to: 1, want: { start: 32, end: 32 } },
  ])("$when: $want.start to $want.end", ({ from, to, want }) => {
    expect(batchBytes(sizes, from, to)).toEqual(want);
  });
});

describe("encodeIds and decodeIds", () => {
  it("undo each other, at any address", () => {
    fc.assert(
      fc.property(anyIds, fc.nat(9), (list, offset) => {
        const shifted = Buffer.concat([Buffer.alloc(offset), encodeIds(list)]).subarray(offset);
        expect(decodeIds(shifted)).toEqual(list);
      }),
    );
  });

  it("make bytes that sort as the ids do", () => {
    const pair = fc.tuple(fc.bigInt({ min: 1n, max: MAX }), fc.bigInt({ min: 1n, max: MAX }));
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(Buffer.compare(encodeIds(ids(a)), encodeIds(ids(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it("touch neither what they read nor what they return later", () => {
    const list = ids(1n);
    const bytes = encodeIds(list);
    decodeIds(bytes)[0] = 7n;
    expect([list[0], hex(bytes)]).toEqual([1n, "0000000000000001"]);
  });

  it("refuse part of an id", () => {
    expect(() => decodeIds(new Uint8Array(12))).toThrow(RangeError);
  });
});

describe("isAscending", () => {
  const WORD = 2n ** 32n;

  it.each([
    { when: "empty", list: ids(), want: true },
    { when: "one id", list: ids(1n), want: true },
    { when: "the largest id", list: ids(1n, MAX), want: true },
    { when: "ascending across a word", list: ids(WORD - 1n, WORD, WORD + 1n), want: true },
    { when: "ascending in the high word alone", list: ids(WORD + 5n, 2n * WORD + 1n), want: true },
    { when: "zero", list: ids(0n, 1n), want: false },
    { when: "beyond int64", list: ids(1n, MAX + 1n), want: false },
    { when: "one twice", list: ids(1n, 2n, 2n), want: false },
    { when: "two swapped", list: ids(1n, 3n, 2n), want: false },
    { when: "falling in the high word alone", list: ids(2n * WORD + 1n, WORD + 5n), want: false },
    { when: "the last below the first", list: ids(3n, 4n, 1n), want: false },
  ])("$when: $want", ({ list, want }) => {
    expect(isAscending(list)).toBe(want);
  });

  it("agrees with comparing one by one", () => {
    const near = fc.array(fc.bigInt({ min: WORD - 3n, max: WORD + 3n }), { maxLength: 4 });
    fc.assert(
      fc.property(near, (list) => {
        expect(isAscending(BigUint64Array.from(list))).toBe(list.every((id, i) => i === 0 || id > (list[i - 1] ?? 0n)));
      }),
    );
  });

  it("sees only its own part of a larger array", () => {
    expect(isAscending(ids(9n, 1n, 2n, 0n).subarray(1, 3))).toBe(true);
  });
});
