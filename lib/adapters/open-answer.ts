import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** Codings by their names. zlib's own and the bare form of deflate are both in use. @see RFC 9110 section 8.4.1 */
const OPEN: Readonly<Record<string, (bytes: Uint8Array, maxOutputLength: number) => Uint8Array>> = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  "x-gzip": (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  deflate: (bytes, maxOutputLength) =>
    ((bytes[0] ?? 0) & 0x0f) === 8
      ? inflateSync(bytes, { maxOutputLength })
      : inflateRawSync(bytes, { maxOutputLength }),
  br: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
};

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The text of an answer, whatever was put around it on the way: codings that we did not ask for, a byte order mark. What cannot
 * be opened stays as it is: whoever reads it finds that it is no answer.
 *
 * @param contentEncoding the header, if there is one; bytes that are plainly gzip are opened without it too
 * @param maxBytes of what comes out
 */
export function openAnswer(bytes: Uint8Array, contentEncoding: string | undefined, maxBytes: number): string {
  const codings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim());
  let opened = bytes;
  for (const coding of codings.toReversed()) opened = tryOpen(opened, coding, maxBytes);
  if (isGzip(opened)) opened = tryOpen(opened, "gzip", maxBytes);
  return new TextDecoder(utf16Of(opened) ?? "utf-8").decode(opened); // it leaves out the mark
}

function tryOpen(bytes: Uint8Array, coding: string, maxBytes: number): Uint8Array {
  try {
    return OPEN[coding]?.(bytes, maxBytes) ?? bytes;
  } catch {
    return bytes; // zlib has a dozen errors for it, and each means that the header was wrong
  }
}

function utf16Of([a, b]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : undefined;
}
