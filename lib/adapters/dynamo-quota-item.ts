import { callsIn, EMPTY_LEDGER, type Entry, HOLD_REASONS, type Hold, type Ledger } from "../domain/quota/ledger.ts";
import { type Item, mapOf, N, numberOf, S, textOf } from "./dynamo-attributes.ts";
import { assertReadable, VERSIONED } from "./dynamo-item-version.ts";
import { fromBytes, fromOpenMap, toBytes, toOpenMap } from "./dynamo-quota-open.ts";
import { fromStandingMap, toStandingMap } from "./dynamo-quota-standing.ts";

/** A ledger and the version it was read at; 0 where there is no item yet. */
export type Versioned = Readonly<{ version: number; ledger: Ledger }>;

export const quotaKey = (account: string): Item => ({ pk: S(`QUOTA#${account}`) });

/**
 * One account's ledger as an item. Writes are billed by the KB, so each slot is kept as ms after the one before: full
 * batches alone take 0.3 KB, with an express call a second just under 1 KB, batches of ten 1.7 KB.
 */
export function toQuotaItem(account: string, { version, ledger }: Versioned): Item {
  const { entries, hold, lastHold, shrunk, standing, open } = ledger;
  const firstSlot = entries[0]?.slotMs ?? 0;
  return {
    ...quotaKey(account),
    ...VERSIONED,
    version: N(version),
    firstSlot: N(firstSlot),
    gaps: { L: entries.map(({ slotMs }, i) => N(slotMs - (entries[i - 1]?.slotMs ?? slotMs))) },
    counts: { L: entries.map(({ count }) => N(count)) },
    ...(entries.some(({ calls = 1 }) => calls > 1) && { calls: { B: toBytes(entries.map(callsIn)) } }),
    ...(open && { open: { M: toOpenMap(open) } }),
    seen: N(ledger.seenMs),
    pacedUntil: N(ledger.pacedUntilMs),
    ...(ledger.lateness && { lateness: N(ledger.lateness) }),
    ...(hold && {
      hold: {
        M: {
          why: S(hold.why),
          since: N(hold.sinceMs),
          until: N(hold.untilMs),
          backoff: N(hold.backoffMs),
          probing: { BOOL: hold.probing },
        },
      },
    }),
    ...(lastHold && { lastHold: { M: { from: N(lastHold.fromMs), to: N(lastHold.toMs) } } }),
    ...(shrunk && { shrunk: { M: { since: N(shrunk.sinceMs), capacity: N(shrunk.capacity) } } }),
    ...(standing && { standing: { M: toStandingMap(standing) } }),
  };
}

/** @throws {TypeError} if the item has another form: without a count nothing may be sent */
export function fromQuotaItem(item: Item | undefined): Versioned {
  if (item === undefined) return { version: 0, ledger: EMPTY_LEDGER };
  assertReadable(item);
  const hold = item["hold"]?.M;
  const shrunk = item["shrunk"]?.M;
  const lastHold = item["lastHold"]?.M;
  const ledger: Ledger = {
    entries: toEntries(item),
    seenMs: numberOf(item, "seen"),
    pacedUntilMs: numberOf(item, "pacedUntil"),
    ...(item["lateness"] && { lateness: numberOf(item, "lateness") }),
    ...(hold && { hold: toHold(hold) }),
    ...(lastHold && { lastHold: { fromMs: numberOf(lastHold, "from"), toMs: numberOf(lastHold, "to") } }),
    ...(shrunk && { shrunk: { sinceMs: numberOf(shrunk, "since"), capacity: numberOf(shrunk, "capacity") } }),
    ...(item["open"] && { open: fromOpenMap(mapOf(item, "open")) }),
    ...(item["standing"] && { standing: fromStandingMap(mapOf(item, "standing")) }),
  };
  return { version: numberOf(item, "version"), ledger };
}

function toEntries(item: Item): readonly Entry[] {
  const [gaps, counts] = [numbersOf(item, "gaps"), numbersOf(item, "counts")];
  const calls = fromBytes(item["calls"]?.B);
  if (gaps.length !== counts.length) throw new TypeError("gaps and counts differ in length");
  let slotMs = numberOf(item, "firstSlot");
  return counts.map((count, i) => {
    slotMs += gaps[i] ?? 0;
    const more = calls[i] ?? 1;
    return { slotMs, count, ...(more > 1 && { calls: more }) };
  });
}

function toHold(map: Item): Hold {
  const found = textOf(map, "why");
  const why = HOLD_REASONS.find((reason) => reason === found);
  if (why === undefined) throw new TypeError(`hold for an unknown reason: ${found}`);
  return {
    why,
    sinceMs: numberOf(map, "since"),
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
