import { EMPTY_LEDGER, type Entry, type Hold, type Ledger } from "../domain/token-bucket-ledger.ts";
import { type Item, N, numberOf, S, textOf } from "./dynamo-attributes.ts";

/** A ledger and the version it was read at; 0 where there is no item yet. */
export type Versioned = Readonly<{ version: number; ledger: Ledger }>;

export const quotaKey = (account: string): Item => ({ pk: S(`QUOTA#${account}`) });

/**
 * One account's ledger as an item. Writes are billed by the KB, so slots are kept as ms after the first: 24 batches a
 * window and an express call a second take about 0.8 KB, the fullest ledger 2 KB.
 */
export function toQuotaItem(account: string, { version, ledger }: Versioned): Item {
  const { entries, hold, shrunk } = ledger;
  const firstSlot = entries[0]?.slotMs ?? 0;
  return {
    ...quotaKey(account),
    version: N(version),
    firstSlot: N(firstSlot),
    slots: { L: entries.map(({ slotMs }) => N(slotMs - firstSlot)) },
    counts: { L: entries.map(({ count }) => N(count)) },
    seen: N(ledger.seenMs),
    pacedUntil: N(ledger.pacedUntilMs),
    ...(hold && {
      hold: {
        M: {
          why: S(hold.why),
          until: N(hold.untilMs),
          backoff: N(hold.backoffMs),
          probing: { BOOL: hold.probing },
        },
      },
    }),
    ...(shrunk && { shrunk: { M: { since: N(shrunk.sinceMs), capacity: N(shrunk.capacity) } } }),
  };
}

/** @throws {TypeError} if the item is not one of ours: better no sending than sending without a count */
export function fromQuotaItem(item: Item | undefined): Versioned {
  if (item === undefined) return { version: 0, ledger: EMPTY_LEDGER };
  const hold = item["hold"]?.M;
  const shrunk = item["shrunk"]?.M;
  const ledger: Ledger = {
    entries: toEntries(numberOf(item, "firstSlot"), numbersOf(item, "slots"), numbersOf(item, "counts")),
    seenMs: numberOf(item, "seen"),
    pacedUntilMs: numberOf(item, "pacedUntil"),
    ...(hold && { hold: toHold(hold) }),
    ...(shrunk && { shrunk: { sinceMs: numberOf(shrunk, "since"), capacity: numberOf(shrunk, "capacity") } }),
  };
  return { version: numberOf(item, "version"), ledger };
}

function toEntries(firstSlot: number, slots: readonly number[], counts: readonly number[]): readonly Entry[] {
  if (slots.length !== counts.length) throw new TypeError("slots and counts differ in length");
  return slots.map((offset, i) => ({ slotMs: firstSlot + offset, count: counts[i] ?? 0 }));
}

function toHold(map: Item): Hold {
  const why = textOf(map, "why");
  if (why !== "flow" && why !== "credentials") throw new TypeError(`hold for an unknown reason: ${why}`);
  return {
    why,
    untilMs: numberOf(map, "until"),
    backoffMs: numberOf(map, "backoff"),
    probing: map["probing"]?.BOOL === true,
  };
}

function numbersOf(item: Item, name: string): readonly number[] {
  const list = item[name]?.L;
  if (list === undefined) throw new TypeError(`${name} is not a list`);
  return list.map((value) => numberOf({ [name]: value }, name));
}
