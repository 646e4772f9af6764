/**
 * What one attempt at a batch came to, receiver by receiver, as it stands in the table. Values are the message id for
 * `sent` and the reason's code otherwise. A receiver in `retry` was refused and has another attempt before it.
 */
export type Try = Readonly<{
  atMs: number;
  /** Which attempt it was, from 1. */
  attempt: number;
  requestId?: string;
  /** The request may have arrived, nobody said what became of it. */
  unclear?: true;
  /** Sent again after such a request. */
  maybeTwice?: true;
  sent: Readonly<Record<string, string>>;
  failed: Readonly<Record<string, string>>;
  unknown: Readonly<Record<string, string>>;
  canceled: Readonly<Record<string, string>>;
  retry: Readonly<Record<string, string>>;
}>;

export type OutcomeStatus = "sent" | "failed" | "unknown" | "canceled" | "pending";

/** What became of one receiver. */
export type Outcome = Readonly<{
  userId: string;
  status: OutcomeStatus;
  messageId?: string;
  code?: string;
  requestId?: string;
  maybeTwice?: true;
  atMs?: number;
}>;

/** Counts of final outcomes. What is in none of them is pending. */
export type Counts = Readonly<Record<Final, number>>;
export type Final = (typeof FINAL)[number];

/**
 * Highest first. Knowledge only grows: a message id proves it was sent, whoever doubted it before; a request that may
 * have arrived outweighs a refusal of another attempt; a refusal with a reason outweighs a cancel.
 */
export const FINAL = ["sent", "unknown", "failed", "canceled"] as const;

export const NO_COUNTS: Counts = { sent: 0, unknown: 0, failed: 0, canceled: 0 };

export const countOf = (counts: Counts): number => counts.sent + counts.unknown + counts.failed + counts.canceled;

const NOTHING = { sent: {}, failed: {}, unknown: {}, canceled: {}, retry: {} } as const;

/** A try with the given parts and nothing else. */
export const makeTry = (parts: Partial<Try> & Pick<Try, "atMs" | "attempt">): Try => ({ ...NOTHING, ...parts });

/** All receivers under one heading for one reason. */
export const allOf = (receivers: readonly string[], value: string): Record<string, string> =>
  Object.fromEntries(receivers.map((receiver) => [receiver, value]));

/**
 * One receiver's outcome from every try that speaks of it. Order and repetition of the tries do not matter: the highest
 * status of {@link FINAL} wins, among equals the later, among those the one whose text sorts last. A request that may
 * have arrived and was to be sent again leaves a doubt that a later refusal or cancel does not end.
 *
 * @returns `undefined` if no try speaks of the receiver
 */
export function outcomeOf(userId: string, tries: readonly Try[]): Outcome | undefined {
  let best: Outcome | undefined;
  let doubt: Outcome | undefined;
  for (const one of tries) {
    const outcome = readTry(userId, one);
    if (outcome && (!best || compare(outcome, best) > 0)) best = outcome;
    if (one.unclear && outcome?.status === "pending" && (!doubt || compare(outcome, doubt) > 0)) doubt = outcome;
  }
  return doubt && best && DOUBTFUL[best.status] ? { ...doubt, status: "unknown" } : best;
}

const DOUBTFUL: Partial<Record<OutcomeStatus, true>> = { failed: true, canceled: true };

function readTry(userId: string, one: Try): Outcome | undefined {
  const facts = {
    userId,
    atMs: one.atMs,
    ...(one.requestId === undefined ? {} : { requestId: one.requestId }),
    ...(one.maybeTwice ? { maybeTwice: one.maybeTwice } : {}),
  };
  for (const status of FINAL) {
    const value = own(one[status], userId);
    if (value !== undefined)
      return { ...facts, status, ...(status === "sent" ? { messageId: value } : { code: value }) };
  }
  const code = own(one.retry, userId);
  return code === undefined ? undefined : { ...facts, status: "pending", code };
}

const RANK: Record<OutcomeStatus, number> = { sent: 4, unknown: 3, failed: 2, canceled: 1, pending: 0 };

function compare(a: Outcome, b: Outcome): number {
  if (a.status !== b.status) return RANK[a.status] - RANK[b.status];
  if (a.atMs !== b.atMs) return (a.atMs ?? 0) - (b.atMs ?? 0);
  const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
  return textA < textB ? -1 : Number(textA > textB);
}

/** Every receiver the tries speak of, ascending, with its outcome. */
export function outcomesOf(tries: readonly Try[]): Outcome[] {
  const ids = new Set<string>();
  for (const one of tries) for (const part of PARTS) for (const id of Object.keys(one[part])) ids.add(id);
  const sorted = [...ids].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return sorted.map((id) => outcomeOf(id, tries) ?? { userId: id, status: "pending" });
}

const PARTS = [...FINAL, "retry"] as const;

/** How the counts of final outcomes change when `added` joins the tries before it. Negative where one is corrected. */
export function countChange(before: readonly Try[], added: Try): Counts {
  const change = { ...NO_COUNTS };
  for (const part of PARTS) {
    for (const id of Object.keys(added[part])) {
      const was = before.length === 0 ? undefined : outcomeOf(id, before)?.status;
      const is = outcomeOf(id, before.length === 0 ? [added] : [...before, added])?.status;
      if (was === is) continue;
      if (was !== undefined && was !== "pending") change[was]--;
      if (is !== undefined && is !== "pending") change[is]++;
    }
  }
  return change;
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
