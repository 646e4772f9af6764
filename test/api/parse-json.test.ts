import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { LosslessNumber } from "lossless-json";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../lib/api/parse-json.ts";

const lossless = (text: string) => new LosslessNumber(text);

describe("parseJson", () => {
  it.each([
    { when: "0", want: 0 },
    { when: "7", want: 7 },
    { when: "999999999999999", want: 999_999_999_999_999 },
    { when: "1000000000000000", want: 1_000_000_000_000_000n },
    { when: "9007199254740993", want: 9_007_199_254_740_993n },
    { when: "9223372036854775807", want: 9_223_372_036_854_775_807n },
    { when: "9999999999999999999", want: 9_999_999_999_999_999_999n },
    { when: "10000000000000000000", want: lossless("10000000000000000000") },
    { when: "-1", want: lossless("-1") },
    { when: "-0", want: lossless("-0") },
    { when: "1.0", want: lossless("1.0") },
    { when: "1e3", want: lossless("1e3") },
    { when: "1E3", want: lossless("1E3") },
    { when: "1e400", want: lossless("1e400") },
  ])("reads the number $when without losing how it was written", ({ when, want }) => {
    expect(parseJson(when)).toEqual(want);
    expect(parseJson(`[1,${when}]`)).toEqual([1, want]);
    expect(parseJson(`{"a":{"b":${when}},"c":"1.5e-3"}`)).toEqual({ a: { b: want }, c: "1.5e-3" });
  });

  it("keeps a megabyte of digits as text, at once", () => {
    const digits = "9".repeat(1_000_000);
    expect(parseJson(`[${digits}]`)).toEqual([lossless(digits)]);
  });

  it.each([
    { when: "nothing", text: "" },
    { when: "words", text: "not json" },
    { when: "a leading zero", text: "[01]" },
    { when: "a plus sign", text: "[+1]" },
    { when: "a bare point", text: "[1.]" },
    { when: "NaN", text: "[NaN]" },
    { when: "a comma too many", text: "[1,]" },
    { when: "the end missing", text: '{"a":[1,2' },
    { when: "the end missing after a long number", text: "[9007199254740993" },
    { when: "something behind the end", text: "{} {}" },
    { when: "a raw line break in a string", text: '"a\nb"' },
  ])("refuses $when", ({ text }) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each([{ inner: "" }, { inner: "1.5" }])("refuses what is nested too deep around '$inner'", ({ inner }) => {
    const deep = 200_000;
    expect(() => parseJson(`${"[".repeat(deep)}${inner}${"]".repeat(deep)}`)).toThrow(SyntaxError);
  });

  it("takes the last of a key given twice, whichever way the text goes", () => {
    expect(parseJson('{"a":1,"b":[3],"a":2}')).toEqual({ a: 2, b: [3] });
    expect(parseJson('{"a":1,"b":9007199254740993,"a":2}')).toEqual({ a: 2, b: 9_007_199_254_740_993n });
  });

  it("keeps a key named __proto__ an ordinary key, whichever way the text goes", () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"n":9007199254740993}']) {
      const value = parseJson(text) as object;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.hasOwn(value, "__proto__")).toBe(true);
    }
  });

  it("equals JSON.parse wherever that one is exact", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom("é", "🙂", "\ud800", "\\", "\u0000"),
      fc.boolean(),
      fc.constant(null),
      fc.nat(1e15 - 1),
      version(),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        leaf,
        fc.array(tie("any"), { maxLength: 5 }),
        fc.dictionary(fc.string(), tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const text = JSON.stringify(given);
        expect(isDeepStrictEqual(parseJson(text), JSON.parse(text)), text).toBe(true);
      }),
    );
  });

  it("gives every whole number back digit by digit", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 25n })), (numbers) => {
        const read = parseJson(`[${numbers.join(", ")}]`) as unknown[];
        expect(read.map(String)).toEqual(numbers.map(String));
      }),
    );
  });
});

/** Text that looks like a number sends the parser the slower way. */
const version = () => fc.tuple(fc.nat(), fc.nat()).map(([major, minor]) => `v${major}.${minor}-1e3`);
