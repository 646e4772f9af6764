import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../lib/api/parse-json.ts";
import { readReceivers } from "../../lib/api/receivers.ts";

const MAX_ID = 2n ** 63n - 1n;
const RANGE = "must be from 1 to 9223372036854775807";
const PLAIN = "must be written as plain decimal digits without leading zeros";
const KIND = "must be a whole number or a decimal string";

/** As they stand in a body: the parser and the reader together decide. */
const read = (json: string) => readReceivers(parseJson(json) as unknown[]);

describe("readReceivers", () => {
  it("sorts, drops and counts duplicates, however they are written", () => {
    expect(read('[5, "9007199254740993", 3, 9007199254740993, "5", 1, 5]')).toEqual({
      kind: "list",
      receivers: BigUint64Array.of(1n, 3n, 5n, 9_007_199_254_740_993n),
      duplicatesDropped: 3,
    });
  });

  it("reads an empty list as one", () => {
    expect(read("[]")).toEqual({ kind: "list", receivers: new BigUint64Array(), duplicatesDropped: 0 });
  });

  it("names every fault by its index", () => {
    expect(read('[1, 0, "x", 9223372036854775808, 2, null, 1e3]')).toEqual({
      kind: "faulty",
      total: 5,
      faults: [
        { pointer: "/Receiver/1", detail: RANGE },
        { pointer: "/Receiver/2", detail: PLAIN },
        { pointer: "/Receiver/3", detail: RANGE },
        { pointer: "/Receiver/5", detail: KIND },
        { pointer: "/Receiver/6", detail: PLAIN },
      ],
    });
  });

  it("names the first hundred faults and counts the rest", () => {
    const list = readReceivers([7, ...Array.from({ length: 250 }, () => -1), 8]);
    if (list.kind !== "faulty") throw new Error("not refused");
    expect(list.total).toBe(250);
    expect(list.faults).toHaveLength(100);
    expect(list.faults.map(({ pointer }) => pointer).slice(0, 2)).toEqual(["/Receiver/1", "/Receiver/2"]);
    expect(list.faults.at(-1)?.pointer).toBe("/Receiver/100");
  });

  it("agrees with BigInt on any list of ids, written as numbers or as strings", () => {
    const small = fc.bigInt({ min: 1n, max: 20n }); // so that there are duplicates
    const edge = fc.constantFrom(2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 10n ** 15n, MAX_ID);
    const id = fc.oneof(small, edge, fc.bigInt({ min: 1n, max: MAX_ID }));
    const written = fc
      .tuple(id, fc.boolean())
      .map(([value, quoted]) => ({ value, text: quoted ? `"${value}"` : `${value}` }));
    fc.assert(
      fc.property(fc.array(written), (list) => {
        const want = [...new Set(list.map(({ value }) => value))].sort((a, b) => (a < b ? -1 : 1));
        expect(read(`[${list.map(({ text }) => text).join()}]`)).toEqual({
          kind: "list",
          receivers: BigUint64Array.from(want),
          duplicatesDropped: list.length - want.length,
        });
      }),
    );
  });
});
