import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasTag, LABEL, readTag, TAG_KEY, TAG_VALUE } from "../../lib/domain/tags.ts";

describe("a label", () => {
  it.each(["a", "Spring 2026", "你好 👨‍👩‍👧", "=cmd", "x".repeat(100), "🍂".repeat(100)])("'%s' is one", (text) => {
    expect(LABEL.test(text)).toBe(true);
  });

  it.each([
    { what: "nothing", text: "" },
    { what: "too long", text: "x".repeat(101) },
    { what: "a space before", text: " a" },
    { what: "a space behind", text: "a " },
    { what: "a space alone", text: " " },
    { what: "a new line", text: "a\r\nX-Header: b" },
    { what: "a zero", text: "a\0" },
    { what: "a tab", text: "a\tb" },
    { what: "delete", text: "a\x7f" },
    { what: "a line separator", text: "a\u2028b" },
    { what: "half of a pair", text: "a\ud800" },
  ])("$what is none", ({ text }) => expect(LABEL.test(text)).toBe(false));
});

describe("a tag", () => {
  it.each([
    { text: "a:b", want: [{ key: "a", value: "b" }] },
    { text: "a:", want: [{ key: "a", value: "" }] },
    {
      text: "a:b:c",
      want: [
        { key: "a", value: "b:c" },
        { key: "a:b", value: "c" },
      ],
    },
    { text: "ä:b:c", want: [] },
    { text: "a", want: [] },
    { text: ":b", want: [] },
    { text: "", want: [] },
    { text: "a:b\n", want: [] },
    { text: `${"k".repeat(64)}:v`, want: [{ key: "k".repeat(64), value: "v" }] },
    { text: `${"k".repeat(65)}:v`, want: [] },
    { text: `k:${"v".repeat(257)}`, want: [] },
  ])("'$text'", ({ text, want }) => expect(readTag(text)).toEqual(want));

  const key = fc.stringMatching(TAG_KEY);
  const value = fc.stringMatching(/^[a-z:]{0,9}$/);
  it("is had by exactly those who have a key and a value that read so", () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), key, value, (tags, k, v) => {
        const texts = Object.entries(tags).map((pair) => pair.join(":"));
        expect(hasTag(tags, `${k}:${v}`)).toBe(texts.includes(`${k}:${v}`));
        expect(hasTag({ ...tags, [k]: v }, `${k}:${v}`)).toBe(true);
      }),
    );
    expect(TAG_VALUE.test("")).toBe(true);
  });
});

it("a job has a tag if the value is that one", () => {
  const tags = { campaign: "spring", "a:b": "c" };
  expect(["campaign:spring", "a:b:c"].map((text) => hasTag(tags, text))).toEqual([true, true]);
  expect(["campaign:autumn", "campaign", "campaign:", "a:b", "toString:x"].map((text) => hasTag(tags, text))).toEqual(
    Array(5).fill(false),
  );
});
