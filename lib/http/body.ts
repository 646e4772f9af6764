import { Malformed } from "../domain/errors.ts";
import { decodeBody, unzipBody } from "../domain/open-body.ts";
import { MAX_BODY_BYTES, MAX_OPENED_BYTES } from "../domain/request-limits.ts";
import { HttpError } from "./http-error.ts";
import { isReplaced } from "./replaced-text.ts";
import type { Request } from "./request.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** White space around the sign and either kind of quotes are not allowed, and are sent all the same. */
const CHARSET = /^\s*charset\s*=\s*["']?([^"']*?)["']?\s*$/;

/**
 * The request's JSON text, unpacked if it came as gzip, without a byte order mark.
 *
 * @throws {HttpError} 413 too large (packed or unpacked), 415 not JSON by its Content-Type, a charset other than UTF-8 or
 *   an encoding other than gzip
 * @throws {Malformed} broken gzip, no body, or not UTF-8
 * @see RFC 8259 section 8.1: JSON is UTF-8; a parser may ignore a byte order mark
 */
export function readBody(request: Request): string {
  const { body, isBase64Encoded, headers } = request;
  assertJson(headers["content-type"] ?? "");
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new HttpError(415, "Content-Encoding must be gzip or none");
  if (!body) throw new Malformed("the request has no body");
  if (body.length > MAX_BODY_BYTES) throw new HttpError(413, `the body must not exceed ${MAX_BODY_BYTES} bytes`);
  if (isReplaced(request)) throw new Malformed("the body is not UTF-8");
  if (!isBase64Encoded && encoding === "identity") return body.startsWith(BYTE_ORDER_MARK) ? body.slice(1) : body;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "latin1");
  return decodeBody(encoding === "gzip" ? open(bytes) : bytes);
}

/** As {@link readBody}, where there need not be a body. */
export const readOptionalBody = (request: Request): string | undefined =>
  request.body ? readBody(request) : undefined;

function assertJson(contentType: string): void {
  const [type, ...parameters] = contentType.toLowerCase().split(";");
  if (type?.trim() !== "application/json") throw new HttpError(415, "Content-Type must be application/json");
  const charsets = parameters.flatMap((one) => CHARSET.exec(one)?.[1] ?? []);
  if (!charsets.every((charset) => charset === "utf-8" || charset === "utf8"))
    throw new HttpError(415, "the charset must be utf-8");
}

function open(bytes: Buffer): Uint8Array {
  const opened = unzipBody(bytes, MAX_OPENED_BYTES);
  if (opened) return opened;
  throw new HttpError(413, `the body must not exceed ${MAX_OPENED_BYTES} bytes when unpacked`);
}
