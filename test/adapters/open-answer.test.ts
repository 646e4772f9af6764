import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openAnswer } from "../../lib/adapters/open-answer.ts";

const TEXT = '{"a":"漢字"}';
const marked = Buffer.from(`\uFEFF${TEXT}`);
const open = (bytes: Uint8Array, coding?: string) => openAnswer(bytes, coding, 1_000);

describe("openAnswer", () => {
  it.each([
    { when: "as it is", bytes: Buffer.from(TEXT) },
    { when: "with a byte order mark", bytes: marked },
    { when: "as UTF-16", bytes: Buffer.from(`\uFEFF${TEXT}`, "utf16le") },
    { when: "as UTF-16, the other way", bytes: Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16() },
    { when: "as gzip", bytes: gzipSync(TEXT), coding: "gzip" },
    { when: "as gzip by its other name", bytes: gzipSync(TEXT), coding: " X-GZIP" },
    { when: "as gzip that nobody named", bytes: gzipSync(TEXT) },
    { when: "as gzip that calls itself plain", bytes: gzipSync(TEXT), coding: "identity" },
    { when: "as gzip with a mark inside", bytes: gzipSync(marked), coding: "gzip" },
    { when: "as deflate", bytes: deflateSync(TEXT), coding: "deflate" },
    { when: "as bare deflate", bytes: deflateRawSync(TEXT), coding: "deflate" },
    { when: "as brotli", bytes: brotliCompressSync(TEXT), coding: "br" },
    { when: "packed twice", bytes: brotliCompressSync(gzipSync(TEXT)), coding: "gzip, br" },
    { when: "plain, though it calls itself gzip", bytes: Buffer.from(TEXT), coding: "gzip" },
    { when: "plain, though it calls itself deflate", bytes: Buffer.from(TEXT), coding: "deflate" },
    { when: "in a coding that nobody knows", bytes: Buffer.from(TEXT), coding: "aws-chunked" },
  ])("reads an answer $when", ({ bytes, coding }) => {
    expect(open(bytes, coding)).toBe(TEXT);
  });

  it("opens nothing that is larger than an answer may be", () => {
    expect(open(gzipSync("1".repeat(2_000)), "gzip")).not.toContain("1111");
  });
});
