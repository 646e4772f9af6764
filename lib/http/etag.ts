import { createHash } from "node:crypto";

/** The ETag of a text. @see RFC 9110 section 8.8.3 */
export const etagOf = (text: string): string =>
  `"${createHash("sha256").update(text).digest("base64url").slice(0, 16)}"`;

/** Whether a client names the ETag as one that it has. @see RFC 9110 section 13.1.2 */
export function isKnown(headers: Readonly<Record<string, string | undefined>>, etag: string): boolean {
  const known = headers["if-none-match"] ?? headers["If-None-Match"] ?? "";
  return known.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}
