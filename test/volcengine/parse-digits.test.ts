import fc from "fast-check";
import { parse } from "lossless-json";
import { describe, expect, it } from "vitest";
import { parseDigits } from "../../lib/volcengine/parse-digits.ts";

/** Written by others, in JavaScript: what it says of a text is what ours has to say. */
const oracle = (text: string): unknown =>
  parse(text, null, { parseNumber: (digits) => digits, onDuplicateKey: ({ newValue }) => newValue });

const resultOf = (read: (text: string) => unknown, text: string): unknown => {
  try {
    return { value: read(text) };
  } catch {
    return "not JSON";
  }
};

describe("parseDigits", () => {
  it.each([
    { text: `{"1":9223372036854775807}`, want: { "1": "9223372036854775807" } },
    { text: `[-1,0,-0,1.0,1e5,1E+5,1.50e-5]`, want: ["-1", "0", "-0", "1.0", "1e5", "1E+5", "1.50e-5"] },
    { text: ` { "a" : 12 , "b" : [ 3 ] } `, want: { a: "12", b: ["3"] } },
    { text: `["1","[2,3]","\\\\",4,"\\"5,6",7]`, want: ["1", "[2,3]", "\\", "4", '"5,6', "7"] },
    { text: `{"a":1,"a":2}`, want: { a: "2" } },
    { text: "[true,false,null]", want: [true, false, null] },
    { text: "12", want: "12" },
  ])("reads $text", ({ text, want }) => {
    expect(parseDigits(text)).toEqual(want);
    expect(oracle(text)).toEqual(want);
  });

  it.each([
    ...["", "01", "[01]", "[1 2]", "[1,]", "[-]", "[.5]", "[1.]", "[1e]", "[+1]", "[1a]", `["1]`, `["\\1]`, `[1"2"]`],
    ...[
      "{1:2}",
      "{12 :3}",
      `{1.5\n:2}`,
      "{-1:2}",
      `{"a":1 2}`,
      `{"a" 1}`,
      '["a\n1"]',
      "NaN",
      "[0x1]",
      `"1`,
      `1"`,
      `"\\`,
    ],
  ])("refuses %j", (text) => {
    expect(() => parseDigits(text)).toThrow(SyntaxError);
  });

  /** As much as an answer may hold. Where a pattern looks at a text again for each of its characters, this takes minutes. */
  const MANY = 1_000_000;
  it.each(["0", "1", " ", "1 ", "-", "[", '"', '"a"', '"a",', "\\", "1.", "1e", "1:", "{1:"])(
    "is done at once with %j, a million times",
    (text) => {
      const long = text.repeat(MANY / text.length);
      expect(resultOf(parseDigits, long)).toEqual(text === "1" ? { value: long } : "not JSON");
      expect(resultOf(parseDigits, `[7,${JSON.stringify(long)}]`)).toEqual({ value: ["7", long] });
    },
  );

  it("says of any text what a parser of another make says, also of one that was broken", () => {
    const change = fc.record({
      at: fc.nat(200),
      cut: fc.nat(3),
      put: fc.constantFrom("", `"`, "\\", "1", "-", ".", "e", ":", ",", "{", "}", "[", "]", " ", "\n"),
    });
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(change, { maxLength: 3 }), (value, changes) => {
        let text = JSON.stringify(value);
        for (const { at, cut, put } of changes) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + put + text.slice(place + cut);
        }
        expect(resultOf(parseDigits, text)).toEqual(resultOf(oracle, text));
      }),
      { numRuns: 2_000 },
    );
  });
});
