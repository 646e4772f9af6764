import { Malformed } from "../domain/errors.ts";
import { decodeBody, unzipBody } from "../domain/open-body.ts";
import { MAX_BODY_BYTES, MAX_OPENED_BYTES } from "../domain/request-limits.ts";
import { HttpError } from "./http-error.ts";
import { isReplaced } from "./replaced-text.ts";
import type { Request } from "./request.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** A packed body by its type alone. The second name is older than the first, and still in use. @see RFC 6713 */
const GZIP_TYPES: readonly string[] = ["application/gzip", "application/x-gzip"];
/** White space around the sign and either kind of quotes are not allowed, and are sent all the same. */
const CHARSET = /^\s*charset\s*=\s*["']?([^"']*?)["']?\s*$/;

/**
 * The request's JSON text, unpacked if it came as gzip, without a byte order mark. A body that begins as a JSON object is
 * taken as it stands, whatever the headers say: gzip never begins so, and whoever stands in front may have unpacked it.
 *
 * @throws {HttpError} 413 too large (packed or unpacked), 415 neither JSON nor gzip by its Content-Type, a charset other than
 *   UTF-8 or an encoding other than gzip
 * @throws {Malformed} broken gzip, no body, or not UTF-8
 * @see RFC 8259 section 8.1: JSON is UTF-8; a parser may ignore a byte order mark
 */
export function readBody(request: Request): string {
  const { body, isBase64Encoded, headers } = request;
  const isGzipType = assertType(headers["content-type"] ?? "") === "gzip";
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new HttpError(415, "Content-Encoding must be gzip or none");
  if (!body) throw new Malformed("the request has no body");
  if (body.length > MAX_BODY_BYTES) throw new HttpError(413, `the body must not exceed ${MAX_BODY_BYTES} bytes`);
  const isPacked = isGzipType || encoding === "gzip";
  if (!isBase64Encoded && (!isPacked || isObject(body))) {
    if (isReplaced(request)) throw new Malformed("the body is not UTF-8");
    return body.startsWith(BYTE_ORDER_MARK) ? body.slice(1) : body;
  }
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "latin1");
  return decodeBody(isPacked && !isObject(bytes.toString("utf8", 0, 100)) ? open(bytes) : bytes);
}

const isObject = (text: string): boolean => /^\uFEFF?[ \t\r\n]*\{/.test(text);

/** As {@link readBody}, where there need not be a body. */
export const readOptionalBody = (request: Request): string | undefined =>
  request.body ? readBody(request) : undefined;

function assertType(contentType: string): "json" | "gzip" {
  const [first = "", ...parameters] = contentType.toLowerCase().split(";");
  const type = first.trim();
  if (GZIP_TYPES.includes(type)) return "gzip";
  if (type !== "application/json")
    throw new HttpError(415, "Content-Type must be application/json or application/gzip");
  const charsets = parameters.flatMap((one) => CHARSET.exec(one)?.[1] ?? []);
  if (!charsets.every((charset) => charset === "utf-8" || charset === "utf8"))
    throw new HttpError(415, "the charset must be utf-8");
  return "json";
}

function open(bytes: Buffer): Uint8Array {
  const opened = unzipBody(bytes, MAX_OPENED_BYTES);
  if (opened) return opened;
  throw new HttpError(413, `the body must not exceed ${MAX_OPENED_BYTES} bytes when unpacked`);
}
