import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import type { Usage } from "../domain/quota/usage.ts";
import type { HttpFacts } from "./http-error.ts";

/** The window in which a client's requests are counted, seconds. */
const REQUESTS_WINDOW_S = 60;

/**
 * What is left of the vendor's quota, as headers. `r`: messages that nobody has used or reserved; none while the account is
 * held or paused. `t`: after so many seconds there are more; left out if all of the quota is there.
 *
 * @param nowMs epoch ms
 * @see draft-ietf-httpapi-ratelimit-headers-10 sections 3 and 4
 */
export function messagesLeft(
  { messages, windowMs }: Pick<QuotaPolicy, "messages" | "windowMs">,
  { used, reservedAhead, capacity, heldUntilMs, returnsAtMs, pausedAtMs }: Omit<Usage, "room">,
  nowMs: number,
): Record<string, string> {
  const left = heldUntilMs === undefined && pausedAtMs === undefined ? Math.max(0, capacity - used - reservedAhead) : 0;
  const moreAtMs = heldUntilMs ?? returnsAtMs;
  const reset = moreAtMs === undefined ? "" : `;t=${wholeSeconds(moreAtMs - nowMs)}`;
  return {
    "ratelimit-policy": `"messages";q=${messages};w=${Math.max(1, wholeSeconds(windowMs))}`,
    ratelimit: `"messages";r=${left}${reset}`,
  };
}

/** The headers of a 429: the quota has no room for it now. @param retryAfterMs until it may have */
export const quotaUsed = (
  policy: Pick<QuotaPolicy, "messages" | "windowMs">,
  usage: Usage,
  { nowMs, retryAfterMs }: Readonly<{ nowMs: number; retryAfterMs: number }>,
): HttpFacts => ({
  headers: { ...messagesLeft(policy, usage, nowMs), "retry-after": String(Math.max(1, wholeSeconds(retryAfterMs))) },
});

/**
 * The headers of a 429: the client has made all the requests of its minute.
 *
 * @param limit requests a minute
 * @param resetS seconds until it may make another one
 */
export const requestsLimited = (limit: number, resetS: number): HttpFacts => ({
  headers: {
    "ratelimit-policy": `"requests";q=${limit};w=${REQUESTS_WINDOW_S}`,
    ratelimit: `"requests";r=0;t=${resetS}`,
    "retry-after": String(resetS),
  },
});

const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));
