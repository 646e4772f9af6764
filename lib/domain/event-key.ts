import type { Door } from "./incoming.ts";

/** The longest Idempotency-Key. */
const MAX_KEY = 255;

/**
 * The Idempotency-Key of an event: its kind, and what tells it from others of its kind. JSON keeps the parts apart,
 * whatever is in them.
 */
export const eventKey = (kind: Door, ...parts: readonly string[]): string => `${kind}:${JSON.stringify(parts)}`;

/**
 * A key as an Idempotency-Key may be: 1 to 255 printable ASCII characters. Others become their hash.
 *
 * @param hash SHA-256, hex
 */
export function fitKey(key: string, hash: (text: string) => string): string {
  if (key.length <= MAX_KEY && /^[\x20-\x7e]+$/.test(key)) return key;
  return `${key.slice(0, key.indexOf(":"))}:sha256:${hash(key)}`;
}
