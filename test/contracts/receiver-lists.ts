import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredList } from "../../lib/domain/job.ts";
import type { ReceiverLists } from "../../lib/ports/receiver-lists.ts";

export type ListsUnderTest = Readonly<{
  lists: ReceiverLists;
  /** Replace an object behind the port's back; `undefined` removes it. */
  tamper(key: string, bytes: Uint8Array | undefined): Promise<void>;
}>;

const MAX = 2n ** 63n - 1n;
let names = 0;

/** Ids 19 digits long, 3 apart. */
function longIds(count: number): BigUint64Array {
  const ids = new BigUint64Array(count);
  for (let i = 0, id = 9_000_000_000_000_000_000n; i < count; i++, id += 3n) ids[i] = id;
  return ids;
}

const bytesOf = (...ids: bigint[]): Buffer =>
  Buffer.concat(
    ids.map((id) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(id);
      return bytes;
    }),
  );

async function write(lists: ReceiverLists, receivers: BigUint64Array, batchSize: number): Promise<StoredList> {
  const list = await lists.write(`list${names++}`, receivers, batchSize);
  return { list, receivers: receivers.length, batches: Math.ceil(receivers.length / batchSize), batchSize };
}

async function all(pieces: AsyncIterable<BigUint64Array>): Promise<bigint[][]> {
  const list: bigint[][] = [];
  for await (const piece of pieces) list.push([...piece]);
  return list;
}

