import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBody, readOptionalBody } from "../../lib/http/body.ts";
import type { Request } from "../../lib/http/request.ts";
import { aRequest, refusalOf } from "./request.ts";

const JSON_TYPE = { "content-type": "application/json" };
const GZIP = { ...JSON_TYPE, "content-encoding": "gzip" };
const GZIPPED = { "content-type": "application/gzip", "content-encoding": "gzip" };
const TEXT = '{"Content":"línea 漢字 🙂"}';
const MB = 1024 * 1024;

const plain = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  aRequest({ method: "POST", body, headers });
const bytes = (body: Buffer, headers: Record<string, string> = JSON_TYPE) =>
  aRequest({ method: "POST", body: body.toString("base64"), base64: true, headers });

describe("readBody", () => {
  it.each([
    { when: "plain", request: plain(TEXT) },
    { when: "with a charset", request: plain(TEXT, { "content-type": "Application/JSON; charset=utf-8" }) },
    { when: "as bytes", request: bytes(Buffer.from(TEXT)) },
    { when: "with a charset in quotes", request: plain(TEXT, { "content-type": 'application/json;charset="UTF-8"' }) },
    {
      when: "with a charset spelled so",
      request: plain(TEXT, { "content-type": "application/json ; CHARSET = utf8" }),
    },
    {
      when: "of U+FFFD that was sent",
      request: plain('"\uFFFD"', { ...JSON_TYPE, "content-length": "5" }),
      text: '"\uFFFD"',
    },
    { when: "as gzip with a byte order mark", request: bytes(gzipSync(`\uFEFF${TEXT}`), GZIP) },
    { when: "with another parameter", request: plain(TEXT, { "content-type": "application/json; v=1" }) },
    { when: "with a byte order mark", request: plain(`\uFEFF${TEXT}`) },
    { when: "as bytes with a byte order mark", request: bytes(Buffer.from(`\uFEFF${TEXT}`)) },
    { when: "as gzip", request: bytes(gzipSync(TEXT), GZIP) },
    { when: "as gzip, said loudly", request: bytes(gzipSync(TEXT), { ...JSON_TYPE, "content-encoding": " GZIP " }) },
    {
      when: "as gzip in two members",
      request: bytes(Buffer.concat([gzipSync(TEXT.slice(0, 9)), gzipSync(TEXT.slice(9))]), GZIP),
    },
    { when: "as gzip by its type alone", request: bytes(gzipSync(TEXT), { "content-type": "application/gzip" }) },
    { when: "as gzip by its older type", request: bytes(gzipSync(TEXT), { "content-type": "application/x-gzip" }) },
    { when: "as gzip by its type and its encoding", request: bytes(gzipSync(TEXT), GZIPPED) },
    { when: "as gzip, with its bytes as characters", request: plain(gzipSync(TEXT).toString("latin1"), GZIP) },
    { when: "that somebody in front unpacked", request: plain(TEXT, GZIP) },
    { when: "that somebody in front unpacked, as bytes", request: bytes(Buffer.from(TEXT), GZIP) },
    { when: "that is no gzip, whatever its type says", request: plain(TEXT, GZIPPED) },
    { when: "unpacked, with a byte order mark", request: plain(`\uFEFF${TEXT}`, GZIP) },
    { when: "not encoded, and it says so", request: plain(TEXT, { ...JSON_TYPE, "content-encoding": "identity" }) },
  ])("reads a body $when", ({ request, text = TEXT }: Readonly<{ request: Request; text?: string }>) => {
    expect(readBody(request)).toBe(text);
  });

  it.each([
    { when: "no Content-Type", request: plain(TEXT, {}), status: 415 },
    { when: "a form", request: plain("a=b", { "content-type": "application/x-www-form-urlencoded" }), status: 415 },
    { when: "another JSON", request: plain(TEXT, { "content-type": "application/json5" }), status: 415 },
    { when: "Latin-1", request: plain(TEXT, { "content-type": "application/json; charset=iso-8859-1" }), status: 415 },
    { when: "UTF-16", request: plain(TEXT, { "content-type": 'application/json; charset="utf-16"' }), status: 415 },
    ...["gbk", "GB18030", "us-ascii", "utf-16le", "utf-7", "windows-1252", "utf-8x"].flatMap((charset) =>
      [
        `charset=${charset}`,
        `charset = "${charset}"`,
        `v=1;charset='${charset}'`,
        `charset=utf-8;charset=${charset}`,
      ].map((parameter) => ({
        when: parameter,
        request: plain(TEXT, { "content-type": `application/json;${parameter}` }),
        status: 415,
      })),
    ),
    {
      when: "text in which bytes were replaced",
      request: plain('{"Content":"\uFFFD\uFFFD"}', { ...JSON_TYPE, "content-length": "16" }),
      status: 400,
    },
    { when: "U+FFFD of no known length", request: plain('"\uFFFD"'), status: 400 },
    { when: "brotli", request: plain(TEXT, { ...JSON_TYPE, "content-encoding": "br" }), status: 415 },
    { when: "gzip twice", request: plain(TEXT, { ...JSON_TYPE, "content-encoding": "gzip, gzip" }), status: 415 },
    { when: "nothing", request: aRequest({ headers: JSON_TYPE }), status: 400 },
    { when: "an empty body", request: plain(""), status: 400 },
    { when: "gzip that is none", request: bytes(Buffer.from("[1]"), GZIP), status: 400 },
    { when: "a zip", request: bytes(gzipSync(TEXT), { "content-type": "application/zip" }), status: 415 },
    { when: "gzip cut short", request: bytes(gzipSync(TEXT).subarray(0, -9), GZIP), status: 400 },
    { when: "gzip with a wrong checksum", request: bytes(broken(gzipSync(TEXT)), GZIP), status: 400 },
    { when: "bytes that are not UTF-8", request: bytes(Buffer.from([0x22, 0xff, 0x22])), status: 400 },
    {
      when: "gzip of bytes that are not UTF-8",
      request: bytes(gzipSync(Buffer.from([0xc3, 0x28])), GZIP),
      status: 400,
    },
    { when: "more than Lambda takes", request: plain("x".repeat(6 * MB + 1)), status: 413 },
    { when: "a gzip bomb", request: bytes(gzipSync(Buffer.alloc(33 * MB)), GZIP), status: 413 },
  ])("refuses $when: $status", ({ request, status }) => {
    expect(refusalOf(() => readBody(request))).toMatchObject({ status, faults: [] });
  });

  it("opens a gzip body far larger than a plain one may be", () => {
    expect(readBody(bytes(gzipSync(" ".repeat(13 * MB)), GZIP))).toHaveLength(13 * MB);
  });

  function broken(zipped: Buffer): Buffer {
    zipped.writeUInt32LE(zipped.readUInt32LE(zipped.length - 8) ^ 1, zipped.length - 8);
    return zipped;
  }
});

describe("readOptionalBody", () => {
  it.each([
    { when: "none", request: aRequest({ method: "POST" }), want: undefined },
    { when: "an empty one", request: plain("", {}), want: undefined },
    { when: "one", request: plain("{}"), want: "{}" },
  ])("takes $when", ({ request, want }) => {
    expect(readOptionalBody(request)).toBe(want);
  });

  it("refuses a body that is no JSON by its type", () => {
    expect(refusalOf(() => readOptionalBody(plain("{}", {}))).status).toBe(415);
  });
});
