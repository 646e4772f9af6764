import type { Counts } from "../domain/outcome.ts";
import { NO_TALLY, type Tally } from "../domain/tally.ts";
import { type Item, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { fromPartMap } from "./dynamo-batch-item.ts";
import { assertReadable } from "./dynamo-item-version.ts";
import { runPk } from "./dynamo-run-key.ts";

export const TALLY_PREFIX = "TALLY#";
const NUMBER_DIGITS = 6;

export const tallyKey = (run: string, n: number): Item => ({
  pk: runPk(run),
  sk: S(TALLY_PREFIX + String(n).padStart(NUMBER_DIGITS, "0")),
});

export const numberOfTally = (item: Item): number => Number(textOf(item, "sk").slice(TALLY_PREFIX.length));

/**
 * Late answers stand in attributes of their own (`late1`, `late2`, …), one for each time `lateVersion` was raised, so that
 * one write adds them without having read those before: 500 paths would be too long for an expression.
 */
export const lateName = (lateVersion: number): string => `late${lateVersion}`;

/** @throws {TypeError} naming the attribute that is not as the tallies write it */
export function fromTallyItem(item: Item | undefined): Tally {
  if (item === undefined) return NO_TALLY;
  assertReadable(item);
  const lateVersion = optional(item, "lateVersion", numberOf) ?? 0;
  const late: Record<string, string> = {};
  // Backwards: the first answer for a receiver stands.
  for (let n = lateVersion; n > 0; n--) Object.assign(late, fromPartMap(item[lateName(n)]?.M));
  return { counts: countsIn(item), counted: new Set((item["counted"]?.NS ?? []).map(Number)), late, lateVersion };
}

const countsIn = (item: Item): Counts => ({
  sent: optional(item, "sent", numberOf) ?? 0,
  failed: optional(item, "failed", numberOf) ?? 0,
  unknown: optional(item, "unknown", numberOf) ?? 0,
});
