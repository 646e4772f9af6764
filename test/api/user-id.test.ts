import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../lib/api/parse-json.ts";
import { toUserId } from "../../lib/api/user-id.ts";

const MAX_ID = 2n ** 63n - 1n;
const RANGE = "must be from 1 to 9223372036854775807";
const PLAIN = "must be written as plain decimal digits without leading zeros";
const KIND = "must be a whole number or a decimal string";

describe("toUserId", () => {
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
    expect(toUserId(parseJson(when))).toBe(want);
  });

  it("refuses a megabyte of digits at once", () => {
    const digits = "9".repeat(1_000_000);
    expect(toUserId(digits)).toBe(RANGE);
    expect(toUserId(parseJson(digits))).toBe(RANGE);
  });

  it.each([
    { when: "a double past 2^53", value: 2 ** 53, want: "must be a whole number, exact to the last digit" },
    { when: "a fraction", value: 1.5, want: "must be a whole number, exact to the last digit" },
    { when: "NaN", value: Number.NaN, want: "must be a whole number, exact to the last digit" },
    { when: "nothing", value: undefined, want: KIND },
  ])("refuses $when, should another parser hand it over", ({ value, want }) => {
    expect(toUserId(value)).toBe(want);
  });

  it("never takes anything else: what it reads prints as it was written", () => {
    const digits = fc.stringMatching(/^[-+]?0{0,2}[0-9]{1,21}(?:\.0)?(?:e[0-9])?$/);
    fc.assert(
      fc.property(digits, (text) => {
        const id = toUserId(text);
        const isId = /^[1-9][0-9]*$/.test(text) && BigInt(text) <= MAX_ID;
        expect(typeof id === "bigint" ? String(id) : undefined).toBe(isId ? text : undefined);
      }),
    );
  });
});
