import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultsWithin, toAscii, toAsciiJson } from "../../lib/domain/faults-within.ts";
import type { EventFault } from "../../lib/domain/incoming.ts";

const FAULT: EventFault = { pointer: "/a", detail: "b" };
/** As JSON. */
const FAULT_BYTES = '{"pointer":"/a","detail":"b"}'.length;

describe("toAscii", () => {
  it.each([
    { text: "plain ~ text", want: "plain ~ text" },
    { text: "a\nb", want: "a\\u000ab" },
    { text: "\x7f", want: "\\u007f" },
    { text: "é", want: "\\u00e9" },
    { text: "火山", want: "\\u706b\\u5c71" },
    { text: "😀", want: "\\ud83d\\ude00" },
  ])("$text is $want", ({ text, want }) => expect(toAscii(text)).toBe(want));

  it("whatever JSON holds, it is ASCII and says the same", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = toAsciiJson(value);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("faultsWithin", () => {
  it.each([
    { bytes: 3 + FAULT_BYTES, want: 1 },
    { bytes: 2 + FAULT_BYTES, want: 0 },
    { bytes: 4 + 2 * FAULT_BYTES, want: 2 },
    { bytes: 3 + 2 * FAULT_BYTES, want: 1 },
    { bytes: 1_000, want: 3 },
    { bytes: 0, want: 0 },
  ])("$bytes bytes hold $want of three", ({ bytes, want }) => {
    expect(faultsWithin([FAULT, FAULT, FAULT], bytes)).toEqual(Array.from({ length: want }, () => FAULT));
  });

  it("never takes more bytes than it may, and leaves none out that fits", () => {
    const fault = fc.record({ pointer: fc.string(), detail: fc.string({ unit: "grapheme" }) });
    fc.assert(
      fc.property(fc.array(fault), fc.integer({ min: 3, max: 300 }), (faults, bytes) => {
        const within = faultsWithin(faults, bytes);
        expect(within).toEqual(faults.slice(0, within.length));
        if (within.length > 0) expect(toAsciiJson(within).length).toBeLessThan(bytes);
        if (within.length === faults.length) return;
        expect(toAsciiJson(faults.slice(0, within.length + 1)).length).toBeGreaterThanOrEqual(bytes);
      }),
    );
  });
});
