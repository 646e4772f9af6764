import { gunzipSync } from "node:zlib";
import { Malformed } from "./errors.ts";

/**
 * Unpack a gzip body.
 *
 * @param maxBytes of what comes out: a small file may unpack to gigabytes
 * @returns `undefined`: it would be longer
 * @throws {Malformed} if it is not gzip, or broken
 */
export function unzipBody(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw new Malformed("the body is not gzip, or broken");
  }
}

/**
 * A body's text, without a byte order mark.
 *
 * @throws {Malformed} if it is not UTF-8
 * @see RFC 8259 section 8.1: JSON is UTF-8; a parser may ignore a byte order mark
 */
export function decodeBody(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Malformed("the body is not UTF-8");
  }
}
