/**
 * How long the answer asks to wait: `Retry-After`, in seconds or as a date.
 *
 * @param nowMs epoch ms
 * @returns ms, not below 0; `undefined` if the answer does not say
 * @see RFC 9110 section 10.2.3
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const given = headers.get("retry-after")?.trim();
  if (!given) return undefined;
  if (/^[0-9]{1,9}$/.test(given)) return Number(given) * 1000;
  const atMs = Date.parse(given);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