/** Long lists are compared as bytes: as numbers it takes a second. */
const isSame = (a: BigUint64Array, b: BigUint64Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

/** Pieces of these lengths, then the rest. */
async function* cut(ids: BigUint64Array, lengths: readonly number[]): AsyncGenerator<BigUint64Array> {
  let at = 0;
  for (const length of lengths) {
    yield ids.subarray(at, at + length);
    at += length;
  }
  yield ids.subarray(at);
}

/** Every ReceiverLists passes this one suite. */
export function receiverListsContract(name: string, make: () => ListsUnderTest): void {
  describe(`${name} honours ReceiverLists`, () => {
    it("tells where the list stands, how long it is, and its hash", async () => {
      const list = await make().lists.write("abc", BigUint64Array.of(1n, 2n, MAX), 2);
      const object = bytesOf(1n, 2n, MAX, 1n, MAX);
      const sha256 = createHash("sha256").update(object).digest("base64");
      expect(list).toEqual({ key: "lists/abc", bytes: 40, sha256 });
    });

    it("reads any run of batches as it was written, the manifest, and the whole", async () => {
      const { lists } = make();
      const anyList = fc.uniqueArray(fc.bigInt({ min: 1n, max: MAX }), { minLength: 1, maxLength: 80 });
      await fc.assert(
        fc.asyncProperty(anyList, fc.integer({ min: 1, max: 30 }), fc.nat(90), fc.nat(90), async (ids, size, a, b) => {
          const receivers = BigUint64Array.from(ids).sort();
          const stored = await write(lists, receivers, size);
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          expect(await lists.read(stored, from, to)).toEqual(receivers.slice(from * size, to * size));
          expect(await lists.manifest(stored)).toEqual(receivers.filter((_, i) => i % size === 0));
          expect((await all(lists.stream(stored))).flat()).toEqual([...receivers]);
        }),
        { numRuns: 40 },
      );
    });

    it("streams a long list in pieces of whole batches, a few megabytes each", async () => {
      const { lists } = make();
      const receivers = longIds(1_100_001);
      const stored = await write(lists, receivers, 500);
      const lengths: number[] = [];
      let next = 0;
      for await (const piece of lists.stream(stored)) {
        expect(isSame(piece, receivers.subarray(next, next + piece.length))).toBe(true);
        next += piece.length;
        lengths.push(piece.length);
      }
      expect(next).toBe(receivers.length);
      expect(lengths.length).toBeGreaterThan(2);
      expect(lengths.slice(0, -1).every((length) => length % 500 === 0)).toBe(true);
      expect(Math.max(...lengths) * 8).toBeLessThanOrEqual(4 * 1024 * 1024);
    });

    it("writes a list that comes in pieces as it writes the same at once", async () => {
      const { lists } = make();
      const anyList = fc.uniqueArray(fc.bigInt({ min: 1n, max: MAX }), { minLength: 1, maxLength: 60 });
      const anyCuts = fc.array(fc.nat(20), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(anyList, fc.integer({ min: 1, max: 30 }), anyCuts, async (ids, size, cuts) => {
          const receivers = BigUint64Array.from(ids).sort();
          const { list, ...sizes } = await lists.writeAll(`list${names++}`, cut(receivers, cuts), size);
          const { list: want, ...wanted } = await write(lists, receivers, size);
          expect({ ...list, ...sizes }).toEqual({ ...want, ...wanted, key: list.key });
          expect((await all(lists.stream({ list, ...sizes }))).flat()).toEqual([...receivers]);
        }),
        { numRuns: 20 },
      );
    });

    it("writes a list of any length, in parts: 2,500,000 receivers are 20 MB", async () => {
      const { lists } = make();
      const receivers = longIds(2_500_000);
      const stored = await lists.writeAll(`list${names++}`, cut(receivers, Array(30).fill(100_000)), 497);
      expect(stored).toMatchObject({ receivers: 2_500_000, batches: 5_031, batchSize: 497 });
      expect(stored.list.bytes).toBe(8 * (2_500_000 + 5_031));
      let next = 0;
      for await (const piece of lists.stream(stored)) {
        expect(isSame(piece, receivers.subarray(next, next + piece.length))).toBe(true);
        next += piece.length;
      }
      expect(next).toBe(receivers.length);
    });

    it.each([
      { when: "nothing comes", pieces: [] },
      { when: "a piece is not ascending", pieces: [BigUint64Array.of(2n, 1n)] },
      {
        when: "a piece begins below the end of the one before",
        pieces: [BigUint64Array.of(1n, 3n), BigUint64Array.of(2n)],
      },
      { when: "somebody is in two pieces", pieces: [BigUint64Array.of(1n), BigUint64Array.of(1n)] },
    ])("writes no list where $when", async ({ pieces }) => {
      const { lists } = make();
      const name = `list${names++}`;
      await expect(
        lists.writeAll(
          name,
          (async function* () {
            yield* pieces;
          })(),
          2,
        ),
      ).rejects.toThrow(RangeError);
      const list = { key: `lists/${name}`, bytes: 16, sha256: "" };
      await expect(lists.read({ list, receivers: 1, batches: 1, batchSize: 2 }, 0, 1)).rejects.toThrow("missing");
    });

    it("leaves nothing of a list that fails on its way, and throws what was thrown", async () => {
      const { lists } = make();
      async function* failing() {
        yield longIds(1_500_000); // a part and a half
        throw new TypeError("no more");
      }
      await expect(lists.writeAll("failing", failing(), 500)).rejects.toThrow(new TypeError("no more"));
      const list = { key: "lists/failing", bytes: 16, sha256: "" };
      await expect(lists.read({ list, receivers: 1, batches: 1, batchSize: 2 }, 0, 1)).rejects.toThrow("missing");
    });

    it.each([
      { when: "empty", list: new BigUint64Array() },
      { when: "not ascending", list: BigUint64Array.of(2n, 1n) },
      { when: "with a duplicate", list: BigUint64Array.of(1n, 1n) },
    ])("writes no list that is $when", async ({ list }) => {
      await expect(make().lists.write(`list${names++}`, list, 500)).rejects.toThrow(RangeError);
    });

    // 5 receivers in batches of 2: what each read notices of the damage; batch 0 is what `read` reads
    const whole = bytesOf(1n, 2n, 3n, 4n, 5n, 1n, 3n, 5n);
    it.each([
      { when: "is missing", object: undefined, noticed: ["read", "manifest", "stream"] },
      { when: "is empty", object: bytesOf(), noticed: ["read", "manifest", "stream"] },
      { when: "lacks its last byte", object: whole.subarray(0, -1), noticed: ["read", "manifest", "stream"] },
      { when: "lacks the manifest", object: whole.subarray(0, 40), noticed: ["read", "manifest", "stream"] },
      {
        when: "has bytes behind it",
        object: bytesOf(1n, 2n, 3n, 4n, 5n, 1n, 3n, 5n, 6n),
        noticed: ["read", "manifest", "stream"],
      },
      { when: "is unsorted in a batch", object: bytesOf(2n, 1n, 3n, 4n, 5n, 1n, 3n, 5n), noticed: ["read", "stream"] },
      { when: "has somebody twice", object: bytesOf(1n, 1n, 3n, 4n, 5n, 1n, 3n, 5n), noticed: ["read", "stream"] },
      { when: "has the id 0", object: bytesOf(0n, 2n, 3n, 4n, 5n, 1n, 3n, 5n), noticed: ["read", "stream"] },
      {
        when: "has an id beyond int64",
        object: bytesOf(1n, MAX + 1n, 3n, 4n, 5n, 1n, 3n, 5n),
        noticed: ["read", "stream"],
      },
      {
        when: "is unsorted in the manifest",
        object: bytesOf(1n, 2n, 3n, 4n, 5n, 3n, 1n, 5n),
        noticed: ["manifest", "stream"],
      },
      { when: "has other receivers", object: bytesOf(1n, 2n, 3n, 4n, 6n, 1n, 3n, 6n), noticed: ["stream"] },
      { when: "has another manifest", object: bytesOf(1n, 2n, 3n, 4n, 5n, 1n, 4n, 5n), noticed: ["stream"] },
      { when: "is as it was written", object: whole, noticed: [] },
    ])("an object that $when is noticed by: $noticed", async ({ object, noticed }) => {
      const { lists, tamper } = make();
      const stored = await write(lists, BigUint64Array.of(1n, 2n, 3n, 4n, 5n), 2);
      await tamper(stored.list.key, object);
      const reads = {
        read: () => lists.read(stored, 0, 1),
        manifest: () => lists.manifest(stored),
        stream: () => all(lists.stream(stored)),
      };
      const damaged: string[] = [];
      for (const [read, doIt] of Object.entries(reads)) {
        const failure = await doIt().then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) damaged.push(read);
        const want = { code: "LIST_DAMAGED", list: stored.list.key };
        expect(failure ?? want).toMatchObject(want);
      }
      expect(damaged).toEqual(noticed);
    });

    it.each([
      { when: "more receivers", change: { receivers: 6 } },
      { when: "fewer batches", change: { batches: 2 } },
    ])("refuses to read for a job that has $when than the list", async ({ change }) => {
      const { lists } = make();
      const stored = { ...(await write(lists, BigUint64Array.of(1n, 2n, 3n, 4n, 5n), 2)), ...change };
      await expect(lists.read(stored, 0, 1)).rejects.toMatchObject({ code: "LIST_DAMAGED" });
      await expect(lists.manifest(stored)).rejects.toMatchObject({ code: "LIST_DAMAGED" });
      await expect(all(lists.stream(stored))).rejects.toMatchObject({ code: "LIST_DAMAGED" });
    });
  });
}
