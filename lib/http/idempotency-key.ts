import { BadRequest } from "../domain/errors.ts";
import type { Request } from "./route.ts";

/**
 * The request's Idempotency-Key.
 *
 * @throws {BadRequest} 400 if it is longer than 255 characters or has others than printable ASCII
 * @see draft-ietf-httpapi-idempotency-key-header-07
 */
export function readIdempotencyKey({ headers }: Request): Readonly<{ idempotencyKey?: string }> {
  const idempotencyKey = headers["idempotency-key"];
  if (idempotencyKey === undefined) return {};
  if (/^[\x20-\x7e]{1,255}$/.test(idempotencyKey)) return { idempotencyKey };
  throw new BadRequest(400, "Idempotency-Key must have 1 to 255 printable ASCII characters");
}
