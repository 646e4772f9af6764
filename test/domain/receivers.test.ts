import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../lib/api/parse-json.ts";
import { readReceivers, toId } from "../../lib/domain/receivers.ts";

const MAX_ID = 2n ** 63n - 1n;
const RANGE = "must be from 1 to 9223372036854775807";
const PLAIN = "must be written as plain decimal digits without leading zeros";
const KIND = "must be a whole number or a decimal string";

/** As they stand in a body: the parser and the reader together decide. */
const read = (json: string) => readReceivers(parseJson(json) as unknown[]);

describe("toId", () => {
  it.each([
    { when: "1", want: 1n },
    { when: '"1"', want: 1n },
    { when: "999999999999999", want: 999_999_999_999_999n },
    { when: "1000000000000000", want: 1_000_000_000_000_000n },
    { when: "9007199254740993", want: 9_007_199_254_740_993n },
    { when: '"9007199254740993"', want: 9_007_199_254_740_993n },
    { when: "9223372036854775807", want: MAX_ID },
    { when: '"9223372036854775807"', want: MAX_ID },
    { when: "9223372036854775808", want: RANGE },
    { when: '"9223372036854775808"', want: RANGE },
    { when: "18446744073709551617", want: RANGE }, // 2^64 + 1: cut to 64 bits it would be user 1
    { when: '"18446744073709551617"', want: RANGE },
    { when: "0", want: RANGE },
    { when: '"0"', want: RANGE },
    { when: "-1", want: RANGE },
    { when: '"-1"', want: RANGE },
    { when: "-0", want: RANGE },
    { when: "-9223372036854775809", want: RANGE },
    { when: "1.0", want: PLAIN },
    { when: "1e3", want: PLAIN },
    { when: "1E3", want: PLAIN },
    { when: "-1.5", want: PLAIN },
    { when: '"1.0"', want: PLAIN },
    { when: '"1e3"', want: PLAIN },
    { when: '"007"', want: PLAIN },
    { when: '"00"', want: PLAIN },
    { when: '"+7"', want: PLAIN },
    { when: '" 7"', want: PLAIN },
    { when: '"7\\n"', want: PLAIN },
    { when: '"0x10"', want: PLAIN },
    { when: '"１２"', want: PLAIN }, // digits, though not ASCII
    { when: '""', want: PLAIN },
    { when: "null", want: KIND },
    { when: "true", want: KIND },
    { when: "[1]", want: KIND },
    { when: '{"id":1}', want: KIND },
  ])("reads $when as $want", ({ when, want }) => {
    expect(toId(parseJson(when))).toBe(want);
  });

  it("refuses a megabyte of digits at once", () => {
    const digits = "9".repeat(1_000_000);
    expect(toId(digits)).toBe(RANGE);
    expect(toId(parseJson(digits))).toBe(RANGE);
  });

  it.each([
    { when: "a double past 2^53", value: 2 ** 53, want: "must be a whole number, exact to the last digit" },
    { when: "a fraction", value: 1.5, want: "must be a whole number, exact to the last digit" },
    { when: "NaN", value: Number.NaN, want: "must be a whole number, exact to the last digit" },
    { when: "nothing", value: undefined, want: KIND },
  ])("refuses $when, should another parser hand it over", ({ value, want }) => {
    expect(toId(value)).toBe(want);
  });
});

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

  it("never takes anything else: what it reads prints as it was written", () => {
    const digits = fc.stringMatching(/^[-+]?0{0,2}[0-9]{1,21}(?:\.0)?(?:e[0-9])?$/);
    fc.assert(
      fc.property(digits, (text) => {
        const id = toId(text);
        const isId = /^[1-9][0-9]*$/.test(text) && BigInt(text) <= MAX_ID;
        expect(typeof id === "bigint" ? String(id) : undefined).toBe(isId ? text : undefined);
      }),
    );
  });
});
