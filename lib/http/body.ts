import { gunzipSync } from "node:zlib";
import { BadRequest } from "../domain/errors.ts";
import type { Request } from "./route.ts";

/** What Lambda takes in one invocation. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** A gzip body of the largest size opens to about 13 MB of ids; far more than that is a bomb. */
const MAX_OPENED_BYTES = 32 * 1024 * 1024;

/**
 * The request's JSON text, unpacked if it came as gzip.
 *
 * @throws {BadRequest} 413 too large (packed or unpacked), 415 not JSON by its Content-Type or an encoding other than
 *   gzip, 400 broken gzip, no body, or not UTF-8
 */
export function readBody({ body, isBase64Encoded, headers }: Request): string {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new BadRequest(415, "Content-Type must be application/json");
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity")
    throw new BadRequest(415, "Content-Encoding must be gzip or none");
  if (!body) throw new BadRequest(400, "the request has no body");
  if (body.length > MAX_BODY_BYTES) throw new BadRequest(413, `the body must not exceed ${MAX_BODY_BYTES} bytes`);
  if (!isBase64Encoded && encoding === "identity") return body;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "latin1");
  return decode(encoding === "gzip" ? open(bytes) : bytes);
}

function open(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_OPENED_BYTES });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new BadRequest(413, `the body must not exceed ${MAX_OPENED_BYTES} bytes when unpacked`);
    }
    throw new BadRequest(400, "the body is not gzip, or broken");
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadRequest(400, "the body is not UTF-8");
  }
}
