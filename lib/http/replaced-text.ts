import type { Request } from "./request.ts";

const REPLACEMENT = "\uFFFD";

/**
 * Whether something before us has put U+FFFD where bytes were no UTF-8: the HTTP API does so with text before it hands it over, and
 * what was said is lost. A body that was sent with U+FFFD in it is as long as it says, one in which it was put in is longer.
 * Without a length nobody can tell, and it counts as replaced: in JSON it can be written as \ufffd.
 */
export function isReplaced({ body = "", isBase64Encoded, headers }: Request): boolean {
  if (isBase64Encoded || !body.includes(REPLACEMENT)) return false;
  return Number(headers["content-length"]) !== Buffer.byteLength(body);
}
