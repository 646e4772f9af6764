import type { Ledger, OpenCall, OpenCalls, QuotaPolicy } from "./ledger.ts";
import type { Limit } from "./limits.ts";

/**
 * No more are open at once: each takes about five bytes of the item, and every reservation writes all of them. Calls that are
 * answered within 300 ms leave room for 1,600 a second.
 */
const MOST_OPEN = 500;

/**
 * The limits, as calls that are not answered yet leave them: a second is too short to hear of a late call before its tokens
 * are back, so there they stay away until the call is given up, or answered. A longer window hears in time.
 *
 * @returns `limits` themselves where no call is open
 */
export function withOpenCalls(
  limits: readonly Limit[],
  { open }: Pick<Ledger, "open">,
  { callTimeoutMs: moreMs }: Pick<QuotaPolicy, "callTimeoutMs">,
  atMs: number,
): readonly Limit[] {
  const second = limits.find(({ name }) => name === "second");
  if (second === undefined || open === undefined) return limits;
  const calls = open.calls.filter(({ slotMs }) => slotMs + second.awayMs + moreMs > atMs);
  return calls.length === 0
    ? limits
    : limits.map((one) => (one === second ? { ...one, open: { calls, moreMs } } : one));
}

/** Calls of which tokens may be away still. */
const openIn = (limits: readonly Limit[]): readonly OpenCall[] => limits.flatMap(({ open }) => open?.calls ?? []);

export const isFull = (limits: readonly Limit[]): boolean => openIn(limits).length >= MOST_OPEN;

/** As if all of them had been answered in time; undefined where none is open. */
export const asIfAnswered = (limits: readonly Limit[]): readonly Limit[] | undefined =>
  openIn(limits).length === 0 ? undefined : limits.map((limit) => ({ ...limit, open: undefined }));

/** One more call, open until it is answered. Nothing where no second is limited. @param limits see {@link withOpenCalls} */
export function openOne(
  limits: readonly Limit[],
  { open }: Pick<Ledger, "open">,
  { slotMs, count, seenMs }: Readonly<{ slotMs: number; count: number; seenMs: number }>,
): OpenCalls | undefined {
  if (limits.every(({ name }) => name !== "second")) return undefined;
  const lastId = Math.max((open?.lastId ?? 0) + 1, seenMs);
  return { lastId, calls: [...openIn(limits), { id: lastId, slotMs, count }] };
}

/**
 * A call was answered in time, or did not leave: its tokens come back when its slot says so. If told twice, or of a call that
 * is not open, nothing changes.
 *
 * @param call the id that was granted with its slot; absent where none was
 */
export function answered(ledger: Ledger, call: number | undefined): Ledger {
  const { open } = ledger;
  if (call === undefined || !open?.calls.some(({ id }) => id === call)) return ledger;
  return { ...ledger, open: { ...open, calls: open.calls.filter(({ id }) => id !== call) } };
}
