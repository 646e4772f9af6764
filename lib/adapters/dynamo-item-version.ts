import { type Item, N, numberOf, optional } from "./dynamo-attributes.ts";

/**
 * What the form of stored items is now. Raised only when a new form has to be told from it: an optional attribute more is
 * none. Items that were written before there was a version are of the first.
 *
 * @see docs/UPGRADES.md
 */
export const ITEM_VERSION = 1;
export const VERSIONED: Item = { v: N(ITEM_VERSION) };

/** @throws {TypeError} if a later version of Volley wrote the item in a form that this one does not know */
export function assertReadable(item: Item): void {
  const version = optional(item, "v", numberOf) ?? 1;
  if (version > ITEM_VERSION) throw new TypeError(`v is ${version}: a later version of Volley wrote this item`);
}
