import { gunzipSync } from "node:zlib";
import { Malformed } from "../domain/errors.ts";
import { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";

/** What Lambda takes in one invocation. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** A gzip body of the largest size unpacks to about 13 MB of random ids; far more than that is an attack. */
const MAX_OPENED_BYTES = 32 * 1024 * 1024;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The request's JSON text, unpacked if it came as gzip, without a byte order mark.
 *
 * @throws {HttpError} 413 too large (packed or unpacked), 415 not JSON by its Content-Type, a charset other than UTF-8 or
 *   an encoding other than gzip
 * @throws {Malformed} broken gzip, no body, or not UTF-8
 * @see RFC 8259 section 8.1: JSON is UTF-8; a parser may ignore a byte order mark
 */
export function readBody({ body, isBase64Encoded, headers }: Request): string {
  assertJson(headers["content-type"] ?? "");
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new HttpError(415, "Content-Encoding must be gzip or none");
  if (!body) throw new Malformed("the request has no body");
  if (body.length > MAX_BODY_BYTES) throw new HttpError(413, `the body must not exceed ${MAX_BODY_BYTES} bytes`);
  if (!isBase64Encoded && encoding === "identity") return body.startsWith(BYTE_ORDER_MARK) ? body.slice(1) : body;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "latin1");
  return decode(encoding === "gzip" ? open(bytes) : bytes);
}

/** As {@link readBody}, where there need not be a body. */
export const readOptionalBody = (request: Request): string | undefined =>
  request.body ? readBody(request) : undefined;

function assertJson(contentType: string): void {
  const [type, ...parameters] = contentType.toLowerCase().split(";");
  if (type?.trim() !== "application/json") throw new HttpError(415, "Content-Type must be application/json");
  const charset = parameters
    .map((one) => /^\s*charset="?([^"]*?)"?\s*$/.exec(one)?.[1])
    .find((one) => one !== undefined);
  if (charset !== undefined && charset !== "utf-8") throw new HttpError(415, "the charset must be utf-8");
}

function open(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_OPENED_BYTES });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new HttpError(413, `the body must not exceed ${MAX_OPENED_BYTES} bytes when unpacked`);
    }
    throw new Malformed("the body is not gzip, or broken");
  }
}

/** Takes a byte order mark away too. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Malformed("the body is not UTF-8");
  }
}
