import fc from "fast-check";

const SURROGATES = { from: 0xd800, count: 0x800 };

/**
 * Any code point but half a pair, as text: a unit for `fc.string`. The same as its own unit `binary`, which makes a table of
 * all 1.1 million where it is first used.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10_ffff - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.from ? n : n + SURROGATES.count),
  (text) => {
    const [character, ...rest] = typeof text === "string" ? text : "";
    const code = character?.codePointAt(0);
    if (code === undefined || rest.length > 0) throw new Error("not one character");
    return code < SURROGATES.from ? code : code - SURROGATES.count;
  },
);
