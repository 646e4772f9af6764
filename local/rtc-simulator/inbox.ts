import type { Call, Said } from "./check-request.ts";
import { mix } from "./seeded.ts";

/** One message a user received. Ids are decimal strings, `at` is epoch ms. */
export type Received = Readonly<{ messageId: string; requestId: string; at: number }> & Said;

/**
 * What each user received. Made for a million users: a message is kept once, a delivery is two small integers and
 * the user's id one map entry (about 100 bytes a user all told).
 */
export type Inbox = Readonly<{
  /** @returns message ids in the order of the receivers */
  deliver(call: Call, from: Readonly<{ requestId: string; atMs: number }>): string[];
  /** Oldest first; empty for a user who received nothing. */
  receivedBy(userId: string): Received[];
  /** Every user who received something, with the message ids, oldest first. */
  all(): Generator<Readonly<{ userId: string; messageIds: readonly string[] }>>;
  /** `doubles`: users who received the same thing (same app, sender, content and all) more than once. */
  counts(): Readonly<{ delivered: number; receivers: number; doubles: number }>;
  /** Number of the next message: hand it to the inbox that takes over, and no id is given twice. */
  next(): number;
}>;

export function makeInbox(seed: number, firstNumber = 0): Inbox {
  const sayings: Said[] = [];
  const sayingOf = new Map<string, number>();
  const calls: { saying: number; requestId: string; atMs: number }[] = [];
  // Delivery n: the call it came with, and the delivery to the same user before it (-1: none).
  const callOf: number[] = [];
  const before: number[] = [];
  const lastOf = new Map<string, number>();
  const doubled = new Set<string>();

  const messageId = messageIds(seed);
  const idOf = (delivery: number): string => messageId(firstNumber + delivery);

  /** Deliveries to one user, newest first. */
  function* deliveriesTo(userId: string): Generator<number> {
    for (let n = lastOf.get(userId) ?? -1; n !== -1; n = before[n] ?? -1) yield n;
  }

  function intern(said: Said): number {
    const { Ext, ...rest } = said;
    const key = JSON.stringify([rest, Object.entries(Ext).sort()]);
    const known = sayingOf.get(key);
    if (known !== undefined) return known;
    sayingOf.set(key, sayings.length);
    return sayings.push(said) - 1;
  }

  function heard(userId: string, saying: number): boolean {
    for (const n of deliveriesTo(userId)) if (calls[callOf[n] ?? -1]?.saying === saying) return true;
    return false;
  }

  return {
    deliver({ said, receivers }, { requestId, atMs }) {
      const saying = intern(said);
      const call = calls.push({ saying, requestId, atMs }) - 1;
      return receivers.map((userId) => {
        const previous = lastOf.get(userId) ?? -1;
        if (previous !== -1 && heard(userId, saying)) doubled.add(userId);
        const delivery = callOf.push(call) - 1;
        before.push(previous);
        lastOf.set(detached(userId), delivery);
        return idOf(delivery);
      });
    },

    receivedBy(userId) {
      const received = [...deliveriesTo(userId)].flatMap((n): Received[] => {
        const call = calls[callOf[n] ?? -1];
        const said = call && sayings[call.saying];
        return said ? [{ messageId: idOf(n), requestId: call.requestId, at: call.atMs, ...said }] : [];
      });
      return received.reverse();
    },

    *all() {
      for (const userId of lastOf.keys()) {
        yield { userId, messageIds: [...deliveriesTo(userId)].reverse().map(idOf) };
      }
    },

    counts: () => ({ delivered: callOf.length, receivers: lastOf.size, doubles: doubled.size }),
    next: () => firstNumber + callOf.length,
  };
}

/** The same digits in memory of their own: a piece cut from a request's text would keep the whole text alive. */
const detached = (userId: string): string => BigInt(userId).toString();

/**
 * Makes the id of message `n` (up to 10^9 messages): always 19 digits, past 2^53 and with last digits that a JS number
 * would lose, so that a client which rounds is found out. Made as text, never as a number.
 */
function messageIds(seed: number): (n: number) => string {
  const head = 7_000_000 + (mix(seed, "message ids") % 1_000_000);
  return (n) => `${head}${String(n * 1_000 + (mix(seed, String(n)) % 1_000)).padStart(12, "0")}`;
}
