import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Malformed } from "../../lib/domain/errors.ts";
import { decodeBody, unzipBody } from "../../lib/domain/open-body.ts";
import { MAX_BODY_BYTES, MAX_OPENED_BYTES } from "../../lib/domain/request-limits.ts";

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytes = (...values: number[]) => Uint8Array.from(values);

describe("unzipBody", () => {
  const packed = gzipSync("0123456789");

  it.each([
    { when: "exactly as long as it may be", maxBytes: 10, want: "0123456789" },
    { when: "a byte longer", maxBytes: 9, want: undefined },
  ])("unpacks what is $when", ({ maxBytes, want }) => expect(text(unzipBody(packed, maxBytes))).toBe(want));

  it.each([
    { when: "it is not gzip", body: bytes(0x7b, 0x7d) },
    { when: "it is cut off", body: packed.subarray(0, -1) },
    { when: "it is empty", body: bytes() },
  ])("says so if $when", ({ body }) => {
    const unzip = () => unzipBody(body, 100);
    expect(unzip).toThrow(Malformed);
    expect(unzip).toThrow("the body is not gzip, or broken");
  });
});

describe("decodeBody", () => {
  it.each([
    { when: "plain", body: bytes(0x7b, 0x7d), want: "{}" },
    { when: "of several bytes a character", body: bytes(0xe7, 0x81, 0xab), want: "火" },
    { when: "behind a byte order mark", body: bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d), want: "{}" },
    { when: "empty", body: bytes(), want: "" },
  ])("reads text that is $when", ({ body, want }) => expect(decodeBody(body)).toBe(want));

  it.each([
    { when: "Latin-1", body: bytes(0x22, 0xe9, 0x22) },
    { when: "cut off within a character", body: bytes(0xe7, 0x81) },
    { when: "UTF-16", body: bytes(0xff, 0xfe, 0x7b, 0x00) },
  ])("says so if it is $when", ({ body }) => {
    const decode = () => decodeBody(body);
    expect(decode).toThrow(Malformed);
    expect(decode).toThrow("the body is not UTF-8");
  });
});

it("a body may be as long as Lambda takes it, 6 MiB, and unpack to 32 MiB", () => {
  expect(MAX_BODY_BYTES).toBe(6_291_456);
  expect(MAX_OPENED_BYTES).toBe(33_554_432);
});
