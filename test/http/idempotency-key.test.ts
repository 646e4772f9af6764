import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIdempotencyKey } from "../../lib/http/idempotency-key.ts";
import { aRequest, refusalOf } from "./request.ts";

const withKey = (key: string) => aRequest({ headers: { "idempotency-key": key } });
const read = (key: string) => readIdempotencyKey(withKey(key), {}).idempotencyKey;

describe("readIdempotencyKey", () => {
  it("reads none", () => {
    expect(readIdempotencyKey(aRequest({}), {})).toEqual({});
  });

  it("takes the signature of a signed request that has none", () => {
    expect(readIdempotencyKey(aRequest({}), { signature: "ab" })).toEqual({ idempotencyKey: "signature ab" });
    expect(readIdempotencyKey(withKey("k"), { signature: "ab" })).toEqual({ idempotencyKey: "k" });
  });

  it.each([
    { when: "bare", key: "k", want: "k" },
    { when: "quoted", key: '"k"', want: "k" },
    { when: "with space around it", key: ' "k" ', want: "k" },
    { when: "a UUID", key: '"8e03978e-40d5-43e8-bc93-6894a57f9324"', want: "8e03978e-40d5-43e8-bc93-6894a57f9324" },
    { when: "bare, with a space inside", key: "~ !", want: "~ !" },
    { when: "bare, with a quote inside", key: 'a"b\\', want: 'a"b\\' },
    { when: "quoted, with both escapes", key: String.raw`"a\"b\\"`, want: 'a"b\\' },
    { when: "the longest", key: "x".repeat(255), want: "x".repeat(255) },
    { when: "the longest, quoted", key: `"${"x".repeat(255)}"`, want: "x".repeat(255) },
  ])("reads one $when", ({ key, want }) => {
    expect(read(key)).toBe(want);
  });

  it.each([
    { when: "an empty one", key: "" },
    { when: "an empty one in quotes", key: '""' },
    { when: "one too long", key: "x".repeat(256) },
    { when: "one too long, quoted", key: `"${"x".repeat(256)}"` },
    { when: "a line break", key: "a\nb" },
    { when: "a control character", key: "a\u007f" },
    { when: "others than ASCII", key: "clé" },
    { when: "a quote without end", key: '"a' },
    { when: "an escaped last quote", key: String.raw`"a\"` },
    { when: "an escape there is not", key: String.raw`"a\n"` },
    { when: "something behind the quotes", key: '"a"b' },
    { when: "two keys", key: '"a", "b"' },
  ])("refuses $when", ({ key }) => {
    expect(refusalOf(() => read(key)).status).toBe(400);
  });

  it("takes any key in quotes for the same key bare", () => {
    const key = fc.stringMatching(/^[\x21\x23-\x7e][\x20-\x7e]{0,99}[\x21-\x7e]$/);
    fc.assert(
      fc.property(key, (bare) => {
        expect(read(`"${bare.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`)).toBe(bare);
        expect(read(bare)).toBe(bare);
      }),
    );
  });
});
