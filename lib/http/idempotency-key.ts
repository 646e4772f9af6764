import { Malformed } from "../domain/errors.ts";
import type { Authenticated } from "./authenticate.ts";
import type { Request } from "./request.ts";

/** A string as a structured field has it; inside it `"` and `\` stand behind a `\`. @see RFC 8941 section 3.3.3 */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * What makes a repetition of a request the same request: its Idempotency-Key, or without one the signature of a signed request: a
 * copy of it on the wire does nothing new. The header is a structured string, `"a"`; many clients send it bare, `a`: both are the
 * same key.
 *
 * @throws {Malformed} if it has not 1 to 255 printable ASCII characters, or begins as a quoted string and is none
 * @see draft-ietf-httpapi-idempotency-key-header-07
 */
export function readIdempotencyKey(
  { headers }: Request,
  { signature }: Pick<Authenticated, "signature">,
): Readonly<{ idempotencyKey?: string }> {
  const given = headers["idempotency-key"]?.trim();
  if (given === undefined) return signature === undefined ? {} : { idempotencyKey: `signature ${signature}` };
  const idempotencyKey = given.startsWith('"') ? unquote(given) : given;
  if (/^[\x20-\x7e]{1,255}$/.test(idempotencyKey)) return { idempotencyKey };
  throw new Malformed("Idempotency-Key must have 1 to 255 printable ASCII characters");
}

function unquote(given: string): string {
  const inside = QUOTED.exec(given)?.[1];
  if (inside === undefined) throw new Malformed('Idempotency-Key must be a string such as "8e03978e-40d5"');
  return inside.replaceAll(/\\(["\\])/g, "$1");
}
