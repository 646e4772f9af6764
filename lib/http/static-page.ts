import { gzipSync } from "node:zlib";
import Negotiator from "negotiator";
import { etagOf, isKnown } from "./etag.ts";
import type { Reply, Request } from "./request.ts";

/** A page in one file. `policy`: the Content-Security-Policy that allows its own script and style by their hashes. */
export type Page = Readonly<{ html: string; policy: string }>;

/** What keeps others from using the page: no frame around it, no window that opened it, no address told on. */
const SAFE = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * A handler that answers with a page, the same for everybody: what it shows it asks the API for. Packed with gzip where the
 * client takes it: the HTTP API of API Gateway packs nothing itself.
 *
 * @returns 200 with the page, or 304 to a client that names the ETag it has
 */
export function staticPage({ html, policy }: Page): (request: Request) => Promise<Reply> {
  const etag = etagOf(html + policy);
  const packed = gzipSync(html, { level: 9, memLevel: 6 }).toString("base64"); // shorter blocks: 200 bytes less of this page
  const kept = { etag, "cache-control": "no-cache", vary: "accept-encoding" }; // kept, but asked for each time
  const headers = { ...kept, ...SAFE, "content-security-policy": policy, "content-type": "text/html; charset=utf-8" };
  return async ({ headers: given }) => {
    if (isKnown(given, etag)) return { statusCode: 304, headers: kept };
    const accepted = given["accept-encoding"] ?? given["Accept-Encoding"] ?? "identity";
    const encoding = new Negotiator({ headers: { "accept-encoding": accepted } }).encoding(["gzip", "identity"]);
    if (encoding !== "gzip") return { statusCode: 200, headers, body: html };
    const body = { body: packed, isBase64Encoded: true };
    return { statusCode: 200, headers: { ...headers, "content-encoding": "gzip" }, ...body };
  };
}
