/** Longer than this nobody waits on the word of one answer: the breaker's own pauses do the rest. */
const MAX_RETRY_AFTER_MS = 300_000;

/**
 * How long an answer asks to wait, ms, at most five minutes.
 *
 * @param retryAfter the header `Retry-After`: whole seconds, or a date
 * @param date the header `Date` of the same answer: a date counts from there, so that our clock does not matter
 * @param nowMs wall clock, epoch ms, where the answer has no date
 * @returns `undefined` where it does not ask, or not in a way that can be understood
 * @see RFC 9110 section 10.2.3
 */
export function retryAfterMs(
  retryAfter: string | undefined,
  date: string | undefined,
  nowMs: number,
): number | undefined {
  const text = retryAfter?.trim() ?? "";
  if (/^[0-9]+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
  const untilMs = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN; // a bare number would be read as a year
  if (Number.isNaN(untilMs)) return undefined;
  const sinceMs = Date.parse(date ?? "");
  return Math.min(Math.max(0, untilMs - (Number.isNaN(sinceMs) ? nowMs : sinceMs)), MAX_RETRY_AFTER_MS);
}
